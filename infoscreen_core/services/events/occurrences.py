"""What is derived from an event: its rows in the occurrence index, its holidays, its series' end.

The index says what happens when, from a day ago to 60 days ahead, one row each. `settle` ends each
write to an event, in the same transaction, so nothing derived ever lags behind a change.
`extend_batch` moves the horizon on; `occurrence_checks` compares everything with a fresh expansion.

Each step needs the one before: the exceptions that holidays give come first, then the text of all
exceptions, as RFC 5545 writes them. From rule and text follow the end of the series and the rows
of the index. Only rows that differ are written, as most changes leave most of them alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, EventException
from infoscreen_core.db.queries import events as event_queries
from infoscreen_core.db.queries import occurrences as queries
from infoscreen_core.db.queries.occurrences import IndexRow
from infoscreen_core.db.queries.periods import HolidayDays, list_holiday_days
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.events.limits import HORIZON, LOOK_BACK
from infoscreen_core.domain.recurrence.expansion import (
    Occurrence,
    Series,
    expand,
    format_exdates,
    last_occurrence_end,
    parse_exdates,
)
from infoscreen_core.errors import InvalidInputError

HolidaysByPeriod = Mapping[int | None, Sequence[HolidayDays]]
SLACK: Final = timedelta(days=2)
"""How far a healthy index may lag behind: it is extended nightly, and may miss one night."""
BATCH_SIZE: Final = 200
_MARGIN: Final = timedelta(days=1)
"""Covers zones: a local date begins and ends up to 14 hours before or after that of UTC."""
_TOLERANCE: Final = timedelta(hours=12)
"""An index this close to its horizon waits for the night, so restarts by day cost nothing."""


def series_of(event: Event, *, with_exceptions: bool = True) -> Series:
    """Return the event as a series to expand; an event without a rule is a series of one."""
    bare = Series.from_utc(
        event.start, event.end, timezone=event.timezone, rule=event.recurrence_rule
    )
    if not (with_exceptions and event.recurrence_exception):
        return bare
    return Series(
        start_local=bare.start_local,
        end_local=bare.end_local,
        timezone=bare.timezone,
        rule=bare.rule,
        exdates=parse_exdates(event.recurrence_exception),
    )


def settle(session: Session, event: Event, *, now: datetime) -> None:
    """Finish a write: bring everything that is derived from the event in step with it.

    The caller then raises the change counter, once and last: everybody waits for that row, so
    whoever holds it must not wait for another.
    """
    settle_all(session, [event], now=now)


def settle_all(session: Session, events: Sequence[Event], *, now: datetime) -> None:
    """Finish a write to several events, as `settle` does; other exceptions stay."""
    session.flush()
    _write_holidays(session, events, now)
    _write_exception_texts(session, events)
    written = [event for event in events if event.finished_at is not None]
    event_queries.set_silently(session, written, "finished_at", None)
    for event in events:
        end = last_occurrence_end(series_of(event)) if event.recurrence_rule else None
        if event.recurrence_end != end:  # an assignment alone would raise the version
            event.recurrence_end = end
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


def reactivate_unfinished(session: Session, *, now: datetime) -> list[int]:
    """Take back what `deactivate_finished` did while the clock was ahead; return the ids."""
    found = event_queries.reactivate_unfinished(session, now, BATCH_SIZE)
    _reindex(session, found, now)
    return [event.id for event in found]


def heeded_holidays(session: Session, events: Iterable[Event]) -> HolidaysByPeriod:
    """Return the holidays of all periods that some of these events heed."""
    periods = {event.academic_period_id for event in events if event.skip_holidays}
    return {period: list_holiday_days(session, period) for period in periods}


def holiday_starts(event: Event, holidays: HolidaysByPeriod) -> set[datetime]:
    """Return the starts of the occurrences that fall in the holidays which the event heeds."""
    if not event.skip_holidays:
        return set()
    series, own = series_of(event, with_exceptions=False), holidays[event.academic_period_id]
    return {
        one.start for free in own for one in starting_on(series, free.start_date, free.end_date)
    }


def starting_on(series: Series, first: date, last: date) -> Iterable[Occurrence]:
    """Return the occurrences that start on the local dates from `first` to `last`."""
    begin = datetime.combine(first, datetime.min.time(), UTC) - _MARGIN
    end = datetime.combine(last, datetime.min.time(), UTC) + 2 * _MARGIN
    found = expand(series, window_start=begin, window_end=end)
    return (one for one in found if first <= one.start_local.date() <= last)


def _write_holidays(session: Session, events: Sequence[Event], now: datetime) -> None:
    stored: dict[int, dict[datetime, EventException]] = {event.id: {} for event in events}
    for row in event_queries.list_exceptions(session, stored):
        if row.kind is ExceptionKind.HOLIDAY:
            stored[row.event_id][row.occurrence_start] = row
    holidays = heeded_holidays(session, events)
    for event in events:
        wanted = holiday_starts(event, holidays)
        _replace_holiday_rows(session, event, stored[event.id], wanted, now)
    session.flush()


def _replace_holiday_rows(
    session: Session,
    event: Event,
    stored: Mapping[datetime, EventException],
    wanted: AbstractSet[datetime],
    now: datetime,
) -> None:
    for start in stored.keys() - wanted:
        session.delete(stored[start])
    kind = ExceptionKind.HOLIDAY
    session.add_all(
        EventException(event_id=event.id, occurrence_start=start, kind=kind, created_at=now)
        for start in sorted(wanted - stored.keys())
    )


def _write_exception_texts(session: Session, events: Sequence[Event]) -> None:
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
    readable = {
        event.id: rows for event in events if (rows := _readable_rows(event, now)) is not None
    }
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
    """Return the rows that the index should hold, or None for an event that makes no sense.

    Only a change to the database by hand leaves one. It must not keep the others from being
    indexed, so its rows stay as they are, and a check reports it.
    """
    try:
        return wanted_rows(event, now)
    except InvalidInputError:
        return None


def wanted_rows(event: Event, now: datetime) -> list[IndexRow]:
    """Return the rows that the index should hold for an event; none when it is inactive.

    Raises `InvalidInputError` when the event cannot be read.
    """
    if not event.is_active:
        return []
    found = expand(series_of(event), window_start=now - LOOK_BACK, window_end=now + HORIZON)
    return [IndexRow(event.id, one.start, one.end, event.group_id) for one in found]
