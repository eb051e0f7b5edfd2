"""How much room the library takes, and whether there is any left under its quota."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import EventMedia
from infoscreen_core.db.queries.media import library as queries
from infoscreen_core.domain.media.limits import MEBIBYTE
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import ConflictError
from infoscreen_core.services.media.views import RoomView


def measured(session: Session, *, quota_bytes: int | None) -> RoomView:
    """Return how much the library holds."""
    row = queries.find_room(session)
    files, size = (row.file_count, row.byte_count) if row else queries.measure(session)
    return RoomView(max(files, 0), max(size, 0), quota_bytes)


def check(session: Session, name: str, size: int, *, quota_bytes: int | None) -> None:
    """Raise `ConflictError` when so many bytes more are over the quota."""
    room = measured(session, quota_bytes=quota_bytes)
    if room.free_bytes is not None and size > room.free_bytes:
        raise ConflictError(
            "The library is full: “{name}” needs {size} MB, and {free} MB of {quota} MB are free. "
            "Delete files that nobody needs first.",
            field="file",
            name=shown(name),
            size=-(-size // MEBIBYTE),
            free=room.free_bytes // MEBIBYTE,
            quota=(quota_bytes or 0) // MEBIBYTE,
        )


def take(session: Session, media: EventMedia, *, quota_bytes: int | None) -> None:
    """Count a file that is about to be added, and its content unless another file has it.

    Whoever adds or removes waits here for whoever does so already. Raises `ConflictError` when the
    library is full.
    """
    row = queries.lock_room(session)
    if not queries.has_content(session, media.checksum_sha256):
        check(session, media.name, media.size, quota_bytes=quota_bytes)
        row.byte_count += media.size
    row.file_count += 1


def change(
    session: Session, media: EventMedia, checksum: str, size: int, *, quota_bytes: int | None
) -> None:
    """Count the content that a file is about to have instead of its present one."""
    row = queries.lock_room(session)
    freed = 0 if _is_shared(session, media) else media.size
    needed = 0 if queries.has_content(session, checksum) else size
    if needed > freed:
        check(session, media.name, needed - freed, quota_bytes=quota_bytes)
    row.byte_count += needed - freed


def give_back(session: Session, file_count: int, contents: Mapping[str, int]) -> None:
    """Count files that were just deleted, and those of their contents that no other file has.

    `contents` are the sizes of their contents by checksum.
    """
    row = queries.lock_room(session)
    row.file_count -= file_count
    checksums = list(contents)
    for at in range(0, len(checksums), MAX_NAMED):
        some = checksums[at : at + MAX_NAMED]
        kept = queries.list_used_contents(session, some)
        row.byte_count -= sum(contents[one] for one in some if one not in kept)


def recount(session: Session) -> bool:
    """Count the whole library again; return whether the figures were wrong."""
    row = queries.lock_room(session)
    before = row.file_count, row.byte_count
    row.file_count, row.byte_count = queries.measure(session)
    return before != (row.file_count, row.byte_count)


def _is_shared(session: Session, media: EventMedia) -> bool:
    files = queries.list_of_content(session, media.checksum_sha256)
    return any(one.id != media.id for one in files)
