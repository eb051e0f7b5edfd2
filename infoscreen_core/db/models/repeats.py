"""Requests that are done once, however often they are sent."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base, LongText


class IdempotentRequest(Base):
    """A request that came with an `Idempotency-Key`, and what it was answered."""

    __tablename__ = "idempotent_requests"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the caller's session or token and their key; neither is stored."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was asked: method, address and body."""
    begun_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    """None while it is being done."""
    media_type: Mapped[str | None] = mapped_column(String(100))
    body_encrypted: Mapped[str | None] = mapped_column(LongText)
    """With a key that only the caller's session or token opens: it may hold a secret of theirs."""
