"""Reads of the school's calendar."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod, SchoolHoliday


def list_periods(session: Session, *, with_archived: bool = True) -> list[AcademicPeriod]:
    """Return academic periods by their first day."""
    query = select(AcademicPeriod).order_by(AcademicPeriod.start_date, AcademicPeriod.id)
    if not with_archived:
        query = query.where(AcademicPeriod.archived_at.is_(None))
    return list(session.scalars(query))


def list_holidays_of(session: Session, academic_period_id: int | None) -> list[SchoolHoliday]:
    """Return the holidays of a period by their first day; None: those that belong to no period."""
    own = SchoolHoliday.academic_period_id.is_not_distinct_from(academic_period_id)
    return list(session.scalars(select(SchoolHoliday).where(own).order_by(SchoolHoliday.start_date)))


def list_holidays_touching(session: Session, first: date, last: date) -> list[SchoolHoliday]:
    """Return the holidays, of periods in use and of none, that touch the days from `first` to `last`."""
    query = (
        select(SchoolHoliday)
        .outerjoin(AcademicPeriod, AcademicPeriod.id == SchoolHoliday.academic_period_id)
        .where(SchoolHoliday.start_date <= last, SchoolHoliday.end_date >= first)
        .where(or_(SchoolHoliday.academic_period_id.is_(None), AcademicPeriod.archived_at.is_(None)))
    )
    return list(session.scalars(query.order_by(SchoolHoliday.start_date, SchoolHoliday.name)))
