"""Compare the occurrence index with a fresh expansion, and put right what differs.

Whatever else is derived from an event is checked too: the text of its exceptions, the exceptions
that holidays give, the end of a series. Every write keeps all of this right (`occurrences.settle`),
so a difference means that somebody changed the database by hand, or that a program has a bug.

`repair` derives everything anew. It can't help where the event's own rule, zone or times make no
sense (`UNREADABLE`). Where only the text of its exceptions is unreadable, nothing beyond that can
be checked; `repair` writes the text anew, and the next check sees the rest.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import events as event_queries
from infoscreen_core.db.queries import occurrences as queries
from infoscreen_core.db.queries.occurrences import IndexRow
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.events.limits import HORIZON, LOOK_BACK
from infoscreen_core.domain.recurrence.exdates import format_stamp
from infoscreen_core.domain.recurrence.expansion import expand, format_exdates, last_occurrence_end
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import changes
from infoscreen_core.services.events.occurrences import (
    BATCH_SIZE,
    SLACK,
    HolidaysByPeriod,
    heeded_holidays,
    holiday_starts,
    series_of,
    settle,
    wanted_rows,
)


class IndexFault(StrEnum):
    """How the index, or what belongs to it, differs from what the event says."""

    MISSING = "missing"
    EXTRA = "extra"
    WRONG = "wrong"
    """Right start, but another end or group."""
    LATE = "late"
    """The event's index does not reach far enough ahead."""
    EXCEPTION_TEXT = "exception_text"
    """`recurrence_exception` does not say what `event_exceptions` says."""
    HOLIDAYS = "holidays"
    """The stored holiday exceptions are not those that the holidays give."""
    SERIES_END = "series_end"
    """`recurrence_end` is not the end of the last occurrence."""
    ORPHAN = "orphan"
    """An occurrence of an event that does not exist."""
    UNREADABLE = "unreadable"
    """The event's rule, zone or times make no sense: only a person can put that right."""


_SENTENCES: Final = {
    IndexFault.MISSING: "Event {event_id}: its occurrence at {start} is not in the index.",
    IndexFault.EXTRA: (
        "Event {event_id}: the index has an occurrence at {start} that does not take place."
    ),
    IndexFault.WRONG: (
        "Event {event_id}: the index has another end or group for its occurrence at {start}."
    ),
    IndexFault.LATE: "Event {event_id}: its index does not reach far enough ahead.",
    IndexFault.EXCEPTION_TEXT: (
        "Event {event_id}: the text of its exceptions does not say what they are."
    ),
    IndexFault.HOLIDAYS: "Event {event_id}: its exceptions are not those that its holidays give.",
    IndexFault.SERIES_END: (
        "Event {event_id}: the end of the series is not that of its last occurrence."
    ),
    IndexFault.ORPHAN: (
        "Event {event_id} does not exist, but the index has an occurrence of it at {start}."
    ),
    IndexFault.UNREADABLE: "Event {event_id} cannot be read; change or delete it. {reason}",
}


@dataclass(frozen=True)
class Difference:
    """One thing that is wrong about an event; `start` names the occurrence, where it is one."""

    event_id: int
    fault: IndexFault
    start: datetime | None = None
    reason: str | None = None
    """Why an event is unreadable."""

    def __str__(self) -> str:
        start = format_stamp(self.start) if self.start else None
        return _SENTENCES[self.fault].format(
            event_id=self.event_id, start=start, reason=self.reason
        )


@dataclass(frozen=True)
class Checked:
    """What one batch showed; the next begins after event `last_id` (None: there is no next)."""

    last_id: int | None
    events: int
    differences: list[Difference]


def check_batch(
    session: Session, *, now: datetime, after: int = 0, limit: int = BATCH_SIZE
) -> Checked:
    """Check up to `limit` events with ids after `after`; they stay locked until the commit.

    Once no event is left, the index is checked for orphans.
    """
    events = queries.claim_events_after(session, after, limit)
    if not events:
        orphans = [
            Difference(row.event_id, IndexFault.ORPHAN, row.start)
            for row in queries.list_orphans(session)
        ]
        return Checked(None, 0, orphans)
    return Checked(events[-1].id, len(events), _check_events(session, events, now))


def verify(session: Session, *, now: datetime) -> list[Difference]:
    """Check everything in one transaction; an empty list means that all is right."""
    differences: list[Difference] = []
    after: int | None = 0
    while after is not None:
        checked = check_batch(session, now=now, after=after)
        differences += checked.differences
        after = checked.last_id
    return differences


