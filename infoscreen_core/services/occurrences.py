"""The occurrence index: what happens when, from a day ago to 60 days ahead, one row each.

`rebuild` runs in the transaction that changes an event, so the index never lags behind a change;
`extend_batch` moves the horizon on; `verify` compares everything with a fresh expansion and `repair` puts it
right.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import events as event_queries
from infoscreen_core.db.queries import occurrences as queries
from infoscreen_core.db.queries.occurrences import IndexRow
from infoscreen_core.domain.recurrence import Series, expand, format_exdates, parse_exdates

LOOK_BACK: Final = timedelta(days=1)
HORIZON: Final = timedelta(days=60)
SLACK: Final = timedelta(days=2)
"""How far the horizon of a healthy index may lag behind: nightly extension, one night missed."""
BATCH_SIZE: Final = 200
_TOLERANCE: Final = timedelta(hours=12)
"""What is nearly up to date can wait for the next night: a restart by day has nothing to do."""


class Fault(StrEnum):
    """How the index differs from a fresh expansion."""

    MISSING = "missing"
    EXTRA = "extra"
    WRONG = "wrong"
    """Right start, but another end or group."""
    LATE = "late"
    """The event's index does not reach far enough ahead."""
    EXCEPTION_TEXT = "exception_text"
    """`recurrence_exception` does not say what `event_exceptions` says."""


@dataclass(frozen=True)
class Difference:
    """One thing that is wrong with the index of an event; `start` of the occurrence meant, if one is."""

    event_id: int
    fault: Fault
    start: datetime | None = None


def series_of(event: Event, *, with_exceptions: bool = True) -> Series:
    """Return the event as the recurrence rules know it."""
    bare = Series.from_utc(event.start, event.end, timezone=event.timezone, rule=event.recurrence_rule)
    if not (with_exceptions and event.recurrence_exception):
        return bare
    return Series(
        start_local=bare.start_local,
        end_local=bare.end_local,
        timezone=bare.timezone,
        rule=bare.rule,
        exdates=parse_exdates(event.recurrence_exception),
    )


def rebuild(session: Session, event: Event, *, now: datetime) -> None:
    """Bring the event's part of the index up to date, in the caller's transaction."""
    rebuild_all(session, [event], now=now)


def rebuild_all(session: Session, events: Sequence[Event], *, now: datetime) -> None:
    """Bring the events' parts of the index up to date, in the caller's transaction."""
    session.flush()
    _reindex(session, events, now)


def extend_batch(session: Session, *, now: datetime, limit: int = BATCH_SIZE) -> int:
    """Move the horizon on for some events that need it; return how many, 0 when all is done.

    Call it with the same `now`, one transaction each, until it returns 0.
    """
    late = queries.claim_late_events(session, now + HORIZON - _TOLERANCE, limit)
    _reindex(session, late, now)
    return len(late)


def extend_all(session: Session, *, now: datetime) -> int:
    """Move the horizon on for all events in one transaction; return how many needed it."""
    total = 0
    while count := extend_batch(session, now=now):
        total += count
    return total


def deactivate_finished(session: Session, *, now: datetime) -> list[int]:
    """Make events inactive whose last occurrence is over; return their ids (one batch of them)."""
    finished = event_queries.deactivate_finished(session, now, BATCH_SIZE)
    _reindex(session, finished, now)
    return [event.id for event in finished]


def verify(session: Session, *, now: datetime) -> list[Difference]:
    """Compare the whole index with a fresh expansion; an empty list says that all is right."""
    differences: list[Difference] = []
    after = 0
    while events := queries.list_events_after(session, after, BATCH_SIZE):
        differences += _verify_batch(session, events, now)
        after = events[-1].id
    return differences


