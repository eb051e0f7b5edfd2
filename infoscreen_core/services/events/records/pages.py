"""Long lists of events and of their dates, in pages that the database finds by a key.

A page begins after the last row of the one before, so what comes or goes meanwhile moves no row
from one page to another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import event_pages as queries
from infoscreen_core.db.queries.event_pages import EventFilter
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.events.calendar import list_occurrences
from infoscreen_core.services.events.events import get_event
from infoscreen_core.services.events.records.views import (
    COLUMNS,
    EventRecord,
    event_record,
    record_of,
)
from infoscreen_core.services.events.views import OccurrenceView

__all__ = ["LONGEST_SPAN", "EventFilter", "OccurrenceKey", "OccurrencesAsked"]

LONGEST_SPAN: Final = timedelta(days=1100)
"""The longest stretch of time whose dates are listed: three years."""
_FIRST_STEP: Final = timedelta(days=1)
_LONGEST_STEP: Final = timedelta(days=31)
OccurrenceKey = tuple[datetime, int]
"""Where a page of dates ends: the start of its last date, and the id of that date's event."""


@dataclass(frozen=True, slots=True)
class OccurrencesAsked:
    """Which dates are asked for: those that touch the stretch of time, of all groups or of some."""

    start: datetime
    end: datetime
    group_ids: Sequence[int] | None = None
    with_exceptions: bool = False
    """Also the dates that a series leaves out."""


def get_record(session: Session, event_id: int) -> EventRecord:
    """Return all that is stored of an event; raise `NotFoundError` when there is none."""
    return event_record(get_event(session, event_id))


def list_records(
    session: Session, wanted: EventFilter, *, after: int = 0, limit: int
) -> list[EventRecord]:
    """Return events and masters of series by their ids, from the first one after `after` on."""
    check_span(wanted.start, wanted.end)
    found = queries.list_events_after(session, wanted, COLUMNS, after=after, limit=limit)
    with_files = [row.id for row in found if row.event_media_id is not None]
    further = queries.map_further_files(session, with_files)
    return [record_of(row, further.get(row.id, ())) for row in found]


def list_dates(
    session: Session,
    asked: OccurrencesAsked,
    *,
    after: OccurrenceKey | None = None,
    limit: int,
    now: datetime,
) -> list[OccurrenceView]:
    """Return at most `limit` dates by start and event, from the first one after `after` on.

    The stretch is read in pieces, only as far as the page needs. Raises `InvalidInputError` for a
    stretch that ends before it begins, or is longer than `LONGEST_SPAN`.
    """
    check_span(asked.start, asked.end, longest=LONGEST_SPAN)
    lower = asked.start if after is None else max(asked.start, after[0])
    found: list[OccurrenceView] = []
    step, is_first = _FIRST_STEP, True
    while lower < asked.end and len(found) < limit:
        upper = min(lower + step, asked.end)
        piece = list_occurrences(
            session,
            group_ids=asked.group_ids,
            window_start=lower,
            window_end=upper,
            now=now,
            with_exceptions=asked.with_exceptions,
        )
        found += sorted(
            (one for one in piece if is_first or one.start >= lower),
            key=occurrence_key,
        )
        if is_first and after is not None:
            found = [one for one in found if occurrence_key(one) > after]
        lower, is_first = upper, False
        step = min(step * 2, _LONGEST_STEP) if 2 * len(found) < limit else step
    return found[:limit]


def occurrence_key(one: OccurrenceView) -> OccurrenceKey:
    """Return where a page ends whose last date this is."""
    return one.start, one.event_id


def check_span(
    start: datetime | None, end: datetime | None, *, longest: timedelta | None = None
) -> None:
    """Raise `InvalidInputError` for an end that is before the start, or too far behind it."""
    if start is None or end is None:
        return
    if end <= start:
        raise InvalidInputError(
            "The end {end} is not after the start {start}; choose a later end.",
            field="end",
            start=start,
            end=end,
        )
    if longest is not None and end - start > longest:
        raise InvalidInputError(
            "Dates are listed for {most} days at a time, not for {days}; choose an earlier end.",
            field="end",
            days=(end - start).days,
            most=longest.days,
        )
