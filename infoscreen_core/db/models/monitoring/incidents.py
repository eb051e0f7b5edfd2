"""What is or was wrong with screens, or with our own sight of them, and who looks after it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import NEVER_REUSE_IDS, Base, enum_column
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind

KEY_LENGTH = 80


class Incident(Base):
    """One thing that went wrong, from its opening to its end."""

    __tablename__ = "incidents"
    __table_args__ = (
        Index("ix_incidents_unsettled", "client_uuid", "open_key"),
        Index("ix_incidents_opened", "opened_at"),
        Index("ix_incidents_closed", "closed_at"),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[IncidentKind] = mapped_column(enum_column(IncidentKind, "kind"))
    client_uuid: Mapped[str | None] = mapped_column(ForeignKey("clients.uuid", ondelete="CASCADE"))
    """None: an outage of ours."""
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("client_groups.id", ondelete="SET NULL")
    )
    """The screen's group when it opened."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """None: it is open."""
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    closed_name: Mapped[str | None] = mapped_column(String(64))
    """Who closed it by hand; None: it ended by itself, or is open."""
    acknowledged_at: Mapped[datetime | None]
    """None: nobody looks after it."""
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    acknowledged_name: Mapped[str | None] = mapped_column(String(64))
    """The name of that person, which people read; it outlives the account."""
    note: Mapped[str | None] = mapped_column(String(500))
    outage_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id", ondelete="SET NULL"))
    """The outage of ours that explains it."""
    evidence: Mapped[dict[str, Any] | None]
    """What was seen when it opened: a few figures by name."""
    open_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH), unique=True)
    """Kind and screen while the cause lasts, so that there are no two. One that was closed by hand
    keeps it until then, so that it does not open again at once."""


class IncidentCondition(Base):
    """Something wrong with a screen that has not lasted long enough to be an incident."""

    __tablename__ = "incident_conditions"

    client_uuid: Mapped[str] = mapped_column(
        ForeignKey("clients.uuid", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[IncidentKind] = mapped_column(enum_column(IncidentKind, "kind"), primary_key=True)
    since: Mapped[datetime]