def repair(session: Session, differences: Sequence[Difference], *, now: datetime) -> int:
    """Rebuild what `verify` found to be wrong; return how many events that were."""
    ids = sorted({difference.event_id for difference in differences})
    for event_id in ids:
        event = event_queries.find_event_for_update(session, event_id)
        if event is not None:
            write_exception_text(session, event)
            rebuild(session, event, now=now)
    return len(ids)


def write_exception_text(session: Session, event: Event) -> None:
    """Bring `recurrence_exception` in step with the event's exceptions."""
    write_exception_texts(session, [event])


def write_exception_texts(session: Session, events: Sequence[Event]) -> None:
    """Bring `recurrence_exception` of the events in step with their exceptions."""
    starts: dict[int, set[datetime]] = {event.id: set() for event in events}
    for row in event_queries.list_exceptions(session, starts):
        starts[row.event_id].add(row.occurrence_start)
    for event in events:
        text = format_exdates(starts[event.id]) or None
        if event.recurrence_exception != text:
            event.recurrence_exception = text


def _reindex(session: Session, events: Sequence[Event], now: datetime) -> None:
    if not events:
        return
    ids = [event.id for event in events]
    wanted = {(row.event_id, row.start): row for event in events for row in _wanted_rows(event, now)}
    stale = []
    for row in queries.list_index_rows(session, ids):
        if wanted.get((row.event_id, row.start)) == row._replace(id=0):
            del wanted[row.event_id, row.start]
        else:
            stale.append(row.id)
    queries.delete_index_rows(session, stale)
    queries.insert_index_rows(session, wanted.values())
    queries.mark_indexed(session, events, now + HORIZON)


def _wanted_rows(event: Event, now: datetime) -> list[IndexRow]:
    if not event.is_active:
        return []
    found = expand(series_of(event), window_start=now - LOOK_BACK, window_end=now + HORIZON)
    return [IndexRow(event.id, one.start, one.end, event.group_id) for one in found]


def _verify_batch(session: Session, events: Sequence[Event], now: datetime) -> list[Difference]:
    ids = [event.id for event in events]
    stored: dict[int, dict[datetime, IndexRow]] = {event_id: {} for event_id in ids}
    for row in queries.list_index_rows(session, ids):
        stored[row.event_id][row.start] = row._replace(id=0)
    exceptions: dict[int, set[datetime]] = {event_id: set() for event_id in ids}
    for exception in event_queries.list_exceptions(session, ids):
        exceptions[exception.event_id].add(exception.occurrence_start)
    return [
        difference
        for event in events
        for difference in (
            *_verify_reach(event, now),
            *_verify_text(event, exceptions[event.id]),
            *_verify_rows(event, stored[event.id], now),
        )
    ]


def _verify_reach(event: Event, now: datetime) -> list[Difference]:
    is_late = event.indexed_until is None or event.indexed_until < now + HORIZON - SLACK
    return [Difference(event.id, Fault.LATE)] if event.is_active and is_late else []


def _verify_text(event: Event, exceptions: Collection[datetime]) -> list[Difference]:
    is_same = (event.recurrence_exception or "") == format_exdates(exceptions)
    return [] if is_same else [Difference(event.id, Fault.EXCEPTION_TEXT)]


def _verify_rows(event: Event, stored: dict[datetime, IndexRow], now: datetime) -> list[Difference]:
    # Rows of the past that nobody pruned yet, and of the time beyond the event's own horizon, are no faults.
    reach = min(event.indexed_until or now + HORIZON, now + HORIZON)
    wanted = {row.start: row for row in _wanted_rows(event, now) if row.start < reach}
    current = {start: row for start, row in stored.items() if row.end > now - LOOK_BACK and start < reach}
    return [
        *(Difference(event.id, Fault.MISSING, start) for start in wanted.keys() - current.keys()),
        *(Difference(event.id, Fault.EXTRA, start) for start in current.keys() - wanted.keys()),
        *(
            Difference(event.id, Fault.WRONG, start)
            for start in wanted.keys() & current.keys()
            if wanted[start] != current[start]
        ),
    ]
