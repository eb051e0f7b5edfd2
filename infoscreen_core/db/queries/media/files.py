"""Reads of media files and of what they were converted to."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target


def find_media_type(
    session: Session, media_id: int, *, for_share: bool = False
) -> MediaType | None:
    """Return what kind of file this is; None when there is no such file.

    With `for_share` nobody deletes it until the commit.
    """
    wanted = select(EventMedia.media_type).where(EventMedia.id == media_id)
    return session.scalar(wanted.with_for_update(read=True) if for_share else wanted)


def find_file(session: Session, media_id: int) -> EventMedia | None:
    """Return the file, or None."""
    return session.get(EventMedia, media_id)


def find_media_with_pdf(
    session: Session, media_id: int
) -> tuple[EventMedia, Conversion | None] | None:
    """Return a file and the conversion to PDF of its present content; None without the file."""
    return next(iter(list_media_with_pdf(session, [media_id])), None)


def list_media_with_pdf(
    session: Session, media_ids: Collection[int]
) -> list[tuple[EventMedia, Conversion | None]]:
    """Return files, each with the conversion to PDF of its present content."""
    query = (
        select(EventMedia, Conversion)
        .outerjoin(Conversion, is_made_of_media(Target.PDF))
        .where(EventMedia.id.in_(media_ids))
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def is_made_of_media(
    target: Target, conversion: type[Conversion] = Conversion
) -> ColumnElement[bool]:
    """Return the condition for the conversion of a file's present content to a target."""
    return and_(
        conversion.media_id == EventMedia.id,
        conversion.target_format == target,
        conversion.file_hash == EventMedia.checksum_sha256,
    )


def is_unexpired(today: date) -> ColumnElement[bool]:
    """Return the rule `domain.media.expiry.is_expired`, negated, as a condition."""
    return or_(EventMedia.expires_on.is_(None), EventMedia.expires_on >= today)


def find_made(
    session: Session, checksum: str, target: Target
) -> tuple[EventMedia, Conversion] | None:
    """Return what was made of a content that a file has now, with the first such file."""
    row = session.execute(
        select(EventMedia, Conversion)
        .join(Conversion, is_made_of_media(target))
        .where(EventMedia.checksum_sha256 == checksum, Conversion.status == ConversionStatus.READY)
        .order_by(EventMedia.id)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def list_targets(session: Session, media_id: int, checksum: str) -> set[Target]:
    """Return what was asked for, or made, of one content of a file."""
    query = select(Conversion.target_format).where(
        Conversion.media_id == media_id, Conversion.file_hash == checksum
    )
    return set(session.scalars(query))
