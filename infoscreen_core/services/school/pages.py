"""Single periods and holidays, and pages of holidays that the database finds by a key."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import periods as queries
from infoscreen_core.db.queries.periods import HolidaysAsked
from infoscreen_core.domain.school.periods import find_in_force
from infoscreen_core.services.school.holidays import get_holiday
from infoscreen_core.services.school.period_usage import PeriodUsage, get_usage
from infoscreen_core.services.school.periods import get_period
from infoscreen_core.services.school.views import (
    HolidayView,
    PeriodView,
    holiday_view,
    period_view,
)

__all__ = ["HolidaysAsked", "Key"]

Key = tuple[date, int]
"""Where a page ends: first day and id of the last period, or holiday, on it."""


def list_period_page(
    session: Session, *, with_archived: bool = True, after: Key | None = None, limit: int
) -> list[PeriodView]:
    """Return academic periods by first day and id, from the first one after `after` on."""
    found = queries.list_periods_after(
        session, with_archived=with_archived, after=after, limit=limit
    )
    return [period_view(row) for row in found]


def list_holiday_page(
    session: Session, asked: HolidaysAsked, *, after: Key | None = None, limit: int
) -> list[HolidayView]:
    """Return holidays by first day and id, from the first one after `after` on."""
    found = queries.list_holidays_after(session, asked, after=after, limit=limit)
    return [holiday_view(row) for row in found]


def get_holiday_view(session: Session, holiday_id: int) -> HolidayView:
    """Return a holiday; raise `NotFoundError` when there is none."""
    return holiday_view(get_holiday(session, holiday_id))


def get_period_view(session: Session, period_id: int) -> PeriodView:
    """Return an academic period; raise `NotFoundError` when there is none."""
    return period_view(get_period(session, period_id))


def find_period_on(session: Session, day: date) -> PeriodView | None:
    """Return the period that counts on a day: the one in force, else a year before its parts."""
    found = find_in_force(queries.list_periods(session, with_archived=False), day)
    return period_view(found) if found else None


def get_period_usage(session: Session, period_id: int, *, now: datetime) -> PeriodUsage:
    """Return what belongs to a period and what blocks it; raise `NotFoundError` without it."""
    return get_usage(session, get_period(session, period_id), now=now)
