"""Webhooks: who is told what happens, and every message with how its telling stands."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import NEVER_REUSE_IDS, Base, LongText, enum_column
from infoscreen_core.domain.webhooks.kinds import DeliveryState, EventKind, Stop


class Webhook(Base):
    """A receiver of another program, and what it wants to know."""

    __tablename__ = "webhooks"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    access_encrypted: Mapped[str] = mapped_column(Text)
    """Address and secrets, see `services.webhooks.webhook_access`."""
    address_shown: Mapped[str] = mapped_column(String(300))
    """What people see of the address."""
    kinds: Mapped[list[Any]]
    """What it is told: values of `EventKind`."""
    is_active: Mapped[bool] = mapped_column(default=True)
    stop: Mapped[Stop | None] = mapped_column(enum_column(Stop, "stop"))
    """Why it is not active; None: a person paused it."""
    stopped_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    """The first failure since a message was last taken."""
    former_until: Mapped[datetime | None]
    """Until then messages are also signed with the secret before this one."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WebhookDelivery(Base):
    """One message to one webhook: written with the change that it tells, kept for some days."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_due", "webhook_id", "state", "next_at"),
        Index("ix_webhook_deliveries_ended", "state", "ended_at"),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(String(40), unique=True)
    """The header `webhook-id`, the same at every try: receivers know repetitions by it."""
    kind: Mapped[EventKind] = mapped_column(enum_column(EventKind, "kind"))
    body: Mapped[str] = mapped_column(LongText)
    state: Mapped[DeliveryState] = mapped_column(enum_column(DeliveryState, "state"))
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    """When it is tried next."""
    tries: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None]
    """Who sends it just now: nobody else does until then."""
    tried_at: Mapped[datetime | None]
    status: Mapped[int | None]
    """Of the last try, as the other fields below; None: there was no answer."""
    problem: Mapped[dict[str, Any] | None]
    """The sentence that says why there was none."""
    answer: Mapped[str | None] = mapped_column(String(500))
    """How the answer began."""
    duration_seconds: Mapped[float | None]
    ended_at: Mapped[datetime | None]
