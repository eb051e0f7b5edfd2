"""The occurrence index: what happens when, from a day ago to 60 days ahead, one row each.

`rebuild_all` runs in the transaction that changes an event, so the index never lags behind a change;
`extend_batch` moves the horizon on. `occurrence_checks` compares all of it with a fresh expansion.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import events as event_queries
from infoscreen_core.db.queries import occurrences as queries
from infoscreen_core.db.queries.occurrences import IndexRow
from infoscreen_core.domain.events.limits import HORIZON, LOOK_BACK
from infoscreen_core.domain.recurrence.expansion import Series, expand, format_exdates, parse_exdates
from infoscreen_core.errors import InvalidInputError

SLACK: Final = timedelta(days=2)
"""How far the horizon of a healthy index may lag behind: nightly extension, one night missed."""
BATCH_SIZE: Final = 200
_TOLERANCE: Final = timedelta(hours=12)
"""What is nearly up to date can wait for the next night: a restart by day has nothing to do."""


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


def deactivate_finished(session: Session, *, now: datetime) -> list[int]:
    """Make events inactive whose last occurrence is over; return their ids (one batch of them)."""
    finished = event_queries.deactivate_finished(session, now, BATCH_SIZE)
    _reindex(session, finished, now)
    return [event.id for event in finished]


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
    readable = {event.id: rows for event in events if (rows := _readable_rows(event, now)) is not None}
    wanted = {(row.event_id, row.start): row for rows in readable.values() for row in rows}
    stale = []
    for row in queries.list_index_rows(session, readable):
        if wanted.get((row.event_id, row.start)) == row._replace(id=0):
            del wanted[row.event_id, row.start]
        else:
            stale.append(row.id)
    queries.delete_index_rows(session, stale)
    queries.insert_index_rows(session, wanted.values())
    queries.mark_indexed(session, events, now + HORIZON)


def _readable_rows(event: Event, now: datetime) -> list[IndexRow] | None:
    """Return what the index should hold; None for an event that says nothing sensible, written past us.

    What is indexed of it stays: it must not keep all others from being indexed. A check reports it.
    """
    try:
        return wanted_rows(event, now)
    except InvalidInputError:
        return None


def wanted_rows(event: Event, now: datetime) -> list[IndexRow]:
    """Return what the index should hold about an event; raise `InvalidInputError` when it cannot be read."""
    if not event.is_active:
        return []
    found = expand(series_of(event), window_start=now - LOOK_BACK, window_end=now + HORIZON)
    return [IndexRow(event.id, one.start, one.end, event.group_id) for one in found]
