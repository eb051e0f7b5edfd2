"""Events, their dates, and what became of them."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from console.web.api.base import FROM_TEXT, ApiModel, Day, Id, InputModel, Instant
from console.web.api.models.given import KEPT
from infoscreen_core.domain.events.event import EventType, ExceptionKind, Severity
from infoscreen_core.domain.events.limits import FILES_LIMIT
from infoscreen_core.services.events.records.edits import EventFields

_RULE = "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270702"
_EXAMPLE: dict[str, Any] = {
    "groupId": 1,
    "title": "Mathe 3B",
    "description": None,
    "location": "Raum 12",
    "eventType": "message",
    "start": "2026-09-07T06:00:00Z",
    "end": "2026-09-07T06:50:00Z",
    "timezone": "Europe/Vienna",
    "isAllDay": False,
    "startDate": None,
    "endDate": None,
    "recurrenceRule": _RULE,
    "skipHolidays": True,
    "academicPeriodId": 2,
    "priority": 0,
    "isActive": True,
    "mediaIds": [],
    "websiteUrl": None,
    "slideInterval": 10,
    "pageProgress": True,
    "autoProgress": True,
    "autoplay": True,
    "loop": True,
    "volume": 0.8,
    "muted": False,
    "messageText": "Heute in Raum 14",
    "messageSeverity": "info",
}
_STORED: dict[str, Any] = {
    "id": 7,
    **_EXAMPLE,
    "recurrenceException": "20260914T060000Z",
    "recurrenceEnd": "2027-06-30T06:50:00Z",
    "masterEventId": None,
    "version": 3,
    "createdBy": 2,
    "updatedBy": 2,
    "createdAt": "2026-09-01T09:12:31Z",
    "updatedAt": "2026-09-02T14:00:05Z",
}


class EventAnswer(ApiModel):
    """An event, or the master of a series."""

    model_config = ConfigDict(json_schema_extra={"example": _STORED})

    id: int
    group_id: int
    title: str
    description: str | None
    location: str | None
    event_type: EventType
    start: datetime
    end: datetime
    timezone: str = Field(description="Where the wall clock hangs by which a series recurs.")
    is_all_day: bool
    start_date: date | None = Field(description="First local day of an all-day event.")
    end_date: date | None = Field(description="Last local day of an all-day event, included.")
    recurrence_rule: str | None = Field(description="RFC 5545, without `RRULE:`.")
    recurrence_exception: str | None = Field(
        description="Starts that the series leaves out, in UTC, separated by commas: people left "
        "them out, changed them on their own, or they fall into holidays."
    )
    recurrence_end: datetime | None = Field(description="When the last date ends; null: never.")
    skip_holidays: bool
    academic_period_id: int | None
    priority: int
    is_active: bool
    master_event_id: int | None = Field(description="The series that it was detached from.")
    version: int = Field(description="Send it back with a change, so that nothing is overwritten.")
    media_ids: list[int]
    website_url: str | None
    slide_interval: int = Field(description="Seconds for each page.")
    page_progress: bool
    auto_progress: bool
    autoplay: bool
    loop: bool
    volume: float
    muted: bool
    message_text: str | None
    message_severity: Severity
    created_by: int | None
    updated_by: int | None
    created_at: datetime
    updated_at: datetime


class EventWritten(EventAnswer):
    """An event after a write."""

    model_config = ConfigDict(
        json_schema_extra={"example": {**_STORED, "warnings": ["It is seen on 12 of 40 dates …"]}}
    )

    warnings: list[str] = Field(
        description="What keeps it from being seen on all its dates, as the pages tell it; the "
        "event is saved all the same."
    )


class OccurrenceAnswer(ApiModel):
    """One date of an event."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "eventId": 7,
                "groupId": 1,
                "date": "2026-09-09",
                "start": "2026-09-09T06:00:00Z",
                "end": "2026-09-09T06:50:00Z",
                "title": "Mathe 3B",
                "description": None,
                "eventType": "message",
                "priority": 0,
                "timezone": "Europe/Vienna",
                "isAllDay": False,
                "isActive": True,
                "recurrenceRule": _RULE,
                "skipHolidays": True,
                "academicPeriodId": 2,
                "masterEventId": None,
                "websiteUrl": None,
                "messageText": "Heute in Raum 14",
                "messageSeverity": "info",
                "version": 3,
                "exception": None,
                "detachedEventId": None,
            }
        }
    )

    event_id: int
    group_id: int
    day: date = Field(
        alias="date", description="The local day of its start; names it in other addresses."
    )
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
    version: int = Field(description="The event's.")
    exception: ExceptionKind | None = Field(description="Why it does not take place.")
    detached_event_id: int | None = Field(description="The event that stands in its place.")


