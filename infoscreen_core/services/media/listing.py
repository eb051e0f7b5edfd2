"""Pages of the library's files: filtered, sorted, and fast however many there are."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, not_, or_
from sqlalchemy.orm import Session

from infoscreen_core.db.models import EventMedia
from infoscreen_core.db.models.media import NAME_COLUMN
from infoscreen_core.db.queries.media import library as queries
from infoscreen_core.db.queries.media.files import is_unexpired
from infoscreen_core.domain.media.types import MIME_TYPES, MediaType
from infoscreen_core.domain.text.asked import check_text
from infoscreen_core.domain.text.names import searchable
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.media.views import (
    BY_NAME,
    FIRST_PAGE,
    TOP,
    ConversionView,
    MediaFilter,
    MediaPage,
    MediaPart,
    MediaSort,
    MediaView,
    PageAsked,
    SortBy,
)

LARGEST_PAGE: Final = 500
MediaKey = tuple[Any, ...]
"""Where a file stands in an order: the values that it is sorted by, its id last."""
KEY_TYPES: Final[dict[SortBy, type[MediaKey]]] = {
    SortBy.NAME: tuple[str, int],
    SortBy.TYPE: tuple[MediaType, str, int],
    SortBy.SIZE: tuple[int, int],
    SortBy.CHANGED: tuple[datetime, int],
}
"""What the keys of each order are made of."""
_ORDERS: Final[dict[SortBy, tuple[Any, ...]]] = {
    SortBy.NAME: (EventMedia.search_name, EventMedia.id),
    SortBy.TYPE: (EventMedia.media_type, EventMedia.search_name, EventMedia.id),
    SortBy.SIZE: (EventMedia.size, EventMedia.id),
    SortBy.CHANGED: (EventMedia.updated_at, EventMedia.id),
}


def list_page(
    session: Session,
    wanted: MediaFilter,
    sort: MediaSort = BY_NAME,
    page: PageAsked = FIRST_PAGE,
    *,
    today: date | None = None,
) -> MediaPage:
    """Return a page of the files that meet the filter; of one beyond the last, the last.

    `today` is the local day, needed when the filter asks for what has expired.
    """
    return page_of(
        page,
        lambda asked: list_part(session, wanted, sort, asked, today=today),
        lambda: count(session, wanted, today=today),
    )


def page_of(
    page: PageAsked, read: Callable[[PageAsked], MediaPart], count_all: Callable[[], int]
) -> MediaPage:
    """Return a page, or the last, from what reads one and what counts all where that is needed.

    The count may be somewhat older than the page.
    """
    number = max(page.number, 1)
    part, offset = read(PageAsked(number, page.size)), (number - 1) * page.size
    total = part.total
    if total is None:
        total = max(count_all(), offset + len(part.files) if part.files else 0)
    if offset and offset >= total:
        number = max(-(-total // page.size), 1)
        part = read(PageAsked(number, page.size))
    return MediaPage(part.files, total, number, page.size)


def list_part(
    session: Session,
    wanted: MediaFilter,
    sort: MediaSort,
    page: PageAsked,
    *,
    today: date | None = None,
) -> MediaPart:
    """Return the files of a page, none beyond the last; without counting those of other pages."""
    if not 1 <= page.size <= LARGEST_PAGE:
        raise InvalidInputError(
            "A page holds {least} to {most} files, not {value}.",
            field="size",
            value=page.size,
            least=1,
            most=LARGEST_PAGE,
        )
    offset = (page.number - 1) * page.size
    conditions = _conditions(wanted, today, is_ordered=_has_own_order(wanted, sort))
    found = queries.list_file_ids(session, conditions, _order(sort), offset=offset, limit=page.size)
    is_last = len(found) < page.size and (found or not offset)
    return MediaPart(view_all(session, found), offset + len(found) if is_last else None)


def list_after(
    session: Session,
    wanted: MediaFilter,
    sort: MediaSort,
    *,
    after: MediaKey | None,
    limit: int,
    today: date | None = None,
) -> tuple[MediaView, ...]:
    """Return the first `limit` files that meet the filter and come after the one with this key.

    So nothing is missed or told twice while files come and go, and no page costs more than another.
    """
    conditions = _conditions(wanted, today, is_ordered=_has_own_order(wanted, sort))
    if after is not None:
        conditions.append(_is_after(sort, after))
    found = queries.list_file_ids(session, conditions, _order(sort), offset=0, limit=limit)
    return view_all(session, found)


def key_of(media: MediaView, sort: MediaSort) -> MediaKey:
    """Return what `list_after` goes on after, of the last file that was told."""
    name = searchable(media.name)[:NAME_COLUMN]
    keys: dict[SortBy, MediaKey] = {
        SortBy.NAME: (name, media.id),
        SortBy.TYPE: (media.media_type, name, media.id),
        SortBy.SIZE: (media.size, media.id),
        SortBy.CHANGED: (media.updated_at, media.id),
    }
    return keys[sort.by]


def count(session: Session, wanted: MediaFilter, *, today: date | None = None) -> int:
    """Count the files that meet the filter; what nearly all meet, by the few that do not."""
    if (both_and_few := _by_the_few(wanted)) is None:
        return queries.count_files(session, _conditions(wanted, today))
    both, few = both_and_few
    return count(session, both, today=today) - count(session, few, today=today)


def view_all(session: Session, media_ids: Sequence[int]) -> tuple[MediaView, ...]:
    """Return files in the order of their ids here; those that are gone are left out."""
    if not media_ids:
        return ()
    conversions: dict[int, list[ConversionView]] = {}
    for row in queries.list_conversions(session, media_ids):
        conversions.setdefault(row.media_id, []).append(_conversion(row))
    return tuple(
        _view(row, tuple(conversions.get(row.media.id, ())))
        for row in queries.list_file_rows(session, media_ids)
    )


def _by_the_few(wanted: MediaFilter) -> tuple[MediaFilter, MediaFilter] | None:
    if wanted.used is False:
        return replace(wanted, used=None), replace(wanted, used=True)
    if wanted.expired is False:
        return replace(wanted, expired=None), replace(wanted, expired=True)
    if wanted.converted is True:
        return replace(wanted, converted=None), replace(wanted, converted=False)
    return None


def _has_own_order(wanted: MediaFilter, sort: MediaSort) -> bool:
    """Whether an index gives this order, and none gives it for files of one kind."""
    return sort.by is not SortBy.TYPE and wanted.folder_id is None


def _conditions(
    wanted: MediaFilter, today: date | None, *, is_ordered: bool = False
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.folder_id is not None:
        folder = None if wanted.folder_id == TOP else wanted.folder_id
        found.append(EventMedia.folder_id.is_not_distinct_from(folder))
    found += [_holds(word) for word in _words(wanted.text)]
    if wanted.types:
        is_of_types = queries.is_of_types_in_order if is_ordered else queries.is_of_types
        found.append(is_of_types(sorted(wanted.types)))
    if wanted.period_id is not None:
        found.append(EventMedia.academic_period_id == wanted.period_id)
    if wanted.used is not None:
        found.append(queries.is_used() if wanted.used else not_(queries.is_used()))
    if wanted.states:
        found.append(queries.is_in_states(sorted(wanted.states)))
    if wanted.converted is not None:
        is_converted = queries.is_converted()
        found.append(is_converted if wanted.converted else not_(is_converted))
    return found + _expiry(wanted, today)


def _expiry(wanted: MediaFilter, today: date | None) -> list[ColumnElement[bool]]:
    if wanted.expired is None:
        return []
    if today is None:
        message = "whether something has expired is a question of the day"
        raise ValueError(message)
    return [queries.is_expired(today) if wanted.expired else is_unexpired(today)]


def _words(text: str) -> list[str]:
    check_text(text)
    return searchable(text).split()


def _holds(word: str) -> ColumnElement[bool]:
    return EventMedia.search_name.contains(word, autoescape=True)


def _order(sort: MediaSort) -> tuple[ColumnElement[Any], ...]:
    columns = _ORDERS[sort.by]
    return tuple(one.desc() for one in columns) if sort.is_descending else columns


def _is_after(sort: MediaSort, key: MediaKey) -> ColumnElement[bool]:
    """Return the condition that a file comes after a key; its first part finds the place."""
    columns = _ORDERS[sort.by]
    beyond = [
        column < value if sort.is_descending else column > value
        for column, value in zip(columns, key, strict=True)
    ]
    same = [column == value for column, value in zip(columns, key, strict=True)]
    later = [and_(*same[:at], one) for at, one in enumerate(beyond)]
    return and_(or_(beyond[0], same[0]), or_(*later))


def _view(row: queries.FileRow, conversions: tuple[ConversionView, ...]) -> MediaView:
    media = row.media
    return MediaView(
        id=media.id,
        name=media.name,
        folder_id=media.folder_id,
        media_type=media.media_type,
        mime_type=media.mime_type or MIME_TYPES[media.media_type],
        size=media.size,
        checksum=media.checksum_sha256,
        version=media.version,
        page_count=media.page_count,
        duration=media.duration,
        resolution=media.resolution,
        bitrate=media.bitrate,
        expires_on=media.expires_on,
        academic_period_id=media.academic_period_id,
        created_at=media.created_at,
        updated_at=media.updated_at,
        created_by_name=row.author,
        uses=row.uses,
        conversions=conversions,
    )


def _conversion(row: Row[Any]) -> ConversionView:
    result = row.result or {}
    return ConversionView(
        id=row.id,
        target=row.target_format,
        status=row.status,
        progress=row.progress,
        failure=row.failure,
        error_message=row.error_message,
        warnings=tuple(row.warnings or ()),
        attempts=row.attempts,
        not_before_at=row.not_before_at,
        size=result.get("size"),
        checksum=result.get("checksum_sha256"),
    )
