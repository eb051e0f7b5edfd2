"""What is counted for charts that look for patterns, so that none of them reads raw figures."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base


class StormStretch(Base):
    """Five minutes of a reconnect storm; see `domain.monitoring.patterns.storms`."""

    __tablename__ = "storm_stretches"
    __table_args__ = (Index("ix_storm_stretches_time", "at"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    """When the five minutes began."""
    group_id: Mapped[int | None] = mapped_column(ForeignKey("client_groups.id", ondelete="CASCADE"))
    """None: of all screens together."""
    screens: Mapped[int]
    """How many connected anew."""
    members: Mapped[int]
    """How many there were."""
    reconnects: Mapped[int]


class HeatWeek(Base):
    """A group's hours of a week at one temperature; see `domain.monitoring.patterns.heat`."""

    __tablename__ = "heat_weeks"
    __table_args__ = (Index("ix_heat_weeks_monday", "monday", "group_id"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    monday: Mapped[date]
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("client_groups.id", ondelete="SET NULL")
    )
    """The group that the screens were in when the week was last counted; None: in none."""
    degrees: Mapped[int]
    """°C from which on; up to the next step."""
    hours: Mapped[int]
    crashes: Mapped[int]
    """Those that began in the hour after one of these."""
