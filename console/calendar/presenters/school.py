"""The school's year and day behind the events: holidays, academic periods and lessons."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from console.calendar.presenters.view import Stretch
from console.i18n import _
from infoscreen_core.domain.school.bell_times import Lesson
from infoscreen_core.domain.school.periods import find_in_force
from infoscreen_core.services.school.views import HolidayView, PeriodView

_DAY: Final = timedelta(days=1)
_FIRST: Final = -1
"""Place among the events of a day, which have none."""


def school_days(
    holidays: Iterable[HolidayView], periods: Sequence[PeriodView], stretch: Stretch, *, grid: str
) -> list[dict[str, Any]]:
    """Return holidays and academic periods for the component.

    Their days are tinted behind the events, save in a list, which has no background. The names of
    holidays, and where a period begins and ends, stand above the events: behind them nobody could
    read them.
    """
    spans = sorted(
        {(one.name, one.start_date, one.end_date) for one in holidays}, key=lambda span: span[1:]
    )
    named = [
        *(_named(*span, "is-holiday") for span in spans),
        *(_named(*span, "is-period") for span in _turning_points(periods, stretch)),
    ]
    if grid == "list":
        return named
    tinted = [
        *(_behind(*span, "is-period") for span in _in_force(periods, stretch)),
        *(_behind(*span[1:], "is-holiday") for span in spans),
    ]
    return [*tinted, *named]


def lesson_bands(lessons: Iterable[Lesson]) -> list[dict[str, Any]]:
    """Return the lessons for the component, which draws them in the hours of each day.

    They have no title: what reads a page aloud would take them for events.
    """
    return [
        {
            "startTime": f"{lesson.start:%H:%M}",
            "endTime": f"{lesson.end:%H:%M}",
            "display": "background",
            "classNames": ["is-lesson"],
        }
        for lesson in lessons
    ]


def _named(name: str, first: date, last: date, look: str) -> dict[str, Any]:
    return {**_days_of(first, last, look), "title": name, "order": _FIRST, "editable": False}


def _behind(first: date, last: date, look: str) -> dict[str, Any]:
    return {**_days_of(first, last, look), "display": "background"}


def _days_of(first: date, last: date, look: str) -> dict[str, Any]:
    return {
        "start": first.isoformat(),
        "end": (last + _DAY).isoformat(),
        "allDay": True,
        "classNames": [look],
    }


def _in_force(periods: Sequence[PeriodView], stretch: Stretch) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of each stretch in which one period is in force."""
    days = ((day, find_in_force(periods, day)) for day in _days(stretch))
    for period, run in groupby(days, key=lambda pair: pair[1]):
        covered = [day for day, _period in run]
        if period is not None:
            yield covered[0], covered[-1]


def _turning_points(
    periods: Iterable[PeriodView], stretch: Stretch
) -> Iterator[tuple[str, date, date]]:
    for period in periods:
        if stretch.holds(period.start_date):
            yield _("{period} begins", period=period.name), period.start_date, period.start_date
        if stretch.holds(period.end_date):
            yield _("{period} ends", period=period.name), period.end_date, period.end_date


def _days(stretch: Stretch) -> Iterator[date]:
    day = stretch.start
    while day < stretch.end:
        yield day
        day += _DAY
