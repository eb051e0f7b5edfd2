"""What a calendar shows: the occurrences of any stretch of time, past, near or far."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, EventException
from infoscreen_core.db.queries import events as event_queries
from infoscreen_core.db.queries import occurrences as queries
from infoscreen_core.domain.events.event import EventType, ExceptionKind, Severity
from infoscreen_core.domain.events.limits import LOOK_BACK
from infoscreen_core.domain.events.schedule import calendar_order
from infoscreen_core.domain.recurrence.expansion import expand
from infoscreen_core.services.events.occurrences import series_of

_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class OccurrenceView:
    """One occurrence with what a calendar needs of its event; `start` and `end` are UTC, the end exclusive.

    `exception` says why it does not take place (asked for with `with_exceptions`), None that it does.
    `version` is the event's: send it back with a change.
    """

    event_id: int
    group_id: int
    start: datetime
    end: datetime
    title: str
    description: str | None
    event_type: EventType
    priority: int
    timezone: str
    is_all_day: bool
    is_active: bool
    recurrence_rule: str | None
    skip_holidays: bool
    academic_period_id: int | None
    master_event_id: int | None
    website_url: str | None
    message_text: str | None
    message_severity: Severity
    version: int
    exception: ExceptionKind | None = None
    detached_event_id: int | None = None

    @property
    def is_recurring(self) -> bool:
        """Whether the event is a series."""
        return self.recurrence_rule is not None

    @property
    def is_detached(self) -> bool:
        """Whether the event was once an occurrence of a series."""
        return self.master_event_id is not None

    @property
    def takes_place(self) -> bool:
        """Whether it is no exception of its series, and the event is switched on."""
        return self.is_active and self.exception is None

    def is_paused(self, now: datetime) -> bool:
        """Whether it is to come or on, but switched off; what is over became inactive by itself."""
        return not self.is_active and self.end > now


Span = tuple[datetime, datetime]


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
    """Return what touches the window (aware instants), by start: end > `window_start`, start < `window_end`.

    `group_ids` None means all groups, `academic_period_id` None events of any period and of none. Within
    the horizon the index answers, beyond it the rules do. Finished
    and inactive events are listed too, as `is_active` says.
    """
    events = event_queries.list_events_touching(
        session, window_start, window_end, group_ids, academic_period_id=academic_period_id
    )
    spans = _list_spans(session, events, (window_start, window_end), now)
    views = [_view(event, span) for event in events for span in spans[event.id]]
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
        _view(by_id[event_id], (one.start, one.end), rows[one.start])
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


def _view(event: Event, span: Span, exception: EventException | None = None) -> OccurrenceView:
    return OccurrenceView(
        event_id=event.id,
        group_id=event.group_id,
        start=span[0],
        end=span[1],
        title=event.title,
        description=event.description,
        event_type=event.event_type,
        priority=event.priority,
        timezone=event.timezone,
        is_all_day=event.is_all_day,
        is_active=event.is_active,
        recurrence_rule=event.recurrence_rule,
        skip_holidays=event.skip_holidays,
        academic_period_id=event.academic_period_id,
        master_event_id=event.master_event_id,
        website_url=event.website_url,
        message_text=event.message_text,
        message_severity=event.message_severity,
        version=event.version,
        exception=exception.kind if exception else None,
        detached_event_id=exception.detached_event_id if exception else None,
    )
