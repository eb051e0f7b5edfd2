"""Reads of the school's calendar: periods, their holidays, and what depends on them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod, ClientGroup, Event, EventMedia, SchoolHoliday


@dataclass(frozen=True)
class LinkedCounts:
    """How much is linked to a period."""

    events: int
    media: int
    holidays: int


class HolidayDays(NamedTuple):
    """First and last day of a holiday."""

    start_date: date
    end_date: date


@dataclass(frozen=True, slots=True)
class HolidaysAsked:
    """Which holidays are asked for: those that meet all that is given."""

    period_id: int | None = None
    without_period: bool = False
    """Those that belong to no period."""
    first: date | None = None
    """Those that are not over before this day."""
    last: date | None = None
    """Those that have begun by this day."""


def list_periods(
    session: Session, *, with_archived: bool = True, is_locked: bool = False
) -> list[AcademicPeriod]:
    """Return academic periods by first day; `is_locked` keeps others from changing them."""
    query = select(AcademicPeriod).order_by(AcademicPeriod.start_date, AcademicPeriod.id)
    if not with_archived:
        query = query.where(AcademicPeriod.archived_at.is_(None))
    if is_locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(query))


def list_periods_after(
    session: Session, *, with_archived: bool, after: tuple[date, int] | None, limit: int
) -> list[AcademicPeriod]:
    """Return the first `limit` periods by first day and id that come after this day and id."""
    query = select(AcademicPeriod).order_by(AcademicPeriod.start_date, AcademicPeriod.id)
    if not with_archived:
        query = query.where(AcademicPeriod.archived_at.is_(None))
    if after is not None:
        day, period_id = after
        same_day = and_(AcademicPeriod.start_date == day, AcademicPeriod.id > period_id)
        query = query.where(or_(AcademicPeriod.start_date > day, same_day))
    return list(session.scalars(query.limit(limit)))


def find_period(
    session: Session, period_id: int, *, is_locked: bool = False
) -> AcademicPeriod | None:
    """Return the period or None; `is_locked` keeps others from changing it until the commit."""
    if is_locked:
        session.flush()
        return session.get(AcademicPeriod, period_id, with_for_update=True, populate_existing=True)
    return session.get(AcademicPeriod, period_id)


def count_linked(session: Session, period_id: int) -> LinkedCounts:
    """Return how many events, media files and holidays belong to a period."""
    models: tuple[type[Event | EventMedia | SchoolHoliday], ...] = (
        Event,
        EventMedia,
        SchoolHoliday,
    )
    counts = (
        session.scalar(select(func.count()).where(model.academic_period_id == period_id))
        for model in models
    )
    return LinkedCounts(*(count or 0 for count in counts))


def list_running_series(session: Session, period_id: int, now: datetime) -> list[tuple[Event, str]]:
    """Return the period's series that take place now or later, with the names of their groups."""
    query = (
        select(Event, ClientGroup.name)
        .join(ClientGroup, ClientGroup.id == Event.group_id)
        .where(
            Event.academic_period_id == period_id,
            Event.recurrence_rule.is_not(None),
            Event.is_active,
            or_(Event.recurrence_end.is_(None), Event.recurrence_end > now),
        )
        .order_by(Event.title, Event.id)
    )
    return [(event, group) for event, group in session.execute(query)]


def list_holidays_of(
    session: Session, academic_period_id: int | None, *, is_locked: bool = False
) -> list[SchoolHoliday]:
    """Return the holidays of a period by their first day; None: those that belong to no period."""
    own = SchoolHoliday.academic_period_id.is_not_distinct_from(academic_period_id)
    query = select(SchoolHoliday).where(own).order_by(SchoolHoliday.start_date, SchoolHoliday.id)
    if is_locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(query))


def list_holiday_days(session: Session, academic_period_id: int | None) -> list[HolidayDays]:
    """Return the days of a period's holidays, read afresh; None: of holidays without a period."""
    own = SchoolHoliday.academic_period_id.is_not_distinct_from(academic_period_id)
    query = select(SchoolHoliday.start_date, SchoolHoliday.end_date).where(own)
    return [HolidayDays(*row) for row in session.execute(query.order_by(SchoolHoliday.start_date))]


def list_all_holidays(session: Session) -> list[SchoolHoliday]:
    """Return the holidays of all periods and of none by their first day."""
    return list(
        session.scalars(select(SchoolHoliday).order_by(SchoolHoliday.start_date, SchoolHoliday.id))
    )


def list_holidays_after(
    session: Session, asked: HolidaysAsked, *, after: tuple[date, int] | None, limit: int
) -> list[SchoolHoliday]:
    """Return the first `limit` holidays by first day and id that come after this day and id."""
    query = select(SchoolHoliday).where(*_holiday_conditions(asked))
    if after is not None:
        day, holiday_id = after
        same_day = and_(SchoolHoliday.start_date == day, SchoolHoliday.id > holiday_id)
        query = query.where(or_(SchoolHoliday.start_date > day, same_day))
    query = query.order_by(SchoolHoliday.start_date, SchoolHoliday.id)
    return list(session.scalars(query.limit(limit)))


def _holiday_conditions(asked: HolidaysAsked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.period_id is not None:
        found.append(SchoolHoliday.academic_period_id == asked.period_id)
    if asked.without_period:
        found.append(SchoolHoliday.academic_period_id.is_(None))
    if asked.first is not None:
        found.append(SchoolHoliday.end_date >= asked.first)
    if asked.last is not None:
        found.append(SchoolHoliday.start_date <= asked.last)
    return found


def touches_days(first: date, last: date) -> ColumnElement[bool]:
    """Return the rule `domain.school.days.share_a_day` as a condition on holidays."""
    return and_(SchoolHoliday.start_date <= last, SchoolHoliday.end_date >= first)


def list_holidays_touching(session: Session, first: date, last: date) -> list[SchoolHoliday]:
    """Return holidays, of periods in use and of none, that touch the days `first` to `last`."""
    query = (
        select(SchoolHoliday)
        .outerjoin(AcademicPeriod, AcademicPeriod.id == SchoolHoliday.academic_period_id)
        .where(touches_days(first, last))
        .where(
            or_(SchoolHoliday.academic_period_id.is_(None), AcademicPeriod.archived_at.is_(None))
        )
    )
    return list(session.scalars(query.order_by(SchoolHoliday.start_date, SchoolHoliday.name)))


def find_holiday(session: Session, holiday_id: int) -> SchoolHoliday | None:
    """Return the holiday or None."""
    return session.get(SchoolHoliday, holiday_id)


def lock_followers(session: Session, academic_period_id: int | None) -> None:
    """Keep others from changing the events that heed the period's holidays until the commit."""
    own = Event.academic_period_id.is_not_distinct_from(academic_period_id)
    session.execute(
        select(Event.id).where(own, Event.skip_holidays).order_by(Event.id).with_for_update()
    )


def list_followers(
    session: Session, academic_period_id: int | None, before: datetime
) -> list[Event]:
    """Return, locked, events that heed the period's holidays and begin before an instant, by id."""
    query = (
        select(Event)
        .where(Event.academic_period_id.is_not_distinct_from(academic_period_id))
        .where(Event.skip_holidays, Event.start < before)
        .order_by(Event.id)
    )
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))
