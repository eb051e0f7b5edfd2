"""Occurrences of a series that do not take place as planned: skipped, detached, or in a holiday."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.clock import to_zulu
from infoscreen_core.db.models import Event, EventException
from infoscreen_core.db.queries import events as queries
from infoscreen_core.db.queries.periods import HolidayDays, list_holiday_days
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.recurrence.expansion import (
    Occurrence,
    Series,
    expand,
    last_occurrence_end,
    next_occurrences,
)
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.errors import ConflictError, NotFoundError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events import occurrences

HolidaysByPeriod = Mapping[int | None, Sequence[HolidayDays]]

_MARGIN = timedelta(days=1)
"""Local dates begin and end up to 14 hours before or after those of UTC."""


def settle(session: Session, event: Event, *, now: datetime) -> None:
    """Finish a write: bring holidays, exception text, end of the series and index in step.

    The caller then raises the change counter, once and last: everybody waits for that row, so whoever holds
    it must not wait for another.
    """
    settle_all(session, [event], now=now)


def settle_all(session: Session, events: Sequence[Event], *, now: datetime) -> None:
    """Finish a write to several events, as `settle` does; what people skipped or detached stays so."""
    session.flush()
    _regenerate(session, events, now)
    occurrences.write_exception_texts(session, events)
    for event in events:
        end = last_occurrence_end(occurrences.series_of(event)) if event.recurrence_rule else None
        if event.recurrence_end != end:  # an assignment alone would raise the version
            event.recurrence_end = end
    occurrences.rebuild_all(session, events, now=now)


def takes_place_on(event: Event, spans: Iterable[tuple[date, date]]) -> bool:
    """Whether the rule, exceptions not looked at, gives an occurrence on one of these stretches of days."""
    series = occurrences.series_of(event, with_exceptions=False)
    return any(True for first, last in spans for _ in _starting_on(series, first, last))


def get_occurrence(event: Event, start: datetime) -> Occurrence:
    """Return the occurrence that starts at this instant; raise `NotFoundError` when the rule gives none."""
    found = find_occurrence(occurrences.series_of(event, with_exceptions=False), start)
    if found is None:
        raise NotFoundError(
            "The event {title} does not take place at {start}; reload the calendar.",
            field="occurrence_start",
            title=event.title,
            start=start.astimezone(UTC),
        )
    return found


def find_detached(session: Session, event: Event, start: datetime) -> Event | None:
    """Return the event that stands for an occurrence of a series that was changed on its own."""
    for row in queries.list_exceptions(session, [event.id]):
        if row.occurrence_start == start and row.detached_event_id is not None:
            return queries.find_event(session, row.detached_event_id)
    return None


def find_occurrence(series: Series, start: datetime) -> Occurrence | None:
    """Return the occurrence that starts at this instant, exceptions of the series heeded."""
    return next((one for one in next_occurrences(series, start, 1) if one.start == start), None)


def add_exception(
    session: Session, event: Event, start: datetime, kind: ExceptionKind, *, now: datetime
) -> EventException:
    """Take an occurrence out of its series; raise `ConflictError` when a person already did."""
    for row in queries.list_exceptions(session, [event.id]):
        if row.occurrence_start == start and row.kind is not ExceptionKind.HOLIDAY:
            raise ConflictError(
                "This occurrence of {title} was already taken out of the series; reload the calendar.",
                field="occurrence_start",
                title=event.title,
            )
    row = EventException(event_id=event.id, occurrence_start=start, kind=kind, created_at=now)
    session.add(row)
    session.flush()
    return row


def carry_exceptions(
    session: Session, event: Event, old: Series, new: Series, *, shift: timedelta = timedelta()
) -> None:
    """Let people's exceptions follow a series whose times changed: same local date, moved on by `shift` days.

    One whose date the new rule no longer hits stays as it is, and takes effect again if the rule comes back.
    """
    zone = load_zone(old.timezone)
    rows = [
        row for row in queries.list_exceptions(session, [event.id]) if row.kind is not ExceptionKind.HOLIDAY
    ]
    taken = {(row.kind, row.occurrence_start) for row in rows}
    for row in rows:
        day = to_local(row.occurrence_start, zone).date() + shift
        target = find_on_date(new, day)
        if target and (row.kind, target.start) not in taken:
            taken.add((row.kind, target.start))
            row.occurrence_start = target.start
    session.flush()


def find_on_date(series: Series, day: date) -> Occurrence | None:
    """Return the occurrence that starts on a local date; a rule gives one at most."""
    return next((one for one in _starting_on(series, day, day)), None)


def record_series_change(
    session: Session, action: str, event: Event, start: datetime, *, actor: Actor, now: datetime
) -> None:
    """Write the audit row of a change to one occurrence."""
    after = {"occurrence_start": to_zulu(start), "title": event.title}
    audit.record(session, action, "event", event.id, actor=actor, now=now, after=after)


def _regenerate(session: Session, events: Sequence[Event], now: datetime) -> None:
    stored: dict[int, dict[datetime, EventException]] = {event.id: {} for event in events}
    for row in queries.list_exceptions(session, stored):
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


def heeded_holidays(session: Session, events: Iterable[Event]) -> HolidaysByPeriod:
    """Return the holidays of all periods that some of these events heed."""
    periods = {event.academic_period_id for event in events if event.skip_holidays}
    return {period: list_holiday_days(session, period) for period in periods}


def holiday_starts(event: Event, holidays: HolidaysByPeriod) -> set[datetime]:
    """Return the starts of the occurrences that fall in the holidays which the event heeds."""
    if not event.skip_holidays:
        return set()
    series, own = occurrences.series_of(event, with_exceptions=False), holidays[event.academic_period_id]
    return {one.start for free in own for one in _starting_on(series, free.start_date, free.end_date)}


def _starting_on(series: Series, first: date, last: date) -> Iterable[Occurrence]:
    """Return the occurrences that start on the local dates from `first` to `last`."""
    begin = datetime.combine(first, datetime.min.time(), UTC) - _MARGIN
    end = datetime.combine(last, datetime.min.time(), UTC) + 2 * _MARGIN
    found = expand(series, window_start=begin, window_end=end)
    return (one for one in found if first <= one.start_local.date() <= last)