class EventChange(InputModel):
    """What shall be different; what is left out stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "title": "Mathe 3B entfällt",
                "messageText": "Heute frei",
                "start": "2026-09-07T07:00:00Z",
                "end": "2026-09-07T07:50:00Z",
                "version": 3,
            }
        }
    )

    group_id: Id = KEPT
    title: str = KEPT
    description: str | None = KEPT
    location: str | None = KEPT
    event_type: Annotated[EventType, FROM_TEXT] = KEPT
    start: Annotated[Instant | None, Field(description="Of an event with times.")] = KEPT
    end: Annotated[Instant | None, Field(description="Of an event with times.")] = KEPT
    start_date: Annotated[Day | None, Field(description="Of an all-day event.")] = KEPT
    end_date: Annotated[
        Day | None, Field(description="Of an all-day event: the last day, included.")
    ] = KEPT
    timezone: Annotated[str | None, Field(description="Null: the installation's.")] = KEPT
    is_all_day: bool = KEPT
    recurrence_rule: str | None = KEPT
    skip_holidays: bool = KEPT
    academic_period_id: Id | None = KEPT
    priority: Annotated[
        int, Field(description="-10 background, 0 normal, 10 high, 100 emergency.")
    ] = KEPT
    is_active: bool = KEPT
    media_ids: Annotated[
        list[Id], Field(max_length=FILES_LIMIT, description="Files of the library, in order.")
    ] = KEPT
    website_url: Annotated[
        str | None, Field(description="Takes the place of files that are not sent with it.")
    ] = KEPT
    slide_interval: Annotated[
        int | None, Field(description="Null, here and below: the installation's setting.")
    ] = KEPT
    page_progress: bool | None = KEPT
    auto_progress: bool | None = KEPT
    autoplay: bool | None = KEPT
    loop: bool | None = KEPT
    volume: float | None = KEPT
    muted: bool | None = KEPT
    message_text: str | None = KEPT
    message_severity: Annotated[Severity, FROM_TEXT] = KEPT
    version: Annotated[
        Id | None,
        Field(description="As it was read; an event in another version by now is refused (409)."),
    ] = KEPT

    @property
    def fields(self) -> EventFields:
        """What is given, as services take it."""
        given = self.model_dump(exclude_unset=True, exclude={"version"})
        times = [given.pop(name, None) for name in ("start", "end", "start_date", "end_date")]
        return EventFields(_as_drafted(given), *times)

    @property
    def seen_version(self) -> int | None:
        """The version that the caller read, if they say so."""
        return self.version if "version" in self.model_fields_set else None


class DateChange(EventChange):
    """What shall be different about one date."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"title": "Ausflug", "start": "2026-09-09T07:00:00Z", "version": 3}
        }
    )


class NewEvent(EventChange):
    """An event, or the master of a series; what is left out gets the settings' values."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    group_id: Id
    title: str
    event_type: Annotated[EventType, FROM_TEXT]


class EventDeleted(ApiModel):
    """It is deleted, and can come back for a while."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "success": True,
                "deletionId": 12,
                "title": "Mathe 3B",
                "undoUntil": "2026-09-07T06:10:00Z",
            }
        }
    )

    success: bool
    deletion_id: int = Field(description="Undo it with `POST /events/deletions/{deletionId}/undo`.")
    title: str
    undo_until: datetime


def _as_drafted(given: dict[str, Any]) -> dict[str, Any]:
    if "group_id" in given:
        given["group_ids"] = (given.pop("group_id"),)
    media_ids = given.pop("media_ids", [] if given.get("website_url") else None)
    if media_ids is not None:
        given["event_media_id"] = next(iter(media_ids), None)
        given["further_media_ids"] = tuple(media_ids[1:])
    return given
