"""What screens show, when: events, their exceptions and the index of their occurrences."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    column,
    inspect,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import flag_modified

from infoscreen_core.db.base import IN_ORDER, NEVER_REUSE_IDS, Base, enum_column
from infoscreen_core.db.models.media import EventMedia
from infoscreen_core.domain.events.event import (
    EventType,
    ExceptionKind,
    ExceptionSource,
    Severity,
)


class Event(Base):
    """A single event, or the master of a series, of one group.

    `start` and `end` are UTC; a series recurs in the wall time of `timezone`.
    """

    __tablename__ = "events"
    audited_lists: ClassVar[tuple[str, ...]] = ("further_media_ids",)
    __table_args__ = (
        CheckConstraint(column("end") > column("start"), name="end_after_start"),
        CheckConstraint("volume >= 0 AND volume <= 1", name="volume_range"),
        Index("ix_events_group", "group_id", "is_active", "start"),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("client_groups.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    location: Mapped[str | None] = mapped_column(String(255))
    event_type: Mapped[EventType] = mapped_column(enum_column(EventType, "event_type"))
    start: Mapped[datetime]
    end: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(64))
    is_all_day: Mapped[bool] = mapped_column(default=False)
    recurrence_rule: Mapped[str | None] = mapped_column(String(500))
    recurrence_exception: Mapped[str | None] = mapped_column(Text)
    """EXDATEs, `yyyyMMddTHHmmssZ`, comma-separated; kept in step with `event_exceptions`."""
    recurrence_end: Mapped[datetime | None]
    """End of the last occurrence; None for an endless series."""
    skip_holidays: Mapped[bool] = mapped_column(default=False)
    academic_period_id: Mapped[int | None] = mapped_column(
        ForeignKey("academic_periods.id", ondelete="RESTRICT")
    )
    priority: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    finished_at: Mapped[datetime | None]
    """When the program saw that the event was over and made it inactive; None if it did not, and
    once a person has written the event since. Should the clock be set back, it is active again."""
    master_event_id: Mapped[int | None] = mapped_column(
        ForeignKey("events.id", ondelete="SET NULL")
    )
    """The series this event was detached from."""
    version: Mapped[int] = mapped_column(default=1)
    """Optimistic lock; a form sends back the one it was filled from."""
    indexed_until: Mapped[datetime | None] = mapped_column(index=True)
    """How far ahead `occurrences` is complete for this event; None: not indexed yet."""

    event_media_id: Mapped[int | None] = mapped_column(
        ForeignKey("event_media.id", ondelete="RESTRICT"), index=True
    )
    """The first file that it shows; `further_media_ids` follow."""
    website_url: Mapped[str | None] = mapped_column(String(2000))
    slide_interval: Mapped[int] = mapped_column(default=10)
    """Seconds."""
    page_progress: Mapped[bool] = mapped_column(default=True)
    auto_progress: Mapped[bool] = mapped_column(default=True)
    autoplay: Mapped[bool] = mapped_column(default=True)
    loop: Mapped[bool] = mapped_column(default=True)
    volume: Mapped[float] = mapped_column(default=0.8)
    muted: Mapped[bool] = mapped_column(default=False)
    message_text: Mapped[str | None] = mapped_column(Text)
    message_severity: Mapped[Severity] = mapped_column(
        enum_column(Severity, "message_severity"), default=Severity.INFO
    )

    ical_uid: Mapped[str | None] = mapped_column(String(255))
    """The event in a calendar file that this comes from, see `services.exchange.event_import`."""
    ical_revision: Mapped[str | None] = mapped_column(String(255))
    """What that event said at the last import."""

    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    media: Mapped[EventMedia | None] = relationship(lazy="raise_on_sql")
    further_files: Mapped[list["EventFile"]] = relationship(
        order_by="EventFile.position", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    @property
    def media_ids(self) -> tuple[int, ...]:
        """All files that it shows, in order."""
        first = () if self.event_media_id is None else (self.event_media_id,)
        return (*first, *self.further_media_ids)

    @property
    def further_media_ids(self) -> tuple[int, ...]:
        """The files that a presentation shows after its first, in order."""
        return tuple(one.media_id for one in self.further_files)

    @further_media_ids.setter
    def further_media_ids(self, media_ids: Iterable[int]) -> None:
        wanted = tuple(media_ids)
        if wanted == self.further_media_ids:
            return
        self.further_files = [
            EventFile(position=position, media_id=media_id)
            for position, media_id in enumerate(wanted, start=1)
        ]
        if inspect(self).persistent:
            flag_modified(self, "updated_at")  # so that the event has a new version


class EventFile(Base):
    """A file that an event shows after its first."""

    __tablename__ = "event_files"
    __table_args__ = IN_ORDER

    event_id: Mapped[int] = mapped_column(
        ForeignKey("events.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counts from 1; the event's first file is `event_media_id`."""
    media_id: Mapped[int] = mapped_column(
        ForeignKey("event_media.id", ondelete="RESTRICT"), index=True
    )


class EventException(Base):
    """One occurrence of a series that is skipped, detached, or falls in a holiday."""

    __tablename__ = "event_exceptions"
    __table_args__ = (UniqueConstraint("event_id", "occurrence_start", "kind"), Base.__table_args__)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    occurrence_start: Mapped[datetime]
    """UTC start of the occurrence as the rule gives it."""
    kind: Mapped[ExceptionKind] = mapped_column(enum_column(ExceptionKind, "kind"))
    """Holiday rows are regenerated at will; the others are never lost by that."""
    source: Mapped[ExceptionSource | None] = mapped_column(enum_column(ExceptionSource, "source"))
    """Who took it out, or made what is detached what it is; None of holiday rows."""
    detached_event_id: Mapped[int | None] = mapped_column(
        ForeignKey("events.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime]


class Occurrence(Base):
    """Materialised index of what happens when, from 1 day back to 60 days ahead; computed only."""

    __tablename__ = "occurrences"
    __table_args__ = (
        UniqueConstraint("event_id", "start"),
        Index("ix_occurrences_group", "group_id", "end", "start"),
        Index("ix_occurrences_end", "end"),
        # All that "what is active?" needs, so that it reads nothing but this index.
        Index("ix_occurrences_start", "start", "end", "event_id"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("client_groups.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    start: Mapped[datetime]
    end: Mapped[datetime]


class RunningEmergency(Base):
    """An emergency event that is on the screens, and was noted in the audit trail as begun."""

    __tablename__ = "running_emergencies"

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """No foreign key: the event may be deleted while shown, and its end must still be noted."""
    group_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    start: Mapped[datetime]
    end: Mapped[datetime]
    screens: Mapped[int]
    """How many screens showed it when it began."""
    began_at: Mapped[datetime]
