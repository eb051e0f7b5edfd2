"""A file that has arrived becomes one of the library, or is refused and forgotten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shutil import disk_usage
from typing import Final

from starlette.requests import Request

from console.runtime import Session, SignedOutError, change_of, read_session, resources
from console.web.pages import media_store
from console.web.visitors import address_of, session_token
from infoscreen_core.domain.media.limits import MEBIBYTE, FileLimits
from infoscreen_core.domain.media.names import clean_name
from infoscreen_core.errors import (
    BusyError,
    InfoscreenError,
    NotFoundError,
    UnavailableError,
)
from infoscreen_core.files.incoming import Received, receive
from infoscreen_core.files.uploads import Upload, UploadStore
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.media import library

_SPARE_BYTES: Final = 100 * MEBIBYTE
"""Room that uploads leave to the database and the rest."""
_PASSING: Final = (BusyError, UnavailableError, SignedOutError)
"""What says nothing about the file: it waits, and its sender tries again."""


Work = Callable[[Session, Actor, datetime], int]
"""Stores a file and returns its id, for a person and at an instant."""


class NoRoomError(UnavailableError):
    """The disk is too full for a file."""

    code = "no_room"


def uploads() -> UploadStore:
    """Return where unfinished uploads lie."""
    return UploadStore(media_store().uploads)


def file_limits() -> FileLimits:
    """Return how large a file may be, and all of them together."""
    return resources().settings.file_limits


def check_beforehand(upload: Upload) -> None:
    """Refuse, before a byte of it is sent, what would be refused at the end."""
    clean_name(upload.name)
    check_place(upload)
    check_disk(upload.length)


def check_place(upload: Upload) -> None:
    """Refuse a file whose folder is gone, or for which the library has no room."""
    with read_session() as session:
        library.check_place(
            session,
            upload.folder_id,
            upload.replaces_id,
            upload.length,
            name=upload.name,
            quota_bytes=file_limits().quota_bytes,
        )


def check_disk(length: int) -> None:
    """Raise `NoRoomError` when the disk is too full for so many bytes."""
    folder = media_store().root
    folder.mkdir(parents=True, exist_ok=True)
    if disk_usage(folder).free < length + _SPARE_BYTES:
        raise no_room()


def finish(upload: Upload, request: Request) -> Upload:
    """Finish an upload for the person who has the request's session: see `finish_by`."""
    return finish_by(
        upload,
        lambda work: change_of(
            session_token(request) or "", work, address=lambda: address_of(request)
        ),
    )


def finish_by(upload: Upload, change: Callable[[Work], int]) -> Upload:
    """Look at a file that is complete, and put it into the library; return its upload with its id.

    `change` does the work in one transaction. Raise `InfoscreenError` when the file is refused;
    nothing of it is left then. What has to do with the moment only leaves it as it is, to be tried
    again.
    """
    try:
        received = _kept(upload)
        media_id = change(lambda session, actor, now: _store(session, upload, received, actor, now))
    except _PASSING:
        raise
    except InfoscreenError:
        uploads().discard(upload.id)
        raise
    finished = replace(upload, media_id=media_id, checksum=received.checksum)
    uploads().save(finished)
    return finished


def no_room() -> NoRoomError:
    """Return what is said when the disk is full midway."""
    return NoRoomError(
        "The disk of the server has no room for this file. Whoever looks after the server has to "
        "make room; then send it again."
    )


def _kept(upload: Upload) -> Received:
    """Look at the file and move it to where contents lie; it may lie there since the last try."""
    store, part = media_store(), uploads().part(upload.id)
    received = receive(_where(upload, part), upload.name, limits=file_limits())
    if part.exists():
        uploads().save(replace(upload, checksum=received.checksum))
        store.keep(part, received.checksum)
    return received


def _where(upload: Upload, part: Path) -> Path:
    if part.exists():
        return part
    content = media_store().content_path(upload.checksum) if upload.checksum else part
    if not content.exists():
        raise NotFoundError("There is no such upload; it may have expired.")
    return content


def _store(
    session: Session, upload: Upload, received: Received, actor: Actor, now: datetime
) -> int:
    quota = file_limits().quota_bytes
    incoming = replace(received.into(upload.folder_id), quota_bytes=quota)
    if upload.replaces_id is not None:
        return library.replace(session, upload.replaces_id, incoming, actor=actor, now=now).id
    return library.add(session, incoming, actor=actor, now=now).id
