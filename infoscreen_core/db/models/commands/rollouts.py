"""Roll-outs, and what became of each of their screens."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base, enum_column
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.rollout import (
    HoldReason,
    LeftOut,
    MemberStatus,
    RolloutSource,
    RolloutStatus,
    StopReason,
)


class Rollout(Base):
    """One command for many screens; `status` moves along `domain.commands.rollout.TRANSITIONS`."""

    __tablename__ = "rollouts"
    __table_args__ = (
        Index("ix_rollouts_status", "status", "created_at"),
        Index("ix_rollouts_created", "created_at"),
        Base.__table_args__,
    )

    rollout_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    action: Mapped[Action] = mapped_column(enum_column(Action, "action"))
    reason: Mapped[str] = mapped_column(String(2000))
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    """None: the system itself, or the command line."""
    requested_name: Mapped[str] = mapped_column(String(64))
    """Who asked for it, by the name that people read; it outlives the account."""
    requested_from: Mapped[str] = mapped_column(String(64))
    """Where the request came from: an address, `cli`, or a worker's name."""
    source: Mapped[RolloutSource] = mapped_column(enum_column(RolloutSource, "source"))
    status: Mapped[RolloutStatus] = mapped_column(enum_column(RolloutStatus, "status"))
    stopped_reason: Mapped[StopReason | None] = mapped_column(
        enum_column(StopReason, "stopped_reason")
    )
    held_by: Mapped[HoldReason | None] = mapped_column(enum_column(HoldReason, "held_by"))
    """Why it sends nothing at the moment, though it is running and there is room."""
    waves: Mapped[list[Any]]
    is_repeated: Mapped[bool]
    at_once: Mapped[int]
    failed_percent: Mapped[int]
    failed_at_least: Mapped[int]
    manual_at_most: Mapped[int]
    window_from: Mapped[int | None]
    """A minute of the local day; None with `window_to`: at any time."""
    window_to: Mapped[int | None]
    timezone: Mapped[str] = mapped_column(String(64))
    window_day: Mapped[date | None]
    """The local day to whose window maintenance belongs; None: its window is that of every day."""
    skip_priority: Mapped[bool]
    """Whether screens that show something of priority are left for later."""
    skip_events: Mapped[bool] = mapped_column(server_default="0")
    """Whether screens are that show any event but a background."""
    expiry_seconds: Mapped[int]
    target: Mapped[dict[str, Any]]
    """How its screens were chosen, for people."""
    total: Mapped[int]
    """How many screens were chosen, with those that were left out."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    """When its first command was issued."""
    ended_at: Mapped[datetime | None]
    """When it came to its end; commands that were out then may have ended later."""
    updated_at: Mapped[datetime]


class RolloutMember(Base):
    """What a roll-out does with one screen; the key makes that it gets its command once."""

    __tablename__ = "rollout_members"
    __table_args__ = (
        Index("ix_rollout_members_counts", "rollout_id", "wave", "status", "outcome"),
        Index("ix_rollout_members_client", "client_uuid", "status"),
        # Twice a second it is asked which roll-outs have commands under way.
        Index("ix_rollout_members_status", "status", "rollout_id"),
        Base.__table_args__,
    )

    rollout_id: Mapped[str] = mapped_column(
        ForeignKey("rollouts.rollout_id", ondelete="CASCADE"), primary_key=True
    )
    client_uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    """Without a foreign key: that a screen took part outlives the screen."""
    client_name: Mapped[str] = mapped_column(String(255))
    """As it was called when the roll-out began."""
    position: Mapped[int]
    wave: Mapped[int]
    """From 1 on; of one that was left out from the start, 0."""
    status: Mapped[MemberStatus] = mapped_column(enum_column(MemberStatus, "status"))
    left_out_reason: Mapped[LeftOut | None] = mapped_column(enum_column(LeftOut, "left_out_reason"))
    put_off_at: Mapped[datetime | None]
    """Since when it is left for later because it showed something of priority."""
    command_id: Mapped[str | None] = mapped_column(
        ForeignKey("client_commands.command_id", ondelete="SET NULL"), unique=True
    )
    outcome: Mapped[State | None] = mapped_column(enum_column(State, "outcome"))
    """How its command ended."""
    issued_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
