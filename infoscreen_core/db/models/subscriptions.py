"""Calendar subscriptions: calendars of other programs that are read again every so often."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import NEVER_REUSE_IDS, Base, enum_column
from infoscreen_core.domain.events.event import EventType


class CalendarSubscription(Base):
    """A calendar whose events a group holds, and how its last readings went."""

    __tablename__ = "calendar_subscriptions"
    __table_args__ = (
        Index("ix_calendar_subscriptions_due", "is_active", "next_check_at"),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("client_groups.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(100))
    access_encrypted: Mapped[str] = mapped_column(Text)
    """Address, user name and password, see `services.exchange.subscription_access`."""
    address_shown: Mapped[str] = mapped_column(String(300))
    """What people see of the address."""
    has_login: Mapped[bool] = mapped_column(default=False)
    interval_minutes: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)
    """False: paused; its events stay as they are."""
    event_type: Mapped[EventType | None] = mapped_column(enum_column(EventType, "event_type"))
    """What its new events become; None: what suits each."""
    takes_private: Mapped[bool] = mapped_column(default=False)
    """Whether events that the calendar marks as private are shown."""

    etag: Mapped[str | None] = mapped_column(String(255))
    last_modified: Mapped[str | None] = mapped_column(String(255))
    body_digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the calendar that was taken over last."""
    removal_held_at: Mapped[datetime | None]
    """Since when a removal waits to be confirmed by a second reading."""

    next_check_at: Mapped[datetime]
    last_checked_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    """When the group last held what the calendar holds."""
    last_changed_at: Mapped[datetime | None]
    """When a reading last changed an event."""
    failures: Mapped[int] = mapped_column(default=0)
    """In a row."""
    last_result: Mapped[dict[str, Any] | None]
    """Counts, or the sentence of what went wrong, see `services.exchange.subscription_views`."""

    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None]
    """Who reads it just now: nobody else does until then."""

    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    """Grows with each change that a person makes, not with readings."""


class SubscribedEvent(Base):
    """An event that a subscribed calendar holds, and so decides on; all others belong to people."""

    __tablename__ = "subscribed_events"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("events.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    subscription_id: Mapped[int] = mapped_column(
        ForeignKey("calendar_subscriptions.id", ondelete="CASCADE"), index=True
    )
    content_digest: Mapped[str] = mapped_column(String(64))
    """What the calendar says of it, apart from its UID: some servers make a new one each time."""
