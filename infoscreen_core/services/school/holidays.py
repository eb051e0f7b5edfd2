"""List, create, change and delete school holidays; events that heed them follow at once.

Holidays belong to a period, or to none (`period_id` None): events without a period heed the latter.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import SchoolHoliday
from infoscreen_core.db.queries import periods as queries
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.school.holiday_import import Bounds
from infoscreen_core.domain.school.holidays import (
    Calendar,
    Holiday,
    Outcome,
    Placement,
    applied,
    checked_holiday,
    conflict_error,
    is_inside,
    place,
)
from infoscreen_core.domain.school.periods import check_not_archived
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.services import changes, turns
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school import holiday_calendars
from infoscreen_core.services.school.holiday_calendars import calendar_of
from infoscreen_core.services.school.periods import get_period
from infoscreen_core.services.turns import Turn


@dataclass(frozen=True)
class HolidayWritten:
    """A holiday after a write, and what that did."""

    holiday: SchoolHoliday
    outcome: Outcome
    """`MERGED`: it took in others of its name and region; `SKIPPED`: it was there already."""
    event_count: int
    """How many events were brought in step with the holidays."""


def list_holidays(session: Session, period_id: int | None) -> list[SchoolHoliday]:
    """Return the holidays of a period by their first day."""
    return queries.list_holidays_of(session, period_id)


def get_holiday(session: Session, holiday_id: int) -> SchoolHoliday:
    """Return a holiday; raise `NotFoundError` when there is none."""
    holiday = queries.find_holiday(session, holiday_id)
    if holiday is None:
        raise NotFoundError(
            "There is no holiday with the number {id}; it may have been deleted.",
            field="holiday_id",
            id=holiday_id,
        )
    return holiday


def create_holiday(
    session: Session, period_id: int | None, holiday: Holiday, *, actor: Actor, now: datetime
) -> HolidayWritten:
    """Enter a holiday, or join it with those of the same name and region that it touches.

    Raises `InvalidInputError` for wrong values, `ConflictError` where it overlaps a holiday of
    another name.
    """
    actor.require(Role.EDITOR)
    calendar, checked = _open(session, period_id, holiday)
    placed = _placed(checked, calendar)
    if placed.outcome is Outcome.SKIPPED:
        return HolidayWritten(get_holiday(session, placed.absorbed[0]), placed.outcome, 0)
    return _write(session, period_id, calendar, applied(placed, calendar), placed, actor, now)


def update_holiday(
    session: Session, holiday_id: int, holiday: Holiday, *, actor: Actor, now: datetime
) -> HolidayWritten:
    """Give a holiday other days, another name or region.

    It takes in those of the same name and region that it then touches. Raises as `create_holiday`
    does.
    """
    actor.require(Role.EDITOR)
    period_id = get_holiday(session, holiday_id).academic_period_id
    calendar, checked = _open(session, period_id, holiday)
    others = {key: other for key, other in calendar.items() if key != holiday_id}
    placed = _placed(checked, others)
    left = {key: other for key, other in others.items() if key not in placed.absorbed}
    return _write(
        session, period_id, calendar, {**left, holiday_id: placed.holiday}, placed, actor, now
    )


def delete_holiday(session: Session, holiday_id: int, *, actor: Actor, now: datetime) -> int:
    """Delete a holiday; return how many events take place again because of it."""
    actor.require(Role.EDITOR)
    period_id = get_holiday(session, holiday_id).academic_period_id
    lock_bounds(session, period_id)
    calendar = calendar_of(queries.list_holidays_of(session, period_id, is_locked=True))
    after = {key: other for key, other in calendar.items() if key != holiday_id}
    written = holiday_calendars.write(session, period_id, calendar, after, actor=actor, now=now)
    changes.bump(session)
    return written.event_count


def lock_bounds(session: Session, period_id: int | None) -> Bounds:
    """Lock the period whose holidays are about to change, and the events that heed them.

    Returns the period's days. Events are locked before the period, in the order of whoever changes
    an event. Whoever creates one locks the period first (see `event_drafts`), and so comes wholly
    before or wholly after us. A turn stands for the period where there is none.
    """
    queries.lock_followers(session, period_id)
    if period_id is None:
        turns.take(session, Turn.HOLIDAYS_WITHOUT_PERIOD)
        return Bounds()
    period = get_period(session, period_id, is_locked=True)
    check_not_archived(period)
    return Bounds(period.name, period.start_date, period.end_date)


def _open(session: Session, period_id: int | None, holiday: Holiday) -> tuple[Calendar, Holiday]:
    checked = checked_holiday(holiday)
    bounds = lock_bounds(session, period_id)
    if not is_inside(checked, bounds.first, bounds.last):
        raise InvalidInputError(
            "{holiday} must lie inside the period {period}, from {first} to {last}; change its "
            "days.",
            field="start_date" if checked.start_date < bounds.first else "end_date",
            holiday=checked.name,
            period=bounds.name,
            first=bounds.first,
            last=bounds.last,
        )
    return calendar_of(queries.list_holidays_of(session, period_id, is_locked=True)), checked


def _placed(holiday: Holiday, calendar: Calendar) -> Placement:
    placed = place(holiday, calendar)
    if placed.outcome is Outcome.CONFLICT:
        raise conflict_error(placed)
    return placed


def _write(
    session: Session,
    period_id: int | None,
    before: Calendar,
    after: Calendar,
    placed: Placement,
    actor: Actor,
    now: datetime,
) -> HolidayWritten:
    written = holiday_calendars.write(session, period_id, before, after, actor=actor, now=now)
    key = next(key for key, one in after.items() if one is placed.holiday)
    changes.bump(session)
    outcome = placed.outcome if placed.absorbed else Outcome.INSERTED
    return HolidayWritten(get_holiday(session, written.ids[key]), outcome, written.event_count)
