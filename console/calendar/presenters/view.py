"""What stretch of time a calendar shows, and how that stands in the address."""

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _
from console.school.presenters.school import find_period
from console.words.calendar import date_span, long_date, month_name, weekday_name
from infoscreen_core.domain.recurrence.exdates import find_stamp, format_stamp
from infoscreen_core.domain.school.days import covers
from infoscreen_core.domain.text.asked import read_id
from infoscreen_core.domain.text.local_time import localize
from infoscreen_core.domain.text.years import YEARS
from infoscreen_core.services.school.views import PeriodView

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
_NARROW: Final = 760
"""Up to this many CSS pixels a window is a phone's, or one that is zoomed."""
_AROUND: Final = 264 + 64
"""Pixels that the navigation and the margins take."""
_SIDE: Final = 392 + 16
"""Pixels that a form takes beside the calendar."""
_LEAST_FOR_DAYS: Final = 640
"""Pixels below which seven days beside each other leave no room for words."""
_SHOWN: Final = "1"
OPENING_NAMES: Final = ("event", "at", "new")
"""Where the query says what stands beside the calendar."""
NEW_EVENT: Final = {"new": "1"}
"""The part of the query that asks for the form of a new event."""
QUERY_NAMES: Final = ("view", "date", "group", "period", "exceptions")
"""Where a `CalendarAddress` stands in the query."""


@dataclass(frozen=True)
class CalendarAddress:
    """Which view of which day, of which group and academic period (None: all)."""

    view: View
    day: date
    group_id: int | None
    period_id: int | None = None
    with_exceptions: bool = False
    """Whether dates are shown that a series leaves out."""


@dataclass(frozen=True)
class Stretch:
    """The days that a view shows; `end` is the day after the last."""

    start: date
    end: date

    def window(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the instants at which it begins and ends in `zone`."""
        return _midnight(self.start, zone), _midnight(self.end, zone)

    def holds(self, day: date) -> bool:
        """Whether the view shows this day."""
        return self.start <= day < self.end


def read_address(
    query: Mapping[str, str],
    *,
    today: date,
    group_ids: Collection[int],
    periods: Sequence[PeriodView] = (),
    default_view: View = View.WEEK,
) -> CalendarAddress:
    """Read the address's query; what is missing or wrong is the default: this week, all groups.

    An academic period without a date is shown today, or on its first day if today is not in it.
    """
    view = query.get("view", "")
    group_id = read_id(query.get("group", ""))
    period = find_period(periods, read_id(query.get("period", "")))
    return CalendarAddress(
        view=View(view) if view in set(View) else default_view,
        day=_read_day(query.get("date", "")) or day_in(period, today),
        group_id=group_id if group_id in group_ids else None,
        period_id=period.id if period else None,
        with_exceptions=query.get("exceptions") == _SHOWN,
    )


def default_view(width: int | None) -> View:
    """Return what a window of this width (None: unknown) shows unless another view is chosen."""
    return View.LIST if width is not None and width <= _NARROW else View.WEEK


def beside_form(address: CalendarAddress, on: date | None, width: int | None) -> CalendarAddress:
    """Return the address that has room beside a form in a window of this width.

    Where seven days have none, it is that of one day: `on`, what the form is about, if the view
    shows it. A phone has the form above the calendar, not beside it.
    """
    if width is None or width <= _NARROW or width - _AROUND - _SIDE >= _LEAST_FOR_DAYS:
        return address
    if address.view not in {View.WEEK, View.MONTH}:
        return address
    is_shown = on is not None and stretch_of(address.view, address.day).holds(on)
    return replace(address, view=View.DAY, day=on if on and is_shown else address.day)


def read_opening(query: Mapping[str, str]) -> tuple[int, datetime] | None:
    """Return event id and UTC start of the occurrence that the address names, if any."""
    event_id, at = read_id(query.get("event", "")), find_stamp(query.get("at", ""))
    return (event_id, at) if event_id is not None and at else None


def opening_of(occurrence: tuple[int, datetime] | None) -> dict[str, str]:
    """Return the part of the query that names the occurrence."""
    if occurrence is None:
        return {}
    return {"event": str(occurrence[0]), "at": format_stamp(occurrence[1])}


def query_of(
    address: CalendarAddress, *, today: date, periods: Sequence[PeriodView] = ()
) -> dict[str, str]:
    """Return the address's query, without today's date: a bookmark stays on the present day."""
    query = {"view": address.view.value}
    if address.day != day_in(find_period(periods, address.period_id), today):
        query["date"] = address.day.isoformat()
    if address.group_id is not None:
        query["group"] = str(address.group_id)
    if address.period_id is not None:
        query["period"] = str(address.period_id)
    if address.with_exceptions:
        query["exceptions"] = _SHOWN
    return query


def in_period(
    address: CalendarAddress, period: PeriodView | None, *, today: date
) -> CalendarAddress:
    """Return the address of the period's events (None: of any), on a day that lies in it."""
    if period is None:
        return replace(address, period_id=None)
    day = address.day if covers(period, address.day) else day_in(period, today)
    return replace(address, period_id=period.id, day=day)


def day_in(period: PeriodView | None, day: date) -> date:
    """Return the day itself, or the first day of a period that it does not lie in."""
    return day if period is None or covers(period, day) else period.start_date


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
