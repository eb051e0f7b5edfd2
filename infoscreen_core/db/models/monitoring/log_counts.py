"""How many lines players logged, by hour: counted as they are stored, so that no chart reads lines.

Hours are numbered from 1970-01-01 00:00 UTC. A line counts in the hour of its `ordered_at`.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import IN_ORDER, Base


class LogCount(Base):
    """Lines of one player and level in one hour."""

    __tablename__ = "log_counts"
    __table_args__ = (Index("ix_log_counts_hour", "hour"), Base.__table_args__)

    client_uuid: Mapped[str] = mapped_column(
        ForeignKey("clients.uuid", ondelete="CASCADE"), primary_key=True
    )
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(String(8), primary_key=True)
    line_count: Mapped[int]


class LogHour(Base):
    """Lines of one level in one hour, of all players together: what a chart of years reads."""

    __tablename__ = "log_hours"

    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(String(8), primary_key=True)
    line_count: Mapped[int]


class LogFamily(Base):
    """Messages of one level and shape; kept as long as lines of it are."""

    __tablename__ = "log_families"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Computed from level and shape: `domain.monitoring.logs.families`."""
    level: Mapped[str] = mapped_column(String(8))
    shape: Mapped[str] = mapped_column(String(200))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)


class LogFamilyHour(Base):
    """Lines of one family in one hour, of all players together."""

    __tablename__ = "log_family_hours"
    __table_args__ = (Index("ix_log_family_hours_hour", "hour"), Base.__table_args__)

    family_id: Mapped[int] = mapped_column(
        ForeignKey("log_families.id", ondelete="CASCADE"), primary_key=True
    )
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line_count: Mapped[int]


class LogFamilyDay(Base):
    """Lines of one family in one day, of all players together: what a list over months reads.

    Days are numbered from 1970-01-01, in UTC.
    """

    __tablename__ = "log_family_days"
    __table_args__ = (Index("ix_log_family_days_day", "day"), Base.__table_args__)

    family_id: Mapped[int] = mapped_column(
        ForeignKey("log_families.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line_count: Mapped[int]


class LogFamilyClient(Base):
    """When a player logged lines of a family, first and last.

    Rows lie in the order of families, so that the players of one are counted in one sweep.
    """

    __tablename__ = "log_family_clients"
    __table_args__ = IN_ORDER

    family_id: Mapped[int] = mapped_column(
        ForeignKey("log_families.id", ondelete="CASCADE"), primary_key=True
    )
    client_uuid: Mapped[str] = mapped_column(
        ForeignKey("clients.uuid", ondelete="CASCADE"), primary_key=True, index=True
    )
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
