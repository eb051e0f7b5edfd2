"""Occurrences as the calendar component draws them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from console.calendar.presenters.view import CalendarAddress, Stretch, View, month_of, stretch_of
from console.events.presenters.keys import event_key
from console.i18n import _, current_language
from console.words.formatting import clock
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.events.overlaps import Slot, clashing
from infoscreen_core.domain.events.schedule import is_background, is_emergency, is_on
from infoscreen_core.domain.school.holidays import find_holiday_on
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.services.events.views import OccurrenceView
from infoscreen_core.services.school.views import HolidayView

LEAST_HOUR: Final = "07:00:00"
"""Where the day is scrolled to at first."""
HOUR_GRID: Final = "timeGrid"
"""The component's view of days by the hour."""
_GRIDS: Final = {
    View.MONTH: "dayGrid",
    View.WEEK: HOUR_GRID,
    View.DAY: HOUR_GRID,
    View.LIST: "list",
}
_MOST_COLUMNS: Final = 2
"""More groups than this beside each other leave no room for words in the hours of a week."""
_DAY: Final = timedelta(days=1)
_TITLE_FORMATS: Final = (
    {"year": "numeric", "month": "long"},
    {"year": "numeric", "month": "numeric"},
)


@dataclass(frozen=True)
class Look:
    """What decides how occurrences look, apart from themselves."""

    zone: ZoneInfo
    now: datetime
    group_names: Mapping[int, str]
    is_group_named: bool
    """Whether titles name the group, where several are shown together."""
    is_editable: bool
    holidays: Sequence[HolidayView] = ()
    """What takes dates out of a series."""
    has_hours: bool = False
    """Whether days are drawn by the hour; what is in the background then stands above the hours."""
    wanting: frozenset[int] = frozenset()
    """Events that lack a file: one that is not converted yet, or expired."""


def calendar_events(occurrences: Iterable[OccurrenceView], look: Look) -> list[dict[str, Any]]:
    """Return the occurrences for the component; times are wall times of the calendar's zone."""
    shown = list(occurrences)
    clashes = clashing([_slot(place, one, look) for place, one in enumerate(shown)])
    return [_event(one, look, is_clash=place in clashes) for place, one in enumerate(shown)]


def _slot(place: int, occurrence: OccurrenceView, look: Look) -> Slot:
    """Return where an event must not meet another.

    What is over, left out or in the background meets none.
    """
    takes_place = occurrence.takes_place and occurrence.end > look.now
    meets = takes_place and not is_background(occurrence)
    track = (occurrence.group_id, occurrence.priority) if meets else (place,)
    return Slot(track, occurrence.start, occurrence.end)


def grid_of(view: View, group_count: int) -> str:
    """Return the component's view; a week of many groups is listed by day, not by hour."""
    is_crowded = view is View.WEEK and group_count > _MOST_COLUMNS
    return "dayGrid" if is_crowded else _GRIDS[view]


def with_selection(
    events: Iterable[Mapping[str, Any]], selected: tuple[int, datetime] | None
) -> list[Mapping[str, Any]]:
    """Return the events, with the `selected` one (event id and UTC start) marked."""
    if selected is None:
        return list(events)
    key = event_key(*selected)
    return [
        {**event, "classNames": f"{event['classNames']} is-selected"}
        if event.get("id", "").startswith(key)
        else event
        for event in events
    ]


def outside_month(address: CalendarAddress) -> list[dict[str, Any]]:
    """Return the neighbouring months' days in a month's whole weeks, to be drawn dimmed."""
    if address.view is not View.MONTH:
        return []
    shown = stretch_of(View.MONTH, address.day)
    first, last = month_of(address.day)
    spans = ((shown.start, first), (last + _DAY, shown.end))
    return [
        {
            "start": start.isoformat(),
            "end": end.isoformat(),
            "display": "background",
            "classNames": ["is-outside"],
        }
        for start, end in spans
        if start < end
    ]


def calendar_options(
    view: View,
    grid: str,
    stretch: Stretch,
    *,
    now: datetime,
    zone: ZoneInfo,
    is_editable: bool,
    turn: int,
) -> dict[str, Any]:
    """Return the component's options.

    The component works in "UTC", which stands for the calendar's own zone: what goes in and what
    comes out are wall times. `turn` alternates between two title formats; the title is not shown,
    but comes back with each click, so that a click on the same place is told from one that was
    answered before.
    """
    return {
        "initialView": grid,
        "viewClassNames": [f"is-{view.value}-view"],
        "dayMaxEvents": view is View.MONTH or grid == HOUR_GRID,
        "visibleRange": {"start": stretch.start.isoformat(), "end": stretch.end.isoformat()},
        "timeZone": "UTC",
        "now": to_local(now, zone).replace(second=0, microsecond=0).isoformat(),
        "titleFormat": _TITLE_FORMATS[turn % len(_TITLE_FORMATS)],
        **_WORKING,
        "editable": is_editable,
        "selectable": is_editable,
        **_wording(view),
    }


_WORKING: Final[dict[str, Any]] = {
    "headerToolbar": False,
    "firstDay": 1,
    "height": "100vh",
    "expandRows": True,
    "nowIndicator": True,
    "eventDisplay": "block",
    "eventInteractive": True,
    "eventResizableFromStart": True,
    "forceEventDuration": True,
    "defaultTimedEventDuration": "01:00:00",
    "slotDuration": "00:30:00",
    "slotLabelInterval": "01:00:00",
    "snapDuration": "00:05:00",
    "eventMinHeight": 25,  # pixels, one of which is a gap: what a finger hits (WCAG 2.5.8)
    "scrollTime": LEAST_HOUR,
    "scrollTimeReset": False,
    "selectMirror": True,
    "selectMinDistance": 5,
    "slotEventOverlap": False,
    # What has no such field comes after what has it; with a minus, before.
    "eventOrder": "order,-isFolded,start,-duration,allDay,title",
    "weekNumberCalculation": "ISO",
    "defaultRangeSeparator": "–",
    "monthStartFormat": {"month": "short", "day": "numeric"},
}


