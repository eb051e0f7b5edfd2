"""How well screens served, counted by week, so that no chart reads the record of statuses."""

from datetime import date
from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import IN_ORDER, Base

_COUNTED: Final = (
    "up_seconds",
    "down_seconds",
    "unknown_seconds",
    "outages",
    "off_up_seconds",
    "off_down_seconds",
    "off_unknown_seconds",
    "off_outages",
)
"""In an index, so that sums over the players of groups need not look at their rows."""


class ClientWeek(Base):
    """A player's figures over a week, Monday to Sunday in the installation's zone.

    They are `domain.monitoring.availability.measure` of that time, and can be computed again from
    the changes of its status as long as those are kept. Those of the week that goes on reach up to
    the last time that they were counted.
    """

    __tablename__ = "client_weeks"
    __table_args__ = (
        Index("ix_client_weeks_down", "client_uuid", "monday", "down_seconds", "off_down_seconds"),
        Index("ix_client_weeks_sums", "monday", "group_id", *_COUNTED),
        IN_ORDER,
    )

    monday: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the week."""
    client_uuid: Mapped[str] = mapped_column(
        ForeignKey("clients.uuid", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("client_groups.id", ondelete="SET NULL")
    )
    """The group that the screen was in when the week was last counted."""
    up_seconds: Mapped[int]
    down_seconds: Mapped[int]
    unknown_seconds: Mapped[int]
    """Time in which the server itself could not see; it counts as neither up nor down."""
    outages: Mapped[int]
    off_up_seconds: Mapped[int] = mapped_column(server_default="0")
    """So much of `up_seconds` its TV was meant to be off; likewise below."""
    off_down_seconds: Mapped[int] = mapped_column(server_default="0")
    off_unknown_seconds: Mapped[int] = mapped_column(server_default="0")
    off_outages: Mapped[int] = mapped_column(server_default="0")
    """Outages of which nobody could notice anything, since the TV was meant to be off."""


class GroupWeekSums(Base):
    """A group's week: the sums over its screens in `client_weeks` when weeks were counted last.

    When a group is deleted, its rows stay beside those of the screens without one, until then.
    """

    __tablename__ = "group_weeks"
    __table_args__ = (Index("ix_group_weeks_monday", "monday", "group_id"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    monday: Mapped[date]
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("client_groups.id", ondelete="SET NULL")
    )
    up_seconds: Mapped[int] = mapped_column(BigInteger)
    down_seconds: Mapped[int] = mapped_column(BigInteger)
    unknown_seconds: Mapped[int] = mapped_column(BigInteger)
    outages: Mapped[int] = mapped_column(BigInteger)
    off_up_seconds: Mapped[int] = mapped_column(BigInteger)
    off_down_seconds: Mapped[int] = mapped_column(BigInteger)
    off_unknown_seconds: Mapped[int] = mapped_column(BigInteger)
    off_outages: Mapped[int] = mapped_column(BigInteger)
