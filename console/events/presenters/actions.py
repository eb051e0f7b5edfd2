"""What a person did in the calendar, read from what the component sends back.

Everything here comes from a browser and may be malformed: what cannot be read is no action.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from console.events.presenters.keys import read_key
from infoscreen_core.domain.events.event import ExceptionKind

_SLOT_MINUTES: Final = 30
_HOUR: Final = timedelta(hours=1)
_FIRST_HOUR: Final = 8
_DAY: Final = timedelta(days=1)
_MONTH_VIEW: Final = "dayGrid"


@dataclass(frozen=True)
class SlotChosen:
    """An empty place: naive wall times of the calendar's zone, where a new event may stand."""

    start: datetime
    end: datetime
    is_all_day: bool
    clicked: datetime | None = None
    """The very moment that was clicked, with hours; None where a stretch was drawn."""


@dataclass(frozen=True)
class OccurrenceOpened:
    """An occurrence that was clicked; `start` is its UTC start."""

    event_id: int
    start: datetime


@dataclass(frozen=True)
class LeftOutOpened:
    """A left-out date was clicked; `start` is the UTC start that its series' rule gives it."""

    event_id: int
    start: datetime
    version: int
    kind: ExceptionKind


@dataclass(frozen=True)
class OccurrenceMoved:
    """An occurrence that was dragged or resized.

    `occurrence_start` is where it began (UTC); `start` and `end`, and those `before`, are naive
    wall times of the calendar's zone.
    """

    event_id: int
    occurrence_start: datetime
    version: int
    start: datetime
    end: datetime
    is_all_day: bool
    before: tuple[datetime, datetime]

    @property
    def after(self) -> tuple[datetime, datetime]:
        """Where it lies now."""
        return self.start, self.end


Action = SlotChosen | OccurrenceOpened | LeftOutOpened | OccurrenceMoved


def read_action(value: Mapping[str, Any]) -> Action | None:
    """Return the action that the component reports, or None."""
    try:
        match value.get("callback"):
            case "dateClick":
                return _clicked_slot(value["dateClick"])
            case "select":
                return _drawn_slot(value["select"])
            case "eventClick":
                return _opened(value["eventClick"]["event"])
            case "eventChange":
                change = value["eventChange"]
                return _moved(change["event"], change["oldEvent"])
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None
    return None


def _clicked_slot(value: Mapping[str, Any]) -> SlotChosen:
    at = _wall_time(value["date"])
    if value["view"]["type"] == _MONTH_VIEW:  # a day of the month was meant, not all of it
        start = at.replace(hour=_FIRST_HOUR, minute=0)
        return SlotChosen(start, start + _HOUR, is_all_day=False, clicked=start)
    if value["allDay"]:
        return SlotChosen(at, at + _DAY, is_all_day=True)
    start = at.replace(minute=at.minute - at.minute % _SLOT_MINUTES)
    return SlotChosen(start, start + _HOUR, is_all_day=False, clicked=at)


def _drawn_slot(value: Mapping[str, Any]) -> SlotChosen:
    start, end = _wall_time(value["start"]), _wall_time(value["end"])
    if value["allDay"] and end - start <= _DAY and value["view"]["type"] == _MONTH_VIEW:
        return _clicked_slot({**value, "date": value["start"]})
    return SlotChosen(
        start, max(end, start + timedelta(minutes=5)), is_all_day=bool(value["allDay"])
    )


def _opened(event: Mapping[str, Any]) -> OccurrenceOpened | LeftOutOpened:
    known = read_key(event["id"])
    kind = event.get("extendedProps", {}).get("exception")
    if kind is not None:
        return LeftOutOpened(known.event_id, known.start, known.version, ExceptionKind(kind))
    return OccurrenceOpened(known.event_id, known.start)


def _moved(event: Mapping[str, Any], former: Mapping[str, Any]) -> OccurrenceMoved:
    known = read_key(event["id"])
    return OccurrenceMoved(
        event_id=known.event_id,
        occurrence_start=known.start,
        version=known.version,
        start=_wall_time(event["start"]),
        end=_wall_time(event["end"]),
        is_all_day=bool(event.get("allDay", False)),
        before=(_wall_time(former["start"]), _wall_time(former["end"])),
    )


def _wall_time(text: str) -> datetime:
    """Read what the component calls UTC: it is the wall time of the calendar's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=None, microsecond=0)
