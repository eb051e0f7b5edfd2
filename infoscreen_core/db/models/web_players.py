"""Browsers that are screens: their addresses, and what they said to the console."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import NEVER_REUSE_IDS, Base, LongBinary

TOPIC_LIMIT = 64


class WebPlayer(Base):
    """The address under which a browser is a screen; it holds a token, the table its SHA-256."""

    __tablename__ = "web_players"

    client_uuid: Mapped[str] = mapped_column(
        ForeignKey("clients.uuid", ondelete="CASCADE"), primary_key=True
    )
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """None once the address was revoked."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    """Of the present address: a new one takes the place of the old one."""
    revoked_at: Mapped[datetime | None]


class WebPlayerMessage(Base):
    """What a browser said, as if it had come from the broker; the listener takes it out."""

    __tablename__ = "web_player_messages"
    __table_args__ = (Index("ix_web_player_messages_of", "client_uuid", "topic"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_uuid: Mapped[str] = mapped_column(ForeignKey("clients.uuid", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(String(TOPIC_LIMIT))
    payload: Mapped[bytes] = mapped_column(LongBinary)
    received_at: Mapped[datetime]
