"""The school's year behind the events: holidays and academic periods, each with its name."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from console.i18n import _
from console.presenters.calendar_view import Stretch
from console.presenters.school import HolidayView, PeriodView, period_on

_DAY: Final = timedelta(days=1)


def school_days(
    holidays: Iterable[HolidayView], periods: Sequence[PeriodView], stretch: Stretch, *, grid: str
) -> list[dict[str, Any]]:
    """Return holidays and academic periods for the component, drawn behind the events.

    A list has no background: there a holiday stands among the events of each of its days, and a period on its
    first and its last one.
    """
    spans = sorted({(one.name, one.start, one.end) for one in holidays}, key=lambda span: span[1:])
    if grid == "list":
        notes = [*spans, *_turning_points(periods, stretch)]
        return [{**_span(*span, "is-holiday"), "editable": False} for span in notes]
    return [
        *(_behind(*span, "is-period") for span in _in_force(periods, stretch)),
        *(_behind(*span, "is-holiday") for span in spans),
    ]


def _span(name: str, first: date, last: date, look: str) -> dict[str, Any]:
    return {
        "title": name,
        "start": first.isoformat(),
        "end": (last + _DAY).isoformat(),
        "allDay": True,
        "classNames": [look],
    }


def _behind(name: str, first: date, last: date, look: str) -> dict[str, Any]:
    return {**_span(name, first, last, look), "display": "background"}


def _in_force(periods: Sequence[PeriodView], stretch: Stretch) -> Iterator[tuple[str, date, date]]:
    """Iterate over the periods in force during the stretch, one at a time; days without one are left out."""
    days = ((day, period_on(periods, day)) for day in _days(stretch))
    for period, run in groupby(days, key=lambda pair: pair[1]):
        covered = [day for day, _period in run]
        if period is not None:
            yield period.name, covered[0], covered[-1]


def _turning_points(periods: Iterable[PeriodView], stretch: Stretch) -> Iterator[tuple[str, date, date]]:
    for period in periods:
        if stretch.holds(period.start):
            yield _("{period} begins", period=period.name), period.start, period.start
        if stretch.holds(period.end):
            yield _("{period} ends", period=period.name), period.end, period.end


def _days(stretch: Stretch) -> Iterator[date]:
    day = stretch.start
    while day < stretch.end:
        yield day
        day += _DAY
