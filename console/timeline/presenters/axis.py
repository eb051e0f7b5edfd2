"""The timeline's axis: which hours of which days it shows, and where an instant stands on it.

Every day is equally wide, also one of 23 or 25 hours: within a day, time passes evenly.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from console.calendar.presenters.view import CalendarAddress, View, read_address, stretch_of
from console.i18n import N_
from infoscreen_core.domain.text.local_time import localize, to_local

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


class Hours(StrEnum):
    """Which part of each day is shown; the values stand in the address."""

    SCHOOL = "school"
    ALL = "all"


VIEWS: Final = (View.DAY, View.WEEK)
HOURS_WORDS: Final[dict[Hours, str]] = {Hours.SCHOOL: N_("06–20 h"), Hours.ALL: N_("0–24 h")}
DEFAULT_HOURS: Final = Hours.SCHOOL
_SCHOOL_HOURS: Final = (time(6), time(20))
_LABELLED_HOURS: Final = {
    (View.DAY, Hours.SCHOOL): 1,
    (View.DAY, Hours.ALL): 1,
    (View.WEEK, Hours.SCHOOL): 4,
    (View.WEEK, Hours.ALL): 6,
}
"""Which hours get a label: those that this divides."""


@dataclass(frozen=True)
class TimelineAddress:
    """Which days a timeline shows, and which of their hours."""

    calendar: CalendarAddress
    hours: Hours

    @property
    def view(self) -> View:
        """One day or a week."""
        return self.calendar.view


@dataclass(frozen=True)
class Day:
    """One day's part of the axis: the instants from `start` to `end` (UTC)."""

    date: date
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Tick:
    """A labelled hour; `position` goes from 0 to 1 over the whole axis."""

    position: float
    label: str


@dataclass(frozen=True)
class Axis:
    """The days shown, in order; `start` and `end` are the first and the last midnight."""

    days: tuple[Day, ...]
    start: datetime
    end: datetime

    def place(self, at: datetime) -> float:
        """Return where an instant stands, 0 to 1; hours that are not shown have no width."""
        index = bisect_right(self.days, at, key=lambda day: day.start) - 1
        if index < 0:
            return 0.0
        day = self.days[index]
        return (index + (min(at, day.end) - day.start) / (day.end - day.start)) / len(self.days)

    def find(self, at: datetime) -> float | None:
        """Return where an instant stands if its hour is shown, else None."""
        is_shown = any(day.start <= at < day.end for day in self.days)
        return self.place(at) if is_shown else None


def read_timeline_address(
    query: Mapping[str, str], *, now: datetime, group_ids: Collection[int] = ()
) -> TimelineAddress:
    """Read the address's query; what is missing or wrong is the default: today, by day.

    `now` is the naive wall time of the reader.
    """
    view = query.get("view", "")
    readable = {**query, "view": view if view in set(VIEWS) else View.DAY.value}
    hours = query.get("hours", "")
    return TimelineAddress(
        read_address(readable, today=now.date(), group_ids=group_ids),
        Hours(hours) if hours in set(Hours) else DEFAULT_HOURS,
    )


def axis_of(address: TimelineAddress, zone: ZoneInfo) -> Axis:
    """Return the axis of a day or a week, as the reader's clock passes through it."""
    stretch = stretch_of(address.view, address.calendar.day)
    count = (stretch.end - stretch.start).days
    days = tuple(
        _day(stretch.start + number * _DAY, address.hours, zone) for number in range(count)
    )
    return Axis(days, *stretch.window(zone))


def ticks_of(axis: Axis, address: TimelineAddress, zone: ZoneInfo) -> list[Tick]:
    """Return the labelled hours; an hour that the clock shows twice is labelled twice."""
    step = _LABELLED_HOURS[address.view, address.hours]
    return [
        Tick(axis.place(at), f"{local:%H}" if not local.minute else f"{local:%H:%M}")
        for day in axis.days
        for at in _hours(day)
        if (local := to_local(at, zone)).hour % step == 0
    ]


def hour_count(day: Day) -> int:
    """Return how many hours of the day are shown: 23 or 25 when the clocks change."""
    return round((day.end - day.start) / _HOUR)


def _day(on: date, hours: Hours, zone: ZoneInfo) -> Day:
    first, last = (datetime.combine(day, time()) for day in (on, on + _DAY))
    if hours is Hours.SCHOOL:
        first, last = (datetime.combine(on, clock) for clock in _SCHOOL_HOURS)
    return Day(on, localize(first, zone), localize(last, zone))


def _hours(day: Day) -> Iterator[datetime]:
    moments = (day.start + number * _HOUR for number in range(hour_count(day) + 1))
    return (at for at, _later in pairwise(moments))
