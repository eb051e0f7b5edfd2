"""Whether TVs should be on: groups' intents, operators' orders for players, and their record."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from infoscreen_core.db.base import Base, enum_column
from infoscreen_core.db.models.users import User
from infoscreen_core.domain.screens.power import DesiredPower, PowerReason


class GroupPower(Base):
    """A group's power intent; kept here, its identity survives restarts and takeovers."""

    __tablename__ = "power_intents"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("client_groups.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    intent_id: Mapped[str] = mapped_column(String(36))
    desired_state: Mapped[DesiredPower] = mapped_column(enum_column(DesiredPower, "desired_state"))
    reason: Mapped[PowerReason] = mapped_column(enum_column(PowerReason, "reason"))
    since: Mapped[datetime]
    """When state or reason changed last."""
    window_start: Mapped[datetime | None]
    window_end: Mapped[datetime | None]
    """The stretch in which something is always active; kept, since the index forgets the past."""


class PowerOverride(Base):
    """What an operator ordered for one player; it wins over its group's intent until `expires_at`.

    A row that has expired stays until its retained message is cleared.
    """

    __tablename__ = "power_overrides"

    client_uuid: Mapped[str] = mapped_column(
        ForeignKey("clients.uuid", ondelete="CASCADE"), primary_key=True
    )
    intent_id: Mapped[str] = mapped_column(String(36))
    desired_state: Mapped[DesiredPower] = mapped_column(enum_column(DesiredPower, "desired_state"))
    reason: Mapped[str] = mapped_column(String(500))
    set_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    set_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    author: Mapped[User | None] = relationship(lazy="raise_on_sql")


class PowerChange(Base):
    """What TVs of a group, or a player, were asked to do from `at` on (`monitoring.tv_off`)."""

    __tablename__ = "power_changes"
    __table_args__ = (
        Index("ix_power_changes_group", "group_id", "at"),
        Index("ix_power_changes_client", "client_uuid", "at"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("client_groups.id", ondelete="CASCADE"))
    """None: it is about a player."""
    client_uuid: Mapped[str | None] = mapped_column(ForeignKey("clients.uuid", ondelete="CASCADE"))
    """None: it is about a group."""
    at: Mapped[datetime]
    desired_state: Mapped[DesiredPower | None] = mapped_column(
        enum_column(DesiredPower, "desired_state")
    )
    """None: from then on nothing was asked."""
    until: Mapped[datetime | None]
    """When an operator's order ends by itself."""
