"""What pages about the fleet show besides its players: titles, and the school's year."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod, Event, SchoolHoliday
from infoscreen_core.db.queries.periods import touches_days


def event_titles(session: Session, event_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the titles of those events that exist."""
    wanted = {event_id for event_id in event_ids if event_id is not None}
    if not wanted:
        return {}
    query = select(Event.id, Event.title).where(Event.id.in_(wanted))
    return {row.id: row.title for row in session.execute(query)}


def find_active_period(session: Session) -> AcademicPeriod | None:
    """Return the academic period in force, or None."""
    query = select(AcademicPeriod).where(
        AcademicPeriod.is_active, AcademicPeriod.archived_at.is_(None)
    )
    return session.scalars(query.order_by(AcademicPeriod.id).limit(1)).first()


def list_holidays(
    session: Session, *, period_id: int | None, first: date, last: date
) -> list[SchoolHoliday]:
    """Return the holidays, of a period and of none, that touch the days `first` to `last`."""
    query = select(SchoolHoliday).where(
        touches_days(first, last),
        or_(
            SchoolHoliday.academic_period_id.is_(None),
            SchoolHoliday.academic_period_id == period_id,
        ),
    )
    return list(session.scalars(query.order_by(SchoolHoliday.start_date, SchoolHoliday.name)))
