"""Reads of the school's calendar."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod


def list_periods(session: Session, *, with_archived: bool = True) -> list[AcademicPeriod]:
    """Return academic periods by their first day."""
    query = select(AcademicPeriod).order_by(AcademicPeriod.start_date, AcademicPeriod.id)
    if not with_archived:
        query = query.where(AcademicPeriod.archived_at.is_(None))
    return list(session.scalars(query))
