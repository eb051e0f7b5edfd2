"""Reads that tell why something is, or is not, on a group's screens."""

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from infoscreen_core.db.models import Client, Conversion, EventMedia, WorkerStatus
from infoscreen_core.db.queries.media import is_pdf_of_media


def find_media_with_pdf(
    session: Session, media_id: int
) -> tuple[EventMedia, Conversion | None] | None:
    """Return a file and the conversion to PDF of its present content; None without the file."""
    row = session.execute(
        select(EventMedia, Conversion)
        .outerjoin(Conversion, is_pdf_of_media())
        .where(EventMedia.id == media_id)
    ).first()
    return (row[0], row[1]) if row else None


def list_screens_of(session: Session, group_id: int) -> list[Client]:
    """Return the approved players of a group by name."""
    query = select(Client).where(Client.group_id == group_id, Client.approved_at.is_not(None))
    found = session.scalars(query.options(lazyload(Client.group)))
    return sorted(found, key=lambda client: client.order)


def find_worker(session: Session, name: str) -> WorkerStatus | None:
    """Return a worker's last sign of life."""
    return session.get(WorkerStatus, name)