def repair(session: Session, differences: Sequence[Difference], *, now: datetime) -> int:
    """Put right what a check found; return how many events that concerned.

    An unreadable event is left as it is. Screens follow at once, since the change counter is
    raised.
    """
    unreadable = {
        difference.event_id
        for difference in differences
        if difference.fault is IndexFault.UNREADABLE
    }
    ids = sorted({difference.event_id for difference in differences} - unreadable)
    for event_id in ids:
        event = event_queries.find_event_for_update(session, event_id)
        if event is None:
            queries.delete_index_of(session, event_id)
        else:
            settle(session, event, now=now)
    if ids:
        changes.bump(session)
    return len(ids)


def _check_events(session: Session, events: Sequence[Event], now: datetime) -> list[Difference]:
    ids = [event.id for event in events]
    stored: dict[int, dict[datetime, IndexRow]] = {event_id: {} for event_id in ids}
    for row in queries.list_index_rows(session, ids):
        stored[row.event_id][row.start] = row._replace(id=0)
    exceptions: dict[int, dict[ExceptionKind, set[datetime]]] = {event_id: {} for event_id in ids}
    for exception in event_queries.list_exceptions(session, ids):
        exceptions[exception.event_id].setdefault(exception.kind, set()).add(
            exception.occurrence_start
        )
    holidays = heeded_holidays(session, events)
    return [
        difference
        for event in events
        for difference in _check_event(event, stored[event.id], exceptions[event.id], holidays, now)
    ]


def _check_event(
    event: Event,
    stored: Mapping[datetime, IndexRow],
    exceptions: Mapping[ExceptionKind, set[datetime]],
    holidays: HolidaysByPeriod,
    now: datetime,
) -> list[Difference]:
    every = {start for starts in exceptions.values() for start in starts}
    text = _check_text(event, every)
    try:
        expand(series_of(event, with_exceptions=False), window_start=now, window_end=now)
    except InvalidInputError as error:
        return [Difference(event.id, IndexFault.UNREADABLE, reason=str(error))]
    try:
        return [
            *text,
            *_check_holidays(event, exceptions.get(ExceptionKind.HOLIDAY, set()), holidays),
            *_check_end(event),
            *_check_reach(event, now),
            *_check_rows(event, stored, now),
        ]
    except InvalidInputError:  # the text is unreadable, and the rest depends on it
        return text


def _check_text(event: Event, exceptions: Collection[datetime]) -> list[Difference]:
    is_same = (event.recurrence_exception or "") == format_exdates(exceptions)
    return [] if is_same else [Difference(event.id, IndexFault.EXCEPTION_TEXT)]


def _check_holidays(
    event: Event, stored: Collection[datetime], holidays: HolidaysByPeriod
) -> list[Difference]:
    if not event.is_active:
        return []
    return (
        []
        if holiday_starts(event, holidays) == stored
        else [Difference(event.id, IndexFault.HOLIDAYS)]
    )


def _check_end(event: Event) -> list[Difference]:
    end = last_occurrence_end(series_of(event)) if event.recurrence_rule else None
    return [] if event.recurrence_end == end else [Difference(event.id, IndexFault.SERIES_END)]


def _check_reach(event: Event, now: datetime) -> list[Difference]:
    is_late = event.indexed_until is None or event.indexed_until < now + HORIZON - SLACK
    return [Difference(event.id, IndexFault.LATE)] if event.is_active and is_late else []


def _check_rows(
    event: Event, stored: Mapping[datetime, IndexRow], now: datetime
) -> list[Difference]:
    # Rows of the past that were not pruned yet are no faults. Between the horizon as of now and the
    # one that the event was last indexed to, rows may or may not be there.
    end = event.indexed_until or now + HORIZON
    reach, beyond = min(end, now + HORIZON), max(end, now + HORIZON)
    wanted = {row.start: row for row in wanted_rows(event, now) if row.start < reach}
    current = {
        start: row
        for start, row in stored.items()
        if row.end > now - LOOK_BACK and (start < reach or start >= beyond)
    }
    return [
        *(
            Difference(event.id, IndexFault.MISSING, start)
            for start in sorted(wanted.keys() - current.keys())
        ),
        *(
            Difference(event.id, IndexFault.EXTRA, start)
            for start in sorted(current.keys() - wanted.keys())
        ),
        *(
            Difference(event.id, IndexFault.WRONG, start)
            for start in sorted(wanted.keys() & current.keys())
            if wanted[start] != current[start]
        ),
    ]
