"""All that is stored of an event, as a frozen row."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Row

from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.event import EventType, Severity
from infoscreen_core.domain.text.local_time import load_zone, to_local

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """An event, or the master of a series; instants are UTC.

    `start_date` and `end_date` are the local days of an all-day event, the last one included; None
    for others. `recurrence_exception` lists the starts that are left out, `yyyyMMddTHHmmssZ`.
    """

    id: int
    group_id: int
    title: str
    description: str | None
    location: str | None
    event_type: EventType
    start: datetime
    end: datetime
    timezone: str
    is_all_day: bool
    start_date: date | None
    end_date: date | None
    recurrence_rule: str | None
    recurrence_exception: str | None
    recurrence_end: datetime | None
    skip_holidays: bool
    academic_period_id: int | None
    priority: int
    is_active: bool
    master_event_id: int | None
    version: int
    media_ids: tuple[int, ...]
    """The files that it shows, in order."""
    website_url: str | None
    slide_interval: int
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


_DERIVED: Final = frozenset({"start_date", "end_date", "media_ids"})
COLUMNS: Final = (
    *(one.name for one in fields(EventRecord) if one.name not in _DERIVED),
    "event_media_id",
)
"""What `record_of` needs of an event."""
_values_of: Final = attrgetter(*COLUMNS)


def event_record(event: Event) -> EventRecord:
    """Return a stored event as programs get it."""
    return record_of(event, event.further_media_ids)


def record_of(row: Event | Row[Any], further_media_ids: tuple[int, ...]) -> EventRecord:
    """Return an event, or a row of its `COLUMNS`, as programs get it."""
    values: dict[str, Any] = dict(zip(COLUMNS, _values_of(row), strict=True))
    first = values.pop("event_media_id")
    media_ids = () if first is None else (first, *further_media_ids)
    begin, end = _local_days(values) if values["is_all_day"] else (None, None)
    return EventRecord(**values, media_ids=media_ids, start_date=begin, end_date=end)


def _local_days(values: Mapping[str, Any]) -> tuple[date, date]:
    zone = load_zone(values["timezone"])
    last = to_local(values["end"], zone).date() - _DAY  # an all-day event ends at midnight
    return to_local(values["start"], zone).date(), last
