"""What people changed, and the seals that make a change to that show."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import MYSQL_OPTIONS, NEVER_REUSE_IDS, Base


class AuditEntry(Base):
    """One change that somebody made: append-only, by triggers (`db.append_only`)."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_entity", "entity", "entity_id", "at"),
        Index("ix_audit_log_kind", "entity", "at"),
        Index("ix_audit_log_actor", "actor_name", "at"),
        Index("ix_audit_log_action", "action", "at"),
        Index("ix_audit_log_source", "source", "at"),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None]
    """The user; no foreign key, since it stays when they are deleted."""
    actor_name: Mapped[str] = mapped_column(String(64))
    """The user name, or `cli` or `system`."""
    source: Mapped[str] = mapped_column(String(64))
    """Where from: an address, `cli`, or a worker's name."""
    action: Mapped[str] = mapped_column(String(64))
    """Dotted, past tense: `event.created`."""
    entity: Mapped[str] = mapped_column(String(32))
    entity_id: Mapped[str] = mapped_column(String(36))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


class AuditSeal(Base):
    """A link of the chain over the entries; append-only, too.

    Without a foreign key: it outlives its entry, and so tells that there was one.
    """

    __tablename__ = "audit_seals"
    __table_args__ = MYSQL_OPTIONS

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1, without a gap."""
    entry_id: Mapped[int] = mapped_column(unique=True)
    previous: Mapped[str] = mapped_column(String(64))
    """The digest of the seal before."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256; see `domain.people.audit_seals`."""
    sealed_at: Mapped[datetime]
