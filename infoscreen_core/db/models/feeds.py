"""Calendar feeds: links under which a calendar program reads a group's events."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import NEVER_REUSE_IDS, Base


class CalendarFeed(Base):
    """One link to a group's calendar. The link holds the token; the table only its SHA-256."""

    __tablename__ = "calendar_feeds"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("client_groups.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str | None] = mapped_column(String(100))
    """Who uses it, so that people know which one to revoke."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    """Exact to a minute."""
