"""Reads that tell why something is, or is not, on a group's screens."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from infoscreen_core.db.models import (
    AcademicPeriod,
    Client,
    Conversion,
    EventMedia,
    SchoolHoliday,
    WorkerStatus,
)


def find_holiday_on(
    session: Session, academic_period_id: int | None, day: date
) -> tuple[SchoolHoliday, AcademicPeriod | None] | None:
    """Return the holiday of a period (None: of none) that covers a day, and its period."""
    own = SchoolHoliday.academic_period_id
    row = session.execute(
        select(SchoolHoliday, AcademicPeriod)
        .outerjoin(AcademicPeriod, AcademicPeriod.id == own)
        .where(own.is_(None) if academic_period_id is None else own == academic_period_id)
        .where(SchoolHoliday.start_date <= day, SchoolHoliday.end_date >= day)
        .order_by(SchoolHoliday.start_date, SchoolHoliday.id)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def find_media_with_pdf(session: Session, media_id: int) -> tuple[EventMedia, Conversion | None] | None:
    """Return a file, and the conversion to PDF of what is in it now."""
    row = session.execute(
        select(EventMedia, Conversion)
        .outerjoin(
            Conversion,
            (Conversion.media_id == EventMedia.id)
            & (Conversion.target_format == "pdf")
            & (Conversion.file_hash == EventMedia.checksum_sha256),
        )
        .where(EventMedia.id == media_id)
    ).first()
    return (row[0], row[1]) if row else None


def list_screens_of(session: Session, group_id: int) -> list[Client]:
    """Return the approved players of a group by name."""
    query = select(Client).where(Client.group_id == group_id, Client.approved_at.is_not(None))
    found = session.scalars(query.options(lazyload(Client.group)))
    return sorted(found, key=lambda client: (client.display_name.casefold(), client.uuid))


def find_worker(session: Session, name: str) -> WorkerStatus | None:
    """Return a worker's last sign of life."""
    return session.get(WorkerStatus, name)
