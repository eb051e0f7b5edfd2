"""What a calendar shows: the occurrences of any stretch of time, past, near or far."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, EventException
from infoscreen_core.db.queries import events as event_queries
from infoscreen_core.db.queries import occurrences as queries
from infoscreen_core.domain.events.limits import LOOK_BACK
from infoscreen_core.domain.events.schedule import calendar_order
from infoscreen_core.domain.recurrence.expansion import expand
from infoscreen_core.services.events.occurrences import series_of
from infoscreen_core.services.events.views import OccurrenceView, Span, occurrence_view

_CHUNK: Final = 500


def list_occurrences(
    session: Session,
    *,
    group_ids: Collection[int] | None,
    window_start: datetime,
    window_end: datetime,
    now: datetime,
    academic_period_id: int | None = None,
    with_exceptions: bool = False,
) -> list[OccurrenceView]:
    """Return the occurrences that touch a window of aware instants, by start.

    They end after `window_start` and start before `window_end`. `group_ids` None means all groups,
    `academic_period_id` None events of any period and of none. Within the horizon the index
    answers, beyond it the rules do. Finished and inactive events are listed too; `is_active` tells
    them apart.
    """
    events = event_queries.list_events_touching(
        session, window_start, window_end, group_ids, academic_period_id=academic_period_id
    )
    spans = _list_spans(session, events, (window_start, window_end), now)
    views = [occurrence_view(event, span) for event in events for span in spans[event.id]]
    if with_exceptions:
        views += _list_exception_views(session, events, window_start, window_end)
    return sorted(views, key=calendar_order)


def _list_spans(
    session: Session, events: Collection[Event], window: Span, now: datetime
) -> dict[int, list[Span]]:
    indexed = {event.id for event in events if _is_indexed(event, window, now)}
    spans: dict[int, list[Span]] = {
        event.id: [] if event.id in indexed else _expand(event, window) for event in events
    }
    for ids in _chunks(indexed):
        for row in queries.list_rows_between(session, *window, ids):
            spans[row.event_id].append((row.start, row.end))
    return spans


def _is_indexed(event: Event, window: Span, now: datetime) -> bool:
    return (
        event.is_active
        and window[0] >= now - LOOK_BACK
        and event.indexed_until is not None
        and event.indexed_until >= window[1]
    )


def _expand(event: Event, window: Span) -> list[Span]:
    found = expand(series_of(event), window_start=window[0], window_end=window[1])
    return [(one.start, one.end) for one in found]


def _list_exception_views(
    session: Session, events: Iterable[Event], window_start: datetime, window_end: datetime
) -> list[OccurrenceView]:
    by_id = {event.id: event for event in events}
    exceptions: dict[int, dict[datetime, EventException]] = {}
    for ids in _chunks(by_id):
        for row in event_queries.list_exceptions(session, ids):
            exceptions.setdefault(row.event_id, {})[row.occurrence_start] = row
    return [
        occurrence_view(by_id[event_id], (one.start, one.end), rows[one.start])
        for event_id, rows in exceptions.items()
        for one in expand(
            series_of(by_id[event_id], with_exceptions=False),
            window_start=window_start,
            window_end=window_end,
        )
        if one.start in rows
    ]


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[first : first + _CHUNK] for first in range(0, len(ordered), _CHUNK))
