"""What crash recovery decided about players, and what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base, enum_column
from infoscreen_core.domain.commands.recovery_facts import Outcome, Verdict
from infoscreen_core.domain.screens.crashes import CrashReason


class RecoveryDecision(Base):
    """A verdict on a player, in force from `at` until `until`; one row for each change."""

    __tablename__ = "recovery_decisions"
    __table_args__ = (
        Index("ix_recovery_decisions_client", "client_uuid", "at"),
        Index("ix_recovery_decisions_ended", "until"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_uuid: Mapped[str] = mapped_column(ForeignKey("clients.uuid", ondelete="CASCADE"))
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    """None: it is in force."""
    verdict: Mapped[Verdict] = mapped_column(enum_column(Verdict, "verdict"))
    trouble: Mapped[CrashReason | None] = mapped_column(enum_column(CrashReason, "trouble"))
    """None: the player was well."""
    evidence: Mapped[dict[str, Any]]
    """What spoke for it: a few facts by name."""
    is_person_called: Mapped[bool] = mapped_column(default=False)
    """Whether recovery has given up, and nobody has said since that they saw to it."""
    command_id: Mapped[str | None] = mapped_column(
        ForeignKey("client_commands.command_id", ondelete="SET NULL"), unique=True
    )
    """The command that was issued, when the verdict was to restart something."""
    cycle_id: Mapped[str | None] = mapped_column(
        ForeignKey("plug_cycles.cycle_id", ondelete="SET NULL"), unique=True
    )
    """The power cycle that was asked for, when it was to cut its power."""
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome, "outcome"))
    """What came of either; None: there is none, or nobody can tell yet."""
    look_at: Mapped[datetime | None] = mapped_column(index=True)
    """When to decide anew; None: it is not in force any more."""
    open_key: Mapped[str | None] = mapped_column(String(36), unique=True)
    """The player while the verdict is in force, so that there are no two."""
