"""What was deleted from the plan a moment ago, so that it can come back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base, enum_column
from infoscreen_core.domain.events.event import Scope


class EventDeletion(Base):
    """One deletion with all that is needed to undo it; kept for a day, undone within minutes."""

    __tablename__ = "event_deletions"
    __table_args__ = (
        Index("ix_event_deletions_actor", "deleted_by", "deleted_at"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deleted_at: Mapped[datetime] = mapped_column(index=True)
    deleted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    actor_name: Mapped[str] = mapped_column(String(64))
    """Who deleted it, if not somebody who signs in: the command line."""
    scope: Mapped[Scope] = mapped_column(enum_column(Scope, "scope"))
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    """What was there before; its shape belongs to `services.events.event_deletions`."""
    undone_at: Mapped[datetime | None]