def _wording(view: View) -> dict[str, Any]:
    clock = {"hour": "2-digit", "minute": "2-digit", "hourCycle": "h23"}
    header = {"weekday": "short"} if view is View.MONTH else {"weekday": "short", "day": "numeric"}
    long_day = {"weekday": "long", "day": "numeric", "month": "long"}
    locale = "de" if current_language() == "de" else "en-GB"
    return {
        "locale": locale,
        # FullCalendar does not heed this word where the others stand.
        "locales": [{"code": locale.lower(), "weekTextLong": _("Week")}],
        "eventTimeFormat": clock,
        "slotLabelFormat": clock,
        "dayHeaderFormat": header,
        "listDayFormat": long_day,
        "listDaySideFormat": False,
        "weekNumbers": view is View.MONTH,
        "displayEventEnd": view in {View.DAY, View.LIST},
        "weekText": _("W"),
        "allDayText": _("all day"),
        "moreLinkText": _("more"),
        "moreLinkHint": _("{n} more events", n="$0"),
        "timeHint": _("Time"),
        "eventHint": _("Event"),
        "noEventsText": _("Nothing is planned here."),
        "closeHint": _("Close"),
    }


def _event(occurrence: OccurrenceView, look: Look, *, is_clash: bool) -> dict[str, Any]:
    """Return no more than the component needs: each run sends thousands of these to the browser.

    Without `editable` an event follows the options; without `allDay` it is all-day if its start and
    end are dates. Class names are one text, because that is encoded faster than a list.
    """
    start, end = _shown_times(occurrence, look)
    drawn: dict[str, Any] = {
        "id": event_key(occurrence.event_id, occurrence.start, occurrence.version),
        "title": _title(occurrence, look),
        "start": start,
        "end": end,
        "classNames": " ".join([*_classes(occurrence, look), *(["is-clash"] if is_clash else [])]),
    }
    if look.is_editable and not _is_movable(occurrence, look):
        drawn["editable"] = False
    if is_background(occurrence):
        drawn["isFolded"] = 1
    if occurrence.exception is not None:
        drawn["extendedProps"] = {"exception": occurrence.exception.value}
    return drawn


def _is_movable(occurrence: OccurrenceView, look: Look) -> bool:
    is_ahead = occurrence.takes_place and occurrence.end > look.now
    return is_ahead and not _is_lifted(occurrence, look)


def _is_lifted(occurrence: OccurrenceView, look: Look) -> bool:
    """Whether it is drawn above the hours although it has hours of its own."""
    return look.has_hours and is_background(occurrence) and not occurrence.is_all_day


def _shown_times(occurrence: OccurrenceView, look: Look) -> tuple[str, str]:
    if occurrence.is_all_day:  # a date stays that date wherever one looks from
        own = load_zone(occurrence.timezone)
        start, end = to_local(occurrence.start, own), to_local(occurrence.end, own)
        return start.date().isoformat(), end.date().isoformat()
    start, end = to_local(occurrence.start, look.zone), to_local(occurrence.end, look.zone)
    if _is_lifted(occurrence, look):
        last = (end - timedelta(microseconds=1)).date()
        return start.date().isoformat(), (last + _DAY).isoformat()
    return start.isoformat(), end.isoformat()


def _lack(occurrence: OccurrenceView, look: Look) -> str:
    is_ahead = occurrence.takes_place and occurrence.end > look.now
    return _("◌ file missing") if is_ahead and occurrence.event_id in look.wanting else ""


def _title(occurrence: OccurrenceView, look: Look) -> str:
    group = look.group_names.get(occurrence.group_id) if look.is_group_named else None
    parts = (
        occurrence.title,
        group,
        _hours(occurrence, look),
        _reason(occurrence, look.holidays),
        _lack(occurrence, look),
    )
    return " · ".join(part for part in parts if part)


def _hours(occurrence: OccurrenceView, look: Look) -> str:
    """Return its hours where its place does not tell them."""
    if not _is_lifted(occurrence, look):
        return ""
    return f"{clock(occurrence.start, look.zone)}–{clock(occurrence.end, look.zone)}"


def _reason(occurrence: OccurrenceView, holidays: Sequence[HolidayView]) -> str:
    """Return why an occurrence does not take place; empty when it does."""
    match occurrence.exception:
        case ExceptionKind.HOLIDAY:
            on = to_local(occurrence.start, load_zone(occurrence.timezone)).date()
            holiday = find_holiday_on(holidays, on, occurrence.academic_period_id)
            return holiday.name if holiday else _("holidays")
        case ExceptionKind.SKIPPED:
            return _("left out")
        case ExceptionKind.DETACHED:
            return _("changed on its own")
        case _:
            return ""


def _classes(occurrence: OccurrenceView, look: Look) -> list[str]:
    marks = {
        "is-past": occurrence.end <= look.now,
        "is-out": occurrence.exception is not None,
        "is-playing": occurrence.takes_place and is_on(occurrence, look.now),
        "is-series": occurrence.is_recurring,
        "is-detached": occurrence.is_detached,
        "is-paused": occurrence.is_paused(look.now),
        "is-emergency": is_emergency(occurrence),
        "is-background": is_background(occurrence),
    }
    return [f"is-{occurrence.event_type.value}", *(name for name, holds in marks.items() if holds)]
