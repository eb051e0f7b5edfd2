"""Take files and folders out of the library. Contents that no file has are swept later."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import EventMedia, MediaFolder
from infoscreen_core.db.queries.media import library as queries
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.errors import ConflictError, NotFoundError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.media import folders, library, room
from infoscreen_core.services.media.views import UseView

_NAMED: Final = 5
"""How many events are named; the others are only counted."""


class InUseError(ConflictError):
    """Events show a file that is to be deleted; as text it names the first of them."""

    def __init__(self, name: str, uses: Sequence[UseView]) -> None:
        named = ", ".join(f"{use.title} ({use.group_name})" for use in uses[:_NAMED])
        said = Sentence(
            "Events show the file “{name}”: {count}. Take it out of them first: {events}.",
            name=shown(name),
            count=len(uses),
            events=named if len(uses) <= _NAMED else f"{named} …",
        )
        super().__init__(said.template, field="media_id", **said.params)
        self.uses = tuple(uses)


def delete(session: Session, media_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete a file; raise `InUseError` with the list of events while any shows it."""
    actor.require(Role.EDITOR)
    media = queries.find_media(session, media_id, is_locked=True)
    if media is None:
        raise NotFoundError(
            "There is no file with the number {id}; it may have been deleted.",
            field="media_id",
            id=media_id,
        )
    _refuse_used(session, media, now)
    _remove(session, [media], actor=actor, now=now)


def delete_folder(
    session: Session,
    folder_id: int,
    *,
    with_contents: bool = False,
    actor: Actor,
    now: datetime,
) -> int:
    """Delete a folder, and return how many files went with it.

    Raises `ConflictError` while it is not empty, unless all in it goes `with_contents`; then while
    any event shows a file in it.
    """
    actor.require(Role.EDITOR)
    queries.lock_room(session)  # nobody adds to it meanwhile
    folder = folders.get_folder(session, folder_id, is_locked=True)
    inner = folders.descendants(session, folder_id)
    media_ids = _list_ids(session, inner)
    if not with_contents:
        _refuse_filled(folder, len(inner) - 1, len(media_ids))
    files = [media for ids in _portions(media_ids) for media in queries.lock_files(session, ids)]
    used = _used(session, media_ids)
    for media in files:
        if media.id in used:
            _refuse_used(session, media, now)
    _remove(session, files, actor=actor, now=now)
    for one in reversed(inner):
        _remove_folder(session, folders.get_folder(session, one), actor=actor, now=now)
    return len(files)


def list_used(session: Session, folder_id: int) -> tuple[int, ...]:
    """Return the files in a folder, and in those within it, that events show."""
    media_ids = _list_ids(session, folders.descendants(session, folder_id))
    used = _used(session, media_ids)
    return tuple(one for one in media_ids if one in used)


def _list_ids(session: Session, folder_ids: Sequence[int]) -> list[int]:
    return [
        media_id
        for ids in _portions(folder_ids)
        for media_id in queries.list_ids_in_folders(session, ids)
    ]


def _used(session: Session, media_ids: Sequence[int]) -> set[int]:
    return {one for ids in _portions(media_ids) for one in queries.count_uses(session, ids)}


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + MAX_NAMED] for at in range(0, len(ids), MAX_NAMED))


def _refuse_used(session: Session, media: EventMedia, now: datetime) -> None:
    uses = library.list_uses(session, media.id, now=now)
    if uses:
        raise InUseError(media.name, uses)


def _refuse_filled(folder: MediaFolder, folder_count: int, file_count: int) -> None:
    if folder_count or file_count:
        raise ConflictError(
            "The folder “{name}” is not empty: {files} files and {folders} folders are in it. Move "
            "them elsewhere, or delete it with all that is in it.",
            field="folder_id",
            name=shown(folder.name),
            files=file_count,
            folders=folder_count,
        )


def _remove(session: Session, files: Sequence[EventMedia], *, actor: Actor, now: datetime) -> None:
    contents = {media.checksum_sha256: media.size for media in files}
    for media in files:
        before = audit.audited_columns(media)
        audit.record(
            session, "media.deleted", "media", media.id, actor=actor, now=now, before=before
        )
    for ids in _portions([media.id for media in files]):
        queries.delete_files(session, ids)
    room.give_back(session, len(files), contents)


def _remove_folder(session: Session, folder: MediaFolder, *, actor: Actor, now: datetime) -> None:
    before = audit.audited_columns(folder)
    session.delete(folder)
    session.flush()
    audit.record(
        session,
        "media_folder.deleted",
        "media_folder",
        folder.id,
        actor=actor,
        now=now,
        before=before,
    )
