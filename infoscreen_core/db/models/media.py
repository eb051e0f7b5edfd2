"""The library: folders, the files in them, and what those are converted to."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects import mysql
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import NEVER_REUSE_IDS, Base, enum_column
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.domain.text.names import searchable

NAME_COLUMN: Final = 255
PLACE_LIMIT: Final = 640
PLACE = String(PLACE_LIMIT).with_variant(
    mysql.VARCHAR(PLACE_LIMIT, collation="utf8mb4_bin"), "mysql", "mariadb"
)
SEARCHED = String(NAME_COLUMN).with_variant(
    mysql.VARCHAR(NAME_COLUMN, collation="utf8mb4_bin"), "mysql", "mariadb"
)

_FILTERED: Final = ("media_type", "expires_on", "academic_period_id")
"""What filters ask for, behind each order: an index alone finds a page, however deep it lies."""


def _searched(context: DefaultExecutionContext) -> str:
    values = context.get_current_parameters()  # type: ignore[no-untyped-call] # SQLAlchemy's own
    return searchable(values["name"])[:NAME_COLUMN]


class MediaFolder(Base):
    """A folder of the library; without a parent, it lies at the top."""

    __tablename__ = "media_folders"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("media_folders.id", ondelete="RESTRICT"), index=True
    )
    name: Mapped[str] = mapped_column(String(255))
    place: Mapped[str] = mapped_column(PLACE, unique=True)
    """Number of the parent (0 at the top) and folded name, as in `12/posters`: no two folders of
    one parent have the same name, and those of a parent are read in order."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]


class EventMedia(Base):
    """A file of the library. Its bytes lie under their checksum, shared by files of one content."""

    __tablename__ = "event_media"
    __table_args__ = (
        Index("ix_event_media_folder", "folder_id", "place"),
        Index("ix_event_media_content", "checksum_sha256", "size"),
        Index("ix_event_media_list_name", "search_name", "id", *_FILTERED),
        Index("ix_event_media_list_updated_at", "updated_at", "id", "search_name", *_FILTERED),
        Index("ix_event_media_list_size", "size", "id", "search_name", *_FILTERED),
        Index("ix_event_media_by_media_type_name", "media_type", "search_name"),
        Index("ix_event_media_by_expires_on_id", "expires_on", "id"),
        Index("ix_event_media_by_academic_period_id_id", "academic_period_id", "id"),
        Index("ix_event_media_by_folder_id_name", "folder_id", "search_name"),
        Index("ix_event_media_by_folder_id_updated_at", "folder_id", "updated_at"),
        Index("ix_event_media_by_folder_id_size", "folder_id", "size"),
        Index(
            "ix_event_media_by_folder_id_media_type_name", "folder_id", "media_type", "search_name"
        ),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    folder_id: Mapped[int | None] = mapped_column(
        ForeignKey("media_folders.id", ondelete="RESTRICT")
    )
    media_type: Mapped[MediaType] = mapped_column(enum_column(MediaType, "media_type"))
    name: Mapped[str] = mapped_column(String(255))
    place: Mapped[str] = mapped_column(PLACE, unique=True)
    """Number of the folder (0 at the top) and folded name, as in `12/plan.pdf`."""
    search_name: Mapped[str] = mapped_column(SEARCHED, default=_searched)
    """The name as texts are searched, without case and accents."""
    checksum_sha256: Mapped[str] = mapped_column(String(64))
    """Of the present content."""
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes."""
    mime_type: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(default=1)
    """Counts the contents that the file has had, and is the optimistic lock of its row."""
    duration: Mapped[float | None]
    """Seconds."""
    resolution: Mapped[str | None] = mapped_column(String(20))
    bitrate: Mapped[int | None]
    """Bits per second."""
    page_count: Mapped[int | None]
    """Pages of a presentation; None while nobody has counted them."""
    expires_on: Mapped[date | None]
    """The last day on which it may be shown; None: it does not expire."""
    academic_period_id: Mapped[int | None] = mapped_column(
        ForeignKey("academic_periods.id", ondelete="RESTRICT")
    )
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class MediaRoom(Base):
    """What the library holds, in a single row, so that nobody has to count.

    Whoever adds or removes a file locks it first: so no two do it at the same time.
    """

    __tablename__ = "media_room"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    file_count: Mapped[int] = mapped_column(BigInteger)
    byte_count: Mapped[int] = mapped_column(BigInteger)
    """Of all contents, each counted once."""


class Conversion(Base):
    """One file's way to another format; at most one per media, target and content."""

    __tablename__ = "conversions"
    __table_args__ = (
        UniqueConstraint("media_id", "target_format", "file_hash"),
        Index("ix_conversions_waiting", "status", "not_before_at"),
        Index("ix_conversions_by_status", "status", "media_id", "file_hash"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    media_id: Mapped[int] = mapped_column(ForeignKey("event_media.id", ondelete="CASCADE"))
    target_format: Mapped[Target] = mapped_column(enum_column(Target, "target_format"))
    file_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[ConversionStatus] = mapped_column(
        enum_column(ConversionStatus, "status"), default=ConversionStatus.PENDING
    )
    target_path: Mapped[str | None] = mapped_column(String(500))
    """Relative to the media folder, once it is ready; None where no file comes of it."""
    attempts: Mapped[int] = mapped_column(default=0)
    not_before_at: Mapped[datetime | None]
    """When it may be tried again after a failure."""
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    claimed_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    """When others may take it over from a worker that does not renew its claim."""
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    progress: Mapped[int | None]
    """Per cent; None where nobody can say."""
    failure: Mapped[str | None] = mapped_column(String(32))
    """What went wrong the last time, in a word of `domain.media`."""
    error_message: Mapped[str | None] = mapped_column(Text)
    """What the converting program said, for an operator."""
    warnings: Mapped[list[Any] | None]
    """What is not as its author meant it, such as fonts that are missing."""
    result: Mapped[dict[str, Any] | None]
    """What was found out about what was made: `size`, `checksum_sha256`, `page_count` …"""
    created_at: Mapped[datetime]
