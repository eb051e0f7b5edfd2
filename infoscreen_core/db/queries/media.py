"""Reads of media files and of what they were converted to."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.domain.media.types import MediaType, Target


def list_media_names(session: Session, kinds: Collection[MediaType]) -> dict[int, str]:
    """Return the names of the files of some kinds by their ids, in the names' order."""
    query = select(EventMedia.id, EventMedia.name).where(EventMedia.media_type.in_(kinds))
    return dict(session.execute(query.order_by(EventMedia.name)).tuples().all())


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


def is_pdf_of_media() -> ColumnElement[bool]:
    """Return the condition for the conversion to PDF of a file's present content."""
    return and_(
        Conversion.media_id == EventMedia.id,
        Conversion.target_format == Target.PDF,
        Conversion.file_hash == EventMedia.checksum_sha256,
    )


def list_targets(session: Session, media_id: int, checksum: str) -> set[Target]:
    """Return what was asked for, or made, of one content of a file."""
    query = select(Conversion.target_format).where(
        Conversion.media_id == media_id, Conversion.file_hash == checksum
    )
    return set(session.scalars(query))
