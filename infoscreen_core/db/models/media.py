"""Files that events show, and their conversions."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base, enum_column
from infoscreen_core.domain.events.event import ConversionStatus, MediaType


class EventMedia(Base):
    """A media file; `file_path` is relative to the media root."""

    __tablename__ = "event_media"

    id: Mapped[int] = mapped_column(primary_key=True)
    media_type: Mapped[MediaType] = mapped_column(enum_column(MediaType, "media_type"))
    name: Mapped[str] = mapped_column(String(255))
    file_path: Mapped[str] = mapped_column(String(500), unique=True)
    size: Mapped[int | None]
    """Bytes."""
    checksum_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    mime_type: Mapped[str | None] = mapped_column(String(100))
    duration: Mapped[float | None]
    """Seconds."""
    resolution: Mapped[str | None] = mapped_column(String(20))
    bitrate: Mapped[int | None]
    """Bits per second."""
    page_count: Mapped[int | None]
    """Pages of a presentation; None while nobody has counted them."""
    academic_period_id: Mapped[int | None] = mapped_column(
        ForeignKey("academic_periods.id", ondelete="RESTRICT")
    )
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]


class Conversion(Base):
    """One file's way to another format; at most one per media, target and content."""

    __tablename__ = "conversions"
    __table_args__ = (
        UniqueConstraint("media_id", "target_format", "file_hash"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    media_id: Mapped[int] = mapped_column(ForeignKey("event_media.id", ondelete="CASCADE"))
    target_format: Mapped[str] = mapped_column(String(10))
    file_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[ConversionStatus] = mapped_column(
        enum_column(ConversionStatus, "status"), default=ConversionStatus.PENDING
    )
    target_path: Mapped[str | None] = mapped_column(String(500))
    attempts: Mapped[int] = mapped_column(default=0)
    not_before_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    claimed_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
