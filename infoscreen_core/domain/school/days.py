"""Stretches of days, both ends included: which days they have, and which they share."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Protocol

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


class DaySpan(Protocol):
    """Something from one day to another: a period, a holiday."""

    @property
    def start_date(self) -> date:
        """Its first day."""

    @property
    def end_date(self) -> date:
        """Its last day."""


def covers(stretch: DaySpan, day: date) -> bool:
    """Whether the day is one of its days."""
    return stretch.start_date <= day <= stretch.end_date


def share_a_day(one: DaySpan, other: DaySpan) -> bool:
    """Whether two stretches have a day in common."""
    return one.start_date <= other.end_date and other.start_date <= one.end_date


def iter_days(first: date, last: date) -> Iterator[date]:
    """Iterate over the days from `first` to `last`."""
    return (first + _DAY * number for number in range((last - first).days + 1))


def is_weekend(day: date) -> bool:
    """Whether it is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY
