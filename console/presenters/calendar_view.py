"""What stretch of time a calendar shows, and how that stands in the address."""

import calendar
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _
from console.presenters.calendar_words import date_span, long_date, month_name, weekday_name
from infoscreen_core.domain.local_time import localize
from infoscreen_core.domain.recurrence_exdates import find_stamp

YEARS: Final = range(1990, 2101)
_ID_DIGITS: Final = 10
"""Databases take no larger numbers."""
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_LISTED: Final = timedelta(days=28)
"""A list begins with the day itself: what is over would only stand in the way."""


class View(StrEnum):
    """How much a calendar shows at once; the values stand in the address."""

    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    LIST = "list"


_STEPS: Final = {View.DAY: _DAY, View.WEEK: _WEEK, View.LIST: _LISTED}
VIEW_WORDS: Final[dict[View, str]] = {
    View.MONTH: N_("Month"),
    View.WEEK: N_("Week"),
    View.DAY: N_("Day"),
    View.LIST: N_("List"),
}
DEFAULT_VIEW: Final = View.WEEK


@dataclass(frozen=True)
class CalendarAddress:
    """Which view of which day, of one group or of all (None)."""

    view: View
    day: date
    group_id: int | None


@dataclass(frozen=True)
class Stretch:
    """The days that a view shows; `end` is the day after the last."""

    start: date
    end: date

    def window(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the instants at which it begins and ends in `zone`."""
        return _midnight(self.start, zone), _midnight(self.end, zone)

    def holds(self, day: date) -> bool:
        """Say whether the view shows this day."""
        return self.start <= day < self.end


def read_address(query: Mapping[str, str], *, today: date, group_ids: Collection[int]) -> CalendarAddress:
    """Read the address's query; what it lacks or says wrongly becomes the default: this week, all groups."""
    view = query.get("view", "")
    group = query.get("group", "")
    group_id = int(group) if group.isascii() and group.isdecimal() else None
    return CalendarAddress(
        view=View(view) if view in set(View) else DEFAULT_VIEW,
        day=_read_day(query.get("date", "")) or today,
        group_id=group_id if group_id in group_ids else None,
    )


def read_opening(query: Mapping[str, str]) -> tuple[int, datetime] | None:
    """Return the event and the UTC start of the occurrence that the address names, if it names one."""
    event, at = query.get("event", ""), find_stamp(query.get("at", ""))
    is_id = event.isascii() and event.isdecimal() and len(event) < _ID_DIGITS
    return (int(event), at) if is_id and at else None


def query_of(address: CalendarAddress, *, today: date) -> dict[str, str]:
    """Return the address's query; today is left out, so that a bookmark stays on the present day."""
    query = {"view": address.view.value}
    if address.day != today:
        query["date"] = address.day.isoformat()
    if address.group_id is not None:
        query["group"] = str(address.group_id)
    return query


def stretch_of(view: View, day: date) -> Stretch:
    """Return the days that the view shows; a month is shown in whole weeks."""
    if view is View.DAY:
        return Stretch(day, day + _DAY)
    if view is View.WEEK:
        return Stretch(_monday(day), _monday(day) + _WEEK)
    if view is View.LIST:
        return Stretch(day, day + _LISTED)
    first, last = month_of(day)
    return Stretch(_monday(first), _monday(last) + _WEEK)


def month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the month."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def stepped(address: CalendarAddress, steps: int) -> CalendarAddress:
    """Return the address of the view's next (1) or previous (-1) stretch."""
    if address.view is not View.MONTH:
        day = address.day + steps * _STEPS[address.view]
    else:
        first, last = month_of(address.day)
        day = last + _DAY if steps > 0 else (first - _DAY).replace(day=1)
    return replace(address, day=day) if day.year in YEARS else address


def stretch_title(view: View, day: date) -> str:
    """Return what the view shows, in words: `23.–29. November 2026 · KW 48`."""
    if view is View.DAY:
        return f"{weekday_name(day.weekday())}, {long_date(day)}"
    stretch = stretch_of(view, day)
    if view is View.LIST:
        return date_span(stretch.start, stretch.end - _DAY)
    if view is View.WEEK:
        week = _("week {number}", number=day.isocalendar().week)
        return f"{date_span(stretch.start, stretch.end - _DAY)} · {week}"
    return f"{month_name(day.month)} {day.year}"


def _read_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return localize(datetime.combine(day, time()), zone)
