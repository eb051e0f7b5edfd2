"""Calendar months, as reports are made of them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import localize
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.domain.text.years import YEARS
from infoscreen_core.errors import InvalidInputError

_DECEMBER: Final = 12
_WRITTEN: Final = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year; `str()` writes it as `2026-10`."""

    year: int
    number: int
    """1 to 12."""

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first_day(self) -> date:
        """The day with which it begins."""
        return date(self.year, self.number, 1)

    @property
    def before(self) -> "Month":
        """The month before it."""
        is_january = self.number == 1
        return Month(self.year - 1, _DECEMBER) if is_january else Month(self.year, self.number - 1)

    @property
    def after(self) -> "Month":
        """The month after it."""
        is_december = self.number == _DECEMBER
        return Month(self.year + 1, 1) if is_december else Month(self.year, self.number + 1)

    def span(self, zone: ZoneInfo) -> Span:
        """Return its time, from midnight to midnight in `zone`."""
        begins, ends = (
            localize(datetime.combine(month.first_day, time()), zone)
            for month in (self, self.after)
        )
        return Span(begins, ends)


def month_of(day: date) -> Month:
    """Return the month that a day is in."""
    return Month(day.year, day.month)


def read_month(text: str) -> Month:
    """Return the month that a text such as `2026-10` names.

    Raises `InvalidInputError` on `month` for anything else, and for years that nobody plans for.
    """
    found = _WRITTEN.fullmatch(text.strip())
    month = Month(int(found[1]), int(found[2])) if found else None
    if month is None or month.year not in YEARS or month.number not in range(1, _DECEMBER + 1):
        raise InvalidInputError(
            "“{value}” is no month; write it as 2026-10, with a year from {first} to {last}.",
            field="month",
            value=shown(text),
            first=YEARS[0],
            last=YEARS[-1],
        )
    return month
