"""Claims and reads of conversions; nothing here commits.

A claim is a compare-and-set: of several converters, one gets a row. What waits is found by the
rules of `domain.media.conversion`, which stand here as conditions.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    and_,
    delete,
    exists,
    false,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.domain.media.conversion import LONGEST_PAUSE
from infoscreen_core.domain.media.types import OFFICE_TYPES, ConversionStatus, MediaType, Target

Abilities = Mapping[Target, Collection[MediaType]]
"""What a converter can make, and of which files."""


class ClaimRow(NamedTuple):
    """A claim as somebody saw it; each renewal changes it."""

    holder: str | None
    until: datetime | None


def list_due(session: Session, able: Abilities, *, now: datetime, limit: int) -> Sequence[int]:
    """Return the ids of conversions that may begin, the oldest first."""
    query = (
        select(Conversion.id)
        .join(EventMedia, _is_of_present_content())
        .where(_waits(now), _is_within(able), _has_its_source())
        .order_by(Conversion.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def count_beyond(session: Session, able: Abilities) -> int:
    """Count what waits and needs abilities that are not among these."""
    query = (
        select(func.count())
        .select_from(Conversion)
        .join(EventMedia, _is_of_present_content())
        .where(Conversion.status == ConversionStatus.PENDING, ~_is_within(able), _has_its_source())
    )
    return session.scalar(query) or 0


def list_claims(session: Session) -> dict[int, ClaimRow]:
    """Return the claims on all conversions that are being made, by id."""
    query = select(Conversion.id, Conversion.claimed_by, Conversion.claimed_until).where(
        Conversion.status == ConversionStatus.PROCESSING
    )
    return {number: ClaimRow(holder, until) for number, holder, until in session.execute(query)}


def claim(session: Session, conversion_id: int, values: Mapping[str, Any]) -> bool:
    """Begin a conversion; False when somebody else has."""
    return _step(
        session,
        Conversion.id == conversion_id,
        Conversion.status == ConversionStatus.PENDING,
        values={**values, "attempts": Conversion.attempts + 1},
    )


def take_over(
    session: Session, conversion_id: int, seen: ClaimRow, values: Mapping[str, Any]
) -> bool:
    """Change a conversion that is being made; False when its claim is not as it was seen."""
    return _step(
        session,
        Conversion.id == conversion_id,
        Conversion.status == ConversionStatus.PROCESSING,
        Conversion.claimed_by == seen.holder,
        Conversion.claimed_until == seen.until,
        values=values,
    )


def change_claimed(
    session: Session, conversion_id: int, checksum: str, holder: str, values: Mapping[str, Any]
) -> bool:
    """Change a conversion of this content that this holder makes; False when it is no longer so.

    The number alone does not tell: SQLite gives that of a row that is gone to the next one.
    """
    return _step(
        session,
        Conversion.id == conversion_id,
        Conversion.file_hash == checksum,
        Conversion.status == ConversionStatus.PROCESSING,
        Conversion.claimed_by == holder,
        values=values,
    )


def release(session: Session, holder: str) -> None:
    """Give back all that a holder has begun and will not finish."""
    _step(
        session,
        Conversion.status == ConversionStatus.PROCESSING,
        Conversion.claimed_by == holder,
        values={
            "status": ConversionStatus.PENDING,
            "attempts": Conversion.attempts - 1,
            "claimed_by": None,
            "claimed_until": None,
            "progress": None,
        },
    )


def find_with_media(
    session: Session, conversion_id: int, *, is_locked: bool = False
) -> tuple[Conversion, EventMedia] | None:
    """Return a conversion with its file, or None when either is gone."""
    query = (
        select(Conversion, EventMedia)
        .join(EventMedia, EventMedia.id == Conversion.media_id)
        .where(Conversion.id == conversion_id)
        .execution_options(populate_existing=True)
    )
    row = session.execute(query.with_for_update() if is_locked else query).first()
    return (row[0], row[1]) if row else None


def find_of(session: Session, media_id: int, checksum: str, target: Target) -> Conversion | None:
    """Return what was asked for of one content of a file."""
    query = select(Conversion).where(
        Conversion.media_id == media_id,
        Conversion.file_hash == checksum,
        Conversion.target_format == target,
    )
    return session.scalars(query).first()


def list_failed(session: Session, media_id: int, checksum: str) -> Sequence[Conversion]:
    """Return what has failed of one content of a file, locked, in the order of asking."""
    query = (
        select(Conversion)
        .where(
            Conversion.media_id == media_id,
            Conversion.file_hash == checksum,
            Conversion.status == ConversionStatus.FAILED,
        )
        .order_by(Conversion.id)
    )
    return session.scalars(query.with_for_update()).all()


def fail_waiting(session: Session, media_id: int, checksum: str, values: Mapping[str, Any]) -> None:
    """Change what still waits of one content of a file."""
    _step(
        session,
        Conversion.media_id == media_id,
        Conversion.file_hash == checksum,
        Conversion.status == ConversionStatus.PENDING,
        values=values,
    )


def forget_others(session: Session, media_id: int, checksum: str) -> None:
    """Delete the conversions of all contents but this one that a file has had."""
    session.execute(
        delete(Conversion)
        .where(Conversion.media_id == media_id, Conversion.file_hash != checksum)
        .execution_options(synchronize_session=False)
    )


def set_facts(session: Session, media_id: int, checksum: str, facts: Mapping[str, Any]) -> None:
    """Write on a file what was found out about this content; nothing when it has another now."""
    session.execute(
        update(EventMedia)
        .where(EventMedia.id == media_id, EventMedia.checksum_sha256 == checksum)
        .values(**facts)
        .execution_options(synchronize_session=False)
    )


def clear_warnings(session: Session, media_id: int, checksum: str, target: Target) -> None:
    """Take back the warnings of what was made of one content of a file."""
    _step(
        session,
        Conversion.media_id == media_id,
        Conversion.file_hash == checksum,
        Conversion.target_format == target,
        values={"warnings": null()},
    )


def _waits(now: datetime) -> ColumnElement[bool]:
    """Return the rule `domain.media.conversion.may_begin` for what is pending, as a condition."""
    return and_(
        Conversion.status == ConversionStatus.PENDING,
        or_(
            Conversion.not_before_at.is_(None),
            Conversion.not_before_at <= now,
            Conversion.not_before_at > now + LONGEST_PAUSE,
        ),
    )


def _is_of_present_content() -> ColumnElement[bool]:
    return and_(
        EventMedia.id == Conversion.media_id, EventMedia.checksum_sha256 == Conversion.file_hash
    )


def _is_within(able: Abilities) -> ColumnElement[bool]:
    return or_(
        false(),
        *(
            and_(Conversion.target_format == target, EventMedia.media_type.in_(kinds))
            for target, kinds in able.items()
        ),
    )


def _has_its_source() -> ColumnElement[bool]:
    """Return the condition that a document's PDF is there, for what is made of it."""
    pdf = aliased(Conversion)
    is_there = exists().where(
        pdf.media_id == Conversion.media_id,
        pdf.file_hash == Conversion.file_hash,
        pdf.target_format == Target.PDF,
        pdf.status == ConversionStatus.READY,
    )
    return or_(
        Conversion.target_format == Target.PDF,
        EventMedia.media_type.not_in(OFFICE_TYPES),
        is_there,
    )


def _step(session: Session, *where: ColumnElement[bool], values: Mapping[str, Any]) -> bool:
    result = session.execute(
        update(Conversion)
        .where(*where)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and result.rowcount > 0
