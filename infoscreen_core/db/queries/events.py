"""Reads around events; nothing here commits."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from infoscreen_core.db.base import Base
from infoscreen_core.db.models import (
    AcademicPeriod,
    ClientGroup,
    Event,
    EventException,
)

_TABLE = Base.metadata.tables[Event.__tablename__]


def find_event(session: Session, event_id: int) -> Event | None:
    """Return the event as the database has it now."""
    return session.get(Event, event_id)


def map_events(session: Session, event_ids: Collection[int]) -> dict[int, Event]:
    """Return events by their ids; those that are gone are left out."""
    wanted = select(Event).where(Event.id.in_(event_ids))
    found = session.scalars(wanted.options(selectinload(Event.further_files)))
    return {event.id: event for event in found}


def find_event_for_update(session: Session, event_id: int) -> Event | None:
    """Return the event and keep others from changing it, or its occurrences, until the commit."""
    session.flush()  # the fresh row would overwrite what is not written yet
    return session.get(Event, event_id, with_for_update=True, populate_existing=True)


def list_events(
    session: Session, *, group_ids: Collection[int] | None = None, is_active: bool | None = None
) -> list[Event]:
    """Return events by start, of all groups unless some are given."""
    wanted = select(Event).order_by(Event.start, Event.id)
    wanted = wanted.options(selectinload(Event.further_files))
    if group_ids is not None:
        wanted = wanted.where(Event.group_id.in_(group_ids))
    if is_active is not None:
        wanted = wanted.where(Event.is_active.is_(is_active))
    return list(session.scalars(wanted))


def list_events_touching(
    session: Session,
    window_start: datetime,
    window_end: datetime,
    group_ids: Collection[int] | None,
    *,
    academic_period_id: int | None = None,
) -> list[Event]:
    """Return events of which an occurrence may touch the window; exceptions are ignored."""
    wanted = select(Event).where(
        Event.start < window_end,
        or_(
            and_(Event.recurrence_rule.is_(None), Event.end > window_start),
            and_(
                Event.recurrence_rule.is_not(None),
                or_(Event.recurrence_end.is_(None), Event.recurrence_end > window_start),
            ),
        ),
    )
    if group_ids is not None:
        wanted = wanted.where(Event.group_id.in_(group_ids))
    if academic_period_id is not None:
        wanted = wanted.where(Event.academic_period_id == academic_period_id)
    return list(session.scalars(wanted))


def list_exceptions(session: Session, event_ids: Collection[int]) -> list[EventException]:
    """Return the exceptions of some events, by event and occurrence."""
    return list(
        session.scalars(
            select(EventException)
            .where(EventException.event_id.in_(event_ids))
            .order_by(EventException.event_id, EventException.occurrence_start, EventException.id)
        )
    )


def list_detached(
    session: Session, master_event_id: int, *, for_update: bool = False
) -> list[Event]:
    """Return the events that were detached from a series."""
    detached = select(Event).where(Event.master_event_id == master_event_id).order_by(Event.id)
    return list(session.scalars(detached.with_for_update() if for_update else detached))


def set_master(session: Session, event_id: int, master_event_id: int) -> None:
    """Link a detached event to another series."""
    event = find_event_for_update(session, event_id)
    if event is not None:
        set_silently(session, [event], "master_event_id", master_event_id)


def is_imported(session: Session, group_id: int, ical_uid: str | None, *, but: int) -> bool:
    """Whether another event than `but` is this event of a calendar file in a group."""
    if ical_uid is None:
        return False
    same = select(Event.id).where(
        Event.group_id == group_id, Event.ical_uid == ical_uid, Event.id != but
    )
    return session.scalar(same.limit(1)) is not None


def find_unknown_group(session: Session, group_ids: Sequence[int]) -> int | None:
    """Return the first id that belongs to no group, or None; nobody deletes the others meanwhile.

    They are locked in the order of their ids: whoever puts groups in order locks them as well.
    """
    query = select(ClientGroup.id).where(ClientGroup.id.in_(group_ids)).order_by(ClientGroup.id)
    known = set(session.scalars(query.with_for_update(read=True)))
    return next((group_id for group_id in group_ids if group_id not in known), None)


def lock_period(session: Session, academic_period_id: int) -> bool:
    """Lock an academic period and its holidays until the commit; return whether it exists."""
    found = select(AcademicPeriod.id).where(AcademicPeriod.id == academic_period_id)
    return session.scalar(found.with_for_update(read=True)) is not None


def deactivate_finished(session: Session, now: datetime, limit: int) -> list[Event]:
    """Make up to `limit` events inactive whose last occurrence is over; return them."""
    finished = _lock(session, and_(Event.is_active, _is_finished(now)), limit)
    set_silently(session, finished, "is_active", value=False)
    set_silently(session, finished, "finished_at", now)
    return finished


def reactivate_unfinished(session: Session, now: datetime, limit: int) -> list[Event]:
    """Make up to `limit` events active that became inactive as finished, and are not."""
    ahead = _lock(session, and_(Event.finished_at.is_not(None), ~_is_finished(now)), limit)
    set_silently(session, ahead, "is_active", value=True)
    set_silently(session, ahead, "finished_at", None)
    return ahead


def set_silently(session: Session, events: Collection[Event], column: str, value: object) -> None:
    """Set a column that the program keeps for itself, and leave the version: no form goes stale."""
    if not events:
        return
    session.flush()
    ids = [event.id for event in events]
    session.execute(update(_TABLE).where(_TABLE.c.id.in_(ids)).values({column: value}))
    for event in events:
        set_committed_value(event, column, value)


def _is_finished(now: datetime) -> ColumnElement[bool]:
    """Return the rule `services.events.events.is_finished` in SQL."""
    end = case((Event.recurrence_rule.is_(None), Event.end), else_=Event.recurrence_end)
    return and_(end.is_not(None), end <= now)


def _lock(session: Session, where: ColumnElement[bool], limit: int) -> list[Event]:
    query = select(Event).where(where).order_by(Event.id).limit(limit)
    return list(session.scalars(query.with_for_update()))
