"""What people want to look at again."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import NEVER_REUSE_IDS, Base


class SavedView(Base):
    """The filters of a page under a name. Its id is sent around in links, so it is never reused."""

    __tablename__ = "saved_views"
    __table_args__ = (
        UniqueConstraint("owner_id", "page", "name"),
        Index("ix_saved_views_page", "page"),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    page: Mapped[str] = mapped_column(String(32))
    """As the console's addresses call it."""
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[dict[str, Any]]
    """What the page's address asks for: texts by name."""
    is_shared: Mapped[bool]
    """Whether everybody sees it who may open the page."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
