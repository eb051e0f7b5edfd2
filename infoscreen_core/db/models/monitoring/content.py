"""What was published for groups, and whether their screens showed it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base, enum_column
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason


class PublishedList(Base):
    """A group's event list, from its publication until it differed."""

    __tablename__ = "published_lists"
    __table_args__ = (
        Index("ix_published_lists_group", "group_id", "began_at"),
        Index("ix_published_lists_end", "ended_at", "group_id"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("client_groups.id", ondelete="CASCADE"))
    began_at: Mapped[datetime]
    """When the broker confirmed it."""
    ended_at: Mapped[datetime | None]
    """None: it is what players have."""
    events: Mapped[list[Any]]
    """In the order in which they are to be shown: id, title and priority of each. Titles, since
    events may be deleted."""


class ClientContentChange(Base):
    """Whether a screen showed what was planned, in force from `at` until the player's next row."""

    __tablename__ = "client_content_changes"
    __table_args__ = (
        Index("ix_client_content_changes_client", "client_uuid", "at"),
        Index("ix_client_content_changes_time", "at"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_uuid: Mapped[str] = mapped_column(ForeignKey("clients.uuid", ondelete="CASCADE"))
    at: Mapped[datetime]
    state: Mapped[Content | None] = mapped_column(enum_column(Content, "state"))
    """None: the player is not in service."""
    reason: Mapped[ContentReason] = mapped_column(enum_column(ContentReason, "reason"))
    planned_event_id: Mapped[int | None]
    """What was to be shown; no foreign key, here and below, since events may be deleted."""
    planned_title: Mapped[str | None] = mapped_column(String(200))
    shown_event_id: Mapped[int | None]
    """What the player said it showed."""
    shown_title: Mapped[str | None] = mapped_column(String(200))
