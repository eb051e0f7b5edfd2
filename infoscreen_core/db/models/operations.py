"""What keeps the programs working together: settings, outbox, dead letters, signs of life."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base, LongBinary


class SystemSetting(Base):
    """One setting of the installation; `domain.setup.settings_keys` has the keys and types."""

    __tablename__ = "system_settings"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))


class OutboxMessage(Base):
    """A message to publish: written with the change it announces, deleted once confirmed."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(255), index=True)
    payload: Mapped[bytes] = mapped_column(LongBinary)
    qos: Mapped[int] = mapped_column(default=1)
    retain: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)


class DeadLetter(Base):
    """A message the listener could not use, with the reason; it changed nothing else."""

    __tablename__ = "dead_letters"
    __table_args__ = (Index("ix_dead_letters_reason", "reason", "received_at"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    received_at: Mapped[datetime] = mapped_column(index=True)
    topic: Mapped[str] = mapped_column(String(500))
    client_uuid: Mapped[str | None] = mapped_column(String(36), index=True)
    reason: Mapped[str] = mapped_column(String(64))
    """Machine word such as `not_json` or `unknown_client`."""
    detail: Mapped[str] = mapped_column(String(1000))
    payload: Mapped[bytes] = mapped_column(LongBinary)
    """The first 4,096 bytes."""
    payload_size: Mapped[int]


class WorkerStatus(Base):
    """A worker's sign of life, renewed every few seconds; the console and `/readyz` read it."""

    __tablename__ = "worker_status"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    pid: Mapped[int]
    host: Mapped[str] = mapped_column(String(255))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    is_broker_connected: Mapped[bool] = mapped_column(default=False)
    metrics: Mapped[dict[str, Any] | None]


class ChangeCounter(Base):
    """A number that grows with every change of its subject, so that workers poll it cheaply."""

    __tablename__ = "change_counters"

    subject: Mapped[str] = mapped_column(String(32), primary_key=True)
    """`schedule`: events, occurrences or groups changed; the others are `services.turns`."""
    value: Mapped[int] = mapped_column(default=0)


class Lease(Base):
    """Who leads: one holder until `expires_at`, then whoever takes it first."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(100))
    expires_at: Mapped[datetime]
