"""Proof of play: the files that were published, the events that pictures show, and sums by day."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import IN_ORDER, Base


class PublishedFile(Base):
    """A file that an event had on its group's list, from its publication until it differed."""

    __tablename__ = "published_files"
    __table_args__ = (
        Index("ix_published_files_event", "event_id", "began_at"),
        Index("ix_published_files_media", "media_id", "began_at"),
        Index("ix_published_files_end", "ended_at"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]
    """No foreign key, here and below, since events and files may be deleted."""
    position: Mapped[int]
    """Its place among the event's files, from 0 on."""
    media_id: Mapped[int | None]
    """None: it is not of the library."""
    name: Mapped[str | None] = mapped_column(String(255))
    """None: no file was ready, so that the event had nothing to show."""
    checksum_sha256: Mapped[str | None] = mapped_column(String(64))
    """Which content it had: that of the library, not of what was made of it."""
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """None: the event has it still."""


class PicturedEvent(Base):
    """A picture of a screen that shows another event than the picture before it, or its start."""

    __tablename__ = "pictured_events"
    __table_args__ = (
        Index("ix_pictured_events_client", "client_uuid", "at", "event_id"),
        Index("ix_pictured_events_time", "at"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_uuid: Mapped[str] = mapped_column(ForeignKey("clients.uuid", ondelete="CASCADE"))
    at: Mapped[datetime]
    """When it was taken, by our clock."""
    event_id: Mapped[int]


class PlayDay(Base):
    """How long the screens of a group showed something on one day of the installation's zone.

    It is what `services.monitoring.plays` finds for that day, added up, and can be counted again as
    long as the record is kept. The day that goes on reaches up to the last time it was counted.
    """

    __tablename__ = "play_days"
    __table_args__ = (
        Index("ix_play_days_event", "event_id", "day"),
        Index("ix_play_days_media", "media_id", "day"),
        IN_ORDER,
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0: screens without a group."""
    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0: all events together, so that each screen is counted once."""
    media_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """A file of the library while it was shown; 0: whatever was shown."""
    name: Mapped[str | None] = mapped_column(String(255))
    """How the file, or else the event, was called then."""
    seen_seconds: Mapped[int]
    """Of all screens together, as the next two; see `domain.monitoring.plays`."""
    reported_seconds: Mapped[int]
    unknown_seconds: Mapped[int]
    screens: Mapped[int]
    """How many screens showed it."""
    plays: Mapped[int]
    """How often it was on, on all screens together."""
