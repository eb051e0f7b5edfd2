"""What became of each player, and when nobody could tell."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base, enum_column
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason


class ClientStatus(Base):
    """The status that a player was last judged to have, and when it is to be judged again.

    A table of its own: the listener renews the rows of `clients` all the time, and whoever judges
    must not wait for it, nor hold it up.
    """

    __tablename__ = "client_statuses"

    client_uuid: Mapped[str] = mapped_column(
        ForeignKey("clients.uuid", ondelete="CASCADE"), primary_key=True
    )
    status: Mapped[Status | None] = mapped_column(enum_column(Status, "status"), index=True)
    """None: the player is not in service, or was never heard of."""
    reason: Mapped[StatusReason | None] = mapped_column(enum_column(StatusReason, "reason"))
    """None: nobody has judged it yet."""
    since: Mapped[datetime | None]
    """When the status began; a change of the reason alone does not move it."""
    judge_at: Mapped[datetime] = mapped_column(index=True)
    """Whoever reports what may change the status puts this forward."""
    boot_id: Mapped[str | None] = mapped_column(String(64))
    """The boot that the player was last seen in."""
    boot_id_before: Mapped[str | None] = mapped_column(String(64))
    """The one before that."""
    boot_returned_at: Mapped[datetime | None]
    """When the player was last back in the boot before: no machine returns to a past boot, so two
    machines share its UUID."""
    content: Mapped[Content | None] = mapped_column(enum_column(Content, "content"), index=True)
    """Whether it shows what is planned. None: it is not in service, or nobody has judged that."""
    content_reason: Mapped[ContentReason | None] = mapped_column(
        enum_column(ContentReason, "content_reason")
    )
    content_since: Mapped[datetime | None]
    """When that began; a change of the reason or of events alone does not move it."""
    planned_event_id: Mapped[int | None]
    """What it was judged by: the first event of what was published for its group."""
    shown_event_id: Mapped[int | None]
    """What it was judged to show."""
    said_event_id: Mapped[int | None]
    """What it said last; not judged yet while it has time to follow a new list."""
    said_since: Mapped[datetime | None]
    """Since when it says so. None: it has never named an event, so its silence means nothing."""
    judged_group_id: Mapped[int | None]
    """The group whose list it was judged by."""


class ClientStatusChange(Base):
    """A status and its reason, in force from `at` until the player's next row."""

    __tablename__ = "client_status_changes"
    __table_args__ = (
        Index("ix_client_status_changes_client", "client_uuid", "at"),
        Index("ix_client_status_changes_time", "at"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_uuid: Mapped[str] = mapped_column(ForeignKey("clients.uuid", ondelete="CASCADE"))
    at: Mapped[datetime]
    status: Mapped[Status | None] = mapped_column(enum_column(Status, "status"))
    """None: the player is not in service, or was never heard of."""
    reason: Mapped[StatusReason] = mapped_column(enum_column(StatusReason, "reason"))


class BlindSpan(Base):
    """Time in which the server itself could not see its screens."""

    __tablename__ = "blind_spans"

    id: Mapped[int] = mapped_column(primary_key=True)
    cause: Mapped[BlindCause] = mapped_column(enum_column(BlindCause, "cause"))
    began_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    """None: it goes on."""


class JobRun(Base):
    """The last run of something that is done regularly."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    ran_at: Mapped[datetime]
    """When it began."""
    duration_seconds: Mapped[float | None]
    """None while it goes on."""
    row_count: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(500))
    """Why it failed, in technical words; None: it did not."""
    succeeded_at: Mapped[datetime | None]
    """When the last run began that ended well."""
    next_at: Mapped[datetime | None]
