"""Occurrences of a series that people, or the files they import, skipped or detached.

Each remembers which of them took it out, since only they put it back. Nobody decides on those that
fall in holidays: they follow from the holidays (see `occurrences`).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.clock import to_zulu
from infoscreen_core.db.models import Event, EventException
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.events.event import ExceptionKind, ExceptionSource
from infoscreen_core.domain.recurrence.expansion import (
    Occurrence,
    Series,
    next_occurrences,
)
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.errors import ConflictError, NotFoundError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events.occurrences import series_of, starting_on


def takes_place_on(event: Event, spans: Iterable[tuple[date, date]]) -> bool:
    """Whether the rule, whatever its exceptions, gives an occurrence on any of these days.

    Each span is a first and a last local date.
    """
    series = series_of(event, with_exceptions=False)
    return any(True for first, last in spans for _ in starting_on(series, first, last))


def get_occurrence(event: Event, start: datetime) -> Occurrence:
    """Return the occurrence that starts then; raise `NotFoundError` when the rule gives none."""
    found = find_occurrence(series_of(event, with_exceptions=False), start)
    if found is None:
        raise NotFoundError(
            "The event {title} does not take place at {start}; reload the calendar.",
            field="occurrence_start",
            title=event.title,
            start=start.astimezone(UTC),
        )
    return found


def find_detached(session: Session, event: Event, start: datetime) -> Event | None:
    """Return the event that replaces an occurrence which was changed on its own, or None."""
    for row in queries.list_exceptions(session, [event.id]):
        if row.occurrence_start == start and row.detached_event_id is not None:
            return queries.find_event(session, row.detached_event_id)
    return None


def find_occurrence(series: Series, start: datetime) -> Occurrence | None:
    """Return the occurrence that starts then, or None; exceptions of the series are left out."""
    return next((one for one in next_occurrences(series, start, 1) if one.start == start), None)


def add_exception(
    session: Session,
    event: Event,
    start: datetime,
    kind: ExceptionKind,
    *,
    now: datetime,
    source: ExceptionSource = ExceptionSource.PERSON,
) -> EventException:
    """Take an occurrence out of its series; raise `ConflictError` when that was done already."""
    for row in queries.list_exceptions(session, [event.id]):
        if row.occurrence_start == start and row.kind is not ExceptionKind.HOLIDAY:
            raise ConflictError(
                "This occurrence of {title} was already taken out of the series; reload the "
                "calendar.",
                field="occurrence_start",
                title=event.title,
            )
    row = EventException(
        event_id=event.id, occurrence_start=start, kind=kind, source=source, created_at=now
    )
    session.add(row)
    session.flush()
    return row


def set_source(session: Session, detached: Event, source: ExceptionSource) -> None:
    """Note who made what stands in an occurrence's place what it is; a single event has no such."""
    if detached.master_event_id is None:
        return
    for row in queries.list_exceptions(session, [detached.master_event_id]):
        if row.detached_event_id == detached.id:
            row.source = source


def carry_exceptions(
    session: Session, event: Event, old: Series, new: Series, *, shift: timedelta = timedelta()
) -> None:
    """Let exceptions follow a series whose times changed, each by its date plus `shift`.

    Dates are local. An exception whose date the new rule does not give stays as it is, and takes
    effect again if the old rule comes back.
    """
    zone = load_zone(old.timezone)
    rows = [
        row
        for row in queries.list_exceptions(session, [event.id])
        if row.kind is not ExceptionKind.HOLIDAY
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
    """Return the occurrence that starts on a local date, or None; a rule gives one at most."""
    return next((one for one in starting_on(series, day, day)), None)


def record_series_change(
    session: Session, action: str, event: Event, start: datetime, *, actor: Actor, now: datetime
) -> None:
    """Write the audit row of a change to one occurrence."""
    after = {"occurrence_start": to_zulu(start), "title": event.title}
    audit.record(session, action, "event", event.id, actor=actor, now=now, after=after)
