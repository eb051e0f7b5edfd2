"""Managed power: the plugs of screens, and how they were switched off and on again."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base, enum_column
from infoscreen_core.domain.commands.plugs import Cause, PlugKind, Problem, State


class Plug(Base):
    """The plug that a screen's player, or all of the screen, hangs on."""

    __tablename__ = "plugs"
    __table_args__ = (UniqueConstraint("host", "port", "relay"), Base.__table_args__)

    client_uuid: Mapped[str] = mapped_column(
        ForeignKey("clients.uuid", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[PlugKind] = mapped_column(enum_column(PlugKind, "kind"))
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int]
    relay: Mapped[int]
    """Counted from 1."""
    access_encrypted: Mapped[str | None] = mapped_column(Text)
    """User name and password, see `services.commands.plug_access`; None: it asks for none."""
    seconds_off: Mapped[int]
    is_enabled: Mapped[bool] = mapped_column(default=False)
    """False: it is not switched, neither by people nor by ourselves."""

    check_wanted_at: Mapped[datetime | None] = mapped_column(index=True)
    """Since when somebody waits for a test; None: nobody."""
    check_claimed_by: Mapped[str | None] = mapped_column(String(64))
    check_claimed_until: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    check_result: Mapped[dict[str, Any] | None]
    """The sentence of what was found, see `services.commands.plug_checks`."""

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    """Grows with each change that a person makes, not with tests."""


class PlugCycle(Base):
    """One power cycle; `status` moves only along `domain.commands.plugs.TRANSITIONS`."""

    __tablename__ = "plug_cycles"
    __table_args__ = (
        Index("ix_plug_cycles_due", "status", "next_at"),
        Index("ix_plug_cycles_client", "client_uuid", "requested_at"),
        Index("ix_plug_cycles_newest", "requested_at", "cycle_id"),
        Index("ix_plug_cycles_requester", "requested_by", "requested_at"),
        Base.__table_args__,
    )

    cycle_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    client_uuid: Mapped[str] = mapped_column(ForeignKey("clients.uuid", ondelete="CASCADE"))
    status: Mapped[State] = mapped_column(enum_column(State, "status"))
    reason: Mapped[str | None] = mapped_column(String(2000))
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """None: the system itself, or the command line."""
    seconds_off: Mapped[int]
    next_at: Mapped[datetime]
    """When something happens in any case, whoever died meanwhile."""
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    """Who speaks with the plug just now; until `next_at` nobody else does."""
    attempts: Mapped[int] = mapped_column(default=0)
    """In vain, in a row."""
    is_off_proven: Mapped[bool | None]
    """Whether the plug took the order to switch off; None before."""
    requested_at: Mapped[datetime]
    switching_off_at: Mapped[datetime | None]
    off_at: Mapped[datetime | None]
    switching_on_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(32))
    error: Mapped[dict[str, Any] | None]
    """The sentence of what went wrong last."""


class PlugTransition(Base):
    """One step of a power cycle: append-only."""

    __tablename__ = "plug_transitions"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[str] = mapped_column(
        ForeignKey("plug_cycles.cycle_id", ondelete="CASCADE"), index=True
    )
    from_status: Mapped[State | None] = mapped_column(enum_column(State, "from_status"))
    to_status: Mapped[State] = mapped_column(enum_column(State, "to_status"))
    at: Mapped[datetime]
    cause: Mapped[Cause | None] = mapped_column(enum_column(Cause, "cause"))
    """None for the first row, which says how the cycle began."""
    problem: Mapped[Problem | None] = mapped_column(enum_column(Problem, "problem"))
