"""Players' health over time; see `domain.monitoring.health`.

Rows lie in the order of player and time, with no other index: a player's curve is one piece of the
table, and so are the rows of it that grow too old.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import IN_ORDER, Base


class _Health:
    """What both tables hold. The lowest, mean and highest are None where the count is 0."""

    client_uuid: Mapped[str] = mapped_column(
        String(36), ForeignKey("clients.uuid", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(primary_key=True)
    """When the stretch began."""
    cpu_min: Mapped[float | None]
    cpu_mean: Mapped[float | None]
    cpu_max: Mapped[float | None]
    cpu_count: Mapped[int]
    memory_min: Mapped[float | None]
    memory_mean: Mapped[float | None]
    memory_max: Mapped[float | None]
    memory_count: Mapped[int]
    temperature_min: Mapped[float | None]
    temperature_mean: Mapped[float | None]
    temperature_max: Mapped[float | None]
    temperature_count: Mapped[int]
    disk_min: Mapped[float | None]
    disk_mean: Mapped[float | None]
    disk_max: Mapped[float | None]
    disk_count: Mapped[int]
    reconnects: Mapped[int]


class ClientHealth(_Health, Base):
    """A player's health in five minutes, written by the listener."""

    __tablename__ = "client_health"
    __table_args__ = IN_ORDER


class ClientHealthHour(_Health, Base):
    """A player's health in an hour, made of the twelve rows of `client_health`."""

    __tablename__ = "client_health_hours"
    __table_args__ = IN_ORDER
