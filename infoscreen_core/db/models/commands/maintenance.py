"""Scheduled maintenance: plans, what became of each of their days, and which screens had a turn."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import NEVER_REUSE_IDS, Base, enum_column
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.maintenance import FiringStatus, SkipReason


class MaintenancePlan(Base):
    """Restarts of some groups' screens, or of all, on some days of the week in a local window."""

    __tablename__ = "maintenance_plans"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    action: Mapped[Action] = mapped_column(enum_column(Action, "action"))
    is_for_all: Mapped[bool]
    """Whether all screens are meant, those of no group too; else those of its groups."""
    weekdays: Mapped[list[Any]]
    """Numbers from 0 (Monday) on."""
    window_from: Mapped[int]
    """A minute of the local day, as `window_to`."""
    window_to: Mapped[int]
    timezone: Mapped[str] = mapped_column(String(64))
    at_once: Mapped[int]
    """How many screens at most are interrupted at once."""
    skip_events: Mapped[bool]
    """Whether a screen that shows an event is waited for within the window, then left out."""
    skip_holidays: Mapped[bool]
    """Whether nothing happens on holidays."""
    is_enabled: Mapped[bool]
    since: Mapped[datetime]
    """Windows that opened before do not count; see `domain.commands.maintenance.Timetable`."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int]


class MaintenancePlanGroup(Base):
    """A group whose screens a plan is for."""

    __tablename__ = "maintenance_plan_groups"

    plan_id: Mapped[int] = mapped_column(
        ForeignKey("maintenance_plans.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[int] = mapped_column(
        ForeignKey("client_groups.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class MaintenanceFiring(Base):
    """What became of one day of a plan; the unique key makes that it is settled once."""

    __tablename__ = "maintenance_firings"
    __table_args__ = (
        UniqueConstraint("plan_id", "day"),
        Index("ix_maintenance_firings_status", "status"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("maintenance_plans.id", ondelete="CASCADE"))
    day: Mapped[date]
    """The local day."""
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    status: Mapped[FiringStatus] = mapped_column(enum_column(FiringStatus, "status"))
    reason: Mapped[SkipReason | None] = mapped_column(enum_column(SkipReason, "reason"))
    """Why it is skipped, or waits."""
    holiday: Mapped[str | None] = mapped_column(String(150))
    """The name of the holiday for which it is skipped."""
    rollout_id: Mapped[str | None] = mapped_column(
        ForeignKey("rollouts.rollout_id", ondelete="SET NULL"), unique=True
    )
    updated_at: Mapped[datetime]


class MaintenanceTurn(Base):
    """That a screen had its maintenance on a local day.

    The key makes a boot loop impossible: no plan, nor several together, sends a screen the same
    command twice for one day. It has no foreign keys, since it must outlive plan, roll-out and
    screen: whoever makes a plan anew begins no loop.
    """

    __tablename__ = "maintenance_turns"

    day: Mapped[date] = mapped_column(primary_key=True)
    client_uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    action: Mapped[Action] = mapped_column(enum_column(Action, "action"), primary_key=True)
    rollout_id: Mapped[str] = mapped_column(String(36))
    at: Mapped[datetime]
