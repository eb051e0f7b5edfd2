"""Groups, periods and holidays to plan events for."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import (
    AcademicPeriod,
    ChangeCounter,
    ClientGroup,
    Event,
    EventException,
    Occurrence,
    SchoolHoliday,
)
from infoscreen_core.domain.events.event import EventType, ExceptionKind, PeriodType
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events, occurrences
from infoscreen_core.services.events.event_drafts import EventDraft

Sessions = sessionmaker[Session]

MONDAY = datetime(2026, 9, 7, 5, tzinfo=UTC)
"""A Monday at 07:00 in Vienna."""


def local(text: str) -> datetime:
    """A naive wall time."""
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def add_group(session: Session, name: str = "Aula") -> int:
    group = ClientGroup(name=name, created_at=MONDAY)
    session.add(group)
    if session.get(ChangeCounter, changes.SCHEDULE) is None:
        session.add(ChangeCounter(subject=changes.SCHEDULE))
    session.flush()
    return group.id


def add_period(session: Session) -> int:
    period = AcademicPeriod(
        name="2026/27",
        period_type=PeriodType.SCHULJAHR,
        start_date=date(2026, 9, 7),
        end_date=date(2027, 7, 2),
        created_at=MONDAY,
        updated_at=MONDAY,
    )
    session.add(period)
    session.flush()
    return period.id


def add_holiday(
    session: Session, first: date, last: date, period_id: int | None = None
) -> SchoolHoliday:
    holiday = SchoolHoliday(
        academic_period_id=period_id,
        name="Herbstferien",
        start_date=first,
        end_date=last,
        created_at=MONDAY,
        updated_at=MONDAY,
    )
    session.add(holiday)
    session.flush()
    return holiday


def lesson(group_id: int, **changed: Any) -> EventDraft:  # noqa: ANN401 - fields of a draft
    """A message on Monday, 7 September 2026, 08:00-08:50 in Vienna, unless told otherwise."""
    values: dict[str, Any] = {
        "group_ids": [group_id],
        "title": "Mathe 3B",
        "event_type": EventType.MESSAGE,
        "start": local("2026-09-07T08:00"),
        "end": local("2026-09-07T08:50"),
        "message_text": "Raum 12",
    }
    return EventDraft(**(values | changed))


def plan(
    session: Session,
    group_id: int,
    *,
    now: datetime = MONDAY,
    **changed: Any,  # noqa: ANN401 - fields of a draft
) -> Event:
    return events.create_events(session, lesson(group_id, **changed), actor=CLI, now=now)[0]


def move(
    session: Session, event: Event, start: str, end: str, occurrence: datetime | None = None
) -> None:
    """Drag an event, or one occurrence of it, to these wall times."""
    events.move_event(
        session,
        event.id,
        start=local(start),
        end=local(end),
        version=event.version,
        actor=CLI,
        now=MONDAY,
        occurrence_start=occurrence,
    )


def extend_all(session: Session, *, now: datetime) -> int:
    """Move the index's horizon on for all events in one transaction; return how many needed it."""
    return sum(iter(lambda: occurrences.extend_batch(session, now=now), 0))


def indexed_starts(session: Session, event_id: int) -> list[datetime]:
    starts = (
        select(Occurrence.start).where(Occurrence.event_id == event_id).order_by(Occurrence.start)
    )
    return list(session.scalars(starts))


def exceptions_of(session: Session, event_id: int) -> list[tuple[datetime, ExceptionKind]]:
    rows = session.scalars(
        select(EventException)
        .where(EventException.event_id == event_id)
        .order_by(EventException.occurrence_start, EventException.kind)
    )
    return [(row.occurrence_start, row.kind) for row in rows]
