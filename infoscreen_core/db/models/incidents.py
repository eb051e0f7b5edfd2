"""What is wrong with screens now, and who looks after it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base


class Incident(Base):
    """A screen in service that is down or broken; the row ends with the incident."""

    __tablename__ = "incidents"

    client_uuid: Mapped[str] = mapped_column(
        ForeignKey("clients.uuid", ondelete="CASCADE"), primary_key=True
    )
    began_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    """None: nobody looks after it."""
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    taken_name: Mapped[str | None] = mapped_column(String(64))
    """The name of that person, which people read; it outlives the account."""
    note: Mapped[str | None] = mapped_column(String(500))
