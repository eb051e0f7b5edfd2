"""What the page reads of the library; browsers that ask the same share the answer for a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from console.runtime import now, read_session, resources, user_timezone
from console.shared import shared
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.events.media_deletions import Loss, list_losses
from infoscreen_core.services.media import folders, library, listing, media_deletions, room
from infoscreen_core.services.media.views import (
    FolderView,
    MediaFilter,
    MediaPage,
    MediaPart,
    MediaSort,
    MediaView,
    PageAsked,
    RoomView,
    UseView,
)
from infoscreen_core.services.school import periods

_SECONDS: Final = 2
_COUNT_SECONDS: Final = 15
"""What others add to a long list, or take from it, changes little; the page looks as often."""
_ENTRIES: Final = 64


def today() -> date:
    """Return the reader's day."""
    return now().astimezone(user_timezone()).date()


def read_page(wanted: MediaFilter, sort: MediaSort, page: PageAsked, on: date) -> MediaPage:
    """Return a page of the list."""
    return listing.page_of(
        page, lambda asked: _read_part(wanted, sort, asked, on), lambda: _count(wanted, on)
    )


@shared(seconds=_SECONDS, entries=_ENTRIES)
def _read_part(wanted: MediaFilter, sort: MediaSort, page: PageAsked, on: date) -> MediaPart:
    with read_session() as session:
        return listing.list_part(session, wanted, sort, page, today=on)


@shared(seconds=_COUNT_SECONDS, entries=_ENTRIES, is_renewed=True)
def _count(wanted: MediaFilter, on: date) -> int:
    """Count a list: the same for all of its pages and orders."""
    with read_session() as session:
        return listing.count(session, wanted, today=on)


@shared(seconds=_SECONDS, entries=1, is_renewed=True)
def read_folders() -> tuple[FolderView, ...]:
    """Return all folders."""
    with read_session() as session:
        return folders.list_folders(session)


@shared(seconds=_SECONDS, entries=1, is_renewed=True)
def read_room() -> RoomView:
    """Return how much the library holds."""
    with read_session() as session:
        return room.measured(session, quota_bytes=resources().settings.file_limits.quota_bytes)


@shared(seconds=_SECONDS, entries=1, is_renewed=True)
def read_periods() -> dict[int, str]:
    """Return the names of the periods that files can belong to."""
    with read_session() as session:
        return {one.id: one.name for one in periods.list_periods(session, with_archived=False)}


@dataclass(frozen=True)
class Opened:
    """A file, where it is used, and the other files that have its content."""

    file: MediaView
    uses: tuple[UseView, ...]
    same: tuple[MediaView, ...]


@shared(seconds=_SECONDS, entries=_ENTRIES)
def find_file(media_id: int) -> Opened | None:
    """Return a file with what its panel says of it; None when it is gone."""
    with read_session() as session:
        try:
            file = library.get(session, media_id)
            uses = library.list_uses(session, media_id, now=now())
            return Opened(file, uses, library.list_same(session, media_id))
        except NotFoundError:
            return None


def read_files(media_ids: Sequence[int]) -> tuple[MediaView, ...]:
    """Return those of the files that are still there."""
    with read_session() as session:
        return listing.view_all(session, media_ids)


def read_uses(media_id: int) -> tuple[UseView, ...]:
    """Return the events that show a file; none when it is gone."""
    with read_session() as session:
        return library.list_uses(session, media_id, now=now())


def read_folder_losses(folder_id: int) -> tuple[Loss, ...]:
    """Return what events lose if a folder goes with all that is in it."""
    with read_session() as session:
        return list_losses(session, media_deletions.list_used(session, folder_id), now=now())


def read_bare(media_ids: Sequence[int]) -> list[str]:
    """Return the titles of the events that show nothing but these files."""
    with read_session() as session:
        losses = list_losses(session, media_ids, now=now())
    return [loss.use.title for loss in losses if not loss.files_left]
