"""What readers get of the plan: events, their occurrences and deletions as frozen rows.

Only the types and their mapping from stored rows are here; `calendar` and `readings` return them.
"""

from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.db.models import Event, EventDeletion, EventException
from infoscreen_core.domain.events.event import EventType, ExceptionKind, Scope, Severity
from infoscreen_core.domain.recurrence.expansion import Occurrence

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class EventView:
    """An event, or a whole series, as it is stored; `start` and `end` are UTC.

    `version` goes back with a change.
    """

    id: int
    group_id: int
    title: str
    description: str | None
    location: str | None
    event_type: EventType
    priority: int
    start: datetime
    end: datetime
    timezone: str
    is_all_day: bool
    recurrence_rule: str | None
    skip_holidays: bool
    academic_period_id: int | None
    website_url: str | None
    message_text: str | None
    version: int

    @property
    def is_series(self) -> bool:
        """Whether the event recurs."""
        return self.recurrence_rule is not None


@dataclass(frozen=True, slots=True)
class OccurrenceView:
    """One occurrence with what a calendar needs of its event; times are UTC, the end exclusive.

    `exception` says why it does not take place (listed only when asked for); None means that it
    does. `version` is the event's: send it back with a change.
    """

    event_id: int
    group_id: int
    start: datetime
    end: datetime
    title: str
    description: str | None
    event_type: EventType
    priority: int
    timezone: str
    is_all_day: bool
    is_active: bool
    recurrence_rule: str | None
    skip_holidays: bool
    academic_period_id: int | None
    master_event_id: int | None
    website_url: str | None
    message_text: str | None
    message_severity: Severity
    version: int
    exception: ExceptionKind | None = None
    detached_event_id: int | None = None

    @property
    def is_recurring(self) -> bool:
        """Whether the event is a series."""
        return self.recurrence_rule is not None

    @property
    def is_detached(self) -> bool:
        """Whether the event was once an occurrence of a series."""
        return self.master_event_id is not None

    @property
    def takes_place(self) -> bool:
        """Whether it is no exception of its series, and the event is switched on."""
        return self.is_active and self.exception is None

    def is_paused(self, now: datetime) -> bool:
        """Whether it was switched off before its end; what is over became inactive by itself."""
        return not self.is_active and self.end > now


@dataclass(frozen=True, slots=True)
class LeftOutView:
    """A date that a series leaves out."""

    title: str
    occurrence: Occurrence
    """When it would take place."""
    holiday: str = ""
    """The holiday that it falls into; empty when there is none."""
    detached: tuple[int, datetime] | None = None
    """The event that stands in its place, and when that begins."""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where in the calendar an event is seen; `start` is UTC."""

    group_id: int
    start: datetime


@dataclass(frozen=True, slots=True)
class DeletionView:
    """What was deleted, and how much of it; `id` is what undoing asks for."""

    id: int
    title: str
    scope: Scope


def event_view(event: Event) -> EventView:
    """Return a stored event as readers get it."""
    return EventView(
        id=event.id,
        group_id=event.group_id,
        title=event.title,
        description=event.description,
        location=event.location,
        event_type=event.event_type,
        priority=event.priority,
        start=event.start,
        end=event.end,
        timezone=event.timezone,
        is_all_day=event.is_all_day,
        recurrence_rule=event.recurrence_rule,
        skip_holidays=event.skip_holidays,
        academic_period_id=event.academic_period_id,
        website_url=event.website_url,
        message_text=event.message_text,
        version=event.version,
    )


def occurrence_view(
    event: Event, span: Span, exception: EventException | None = None
) -> OccurrenceView:
    """Return one occurrence of a stored event; `exception` is what takes it out of its series."""
    return OccurrenceView(
        event_id=event.id,
        group_id=event.group_id,
        start=span[0],
        end=span[1],
        title=event.title,
        description=event.description,
        event_type=event.event_type,
        priority=event.priority,
        timezone=event.timezone,
        is_all_day=event.is_all_day,
        is_active=event.is_active,
        recurrence_rule=event.recurrence_rule,
        skip_holidays=event.skip_holidays,
        academic_period_id=event.academic_period_id,
        master_event_id=event.master_event_id,
        website_url=event.website_url,
        message_text=event.message_text,
        message_severity=event.message_severity,
        version=event.version,
        exception=exception.kind if exception else None,
        detached_event_id=exception.detached_event_id if exception else None,
    )


def deletion_view(row: EventDeletion) -> DeletionView:
    """Return a remembered deletion as readers get it."""
    return DeletionView(row.id, row.title, row.scope)
