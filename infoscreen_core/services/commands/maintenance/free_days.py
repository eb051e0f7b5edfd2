"""Holidays, by which maintenance that spares them is left out."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from sqlalchemy.orm import Session

from infoscreen_core.domain.school.holidays import find_holiday_on
from infoscreen_core.domain.school.periods import find_in_force
from infoscreen_core.services.school.views import (
    HolidayView,
    PeriodView,
    list_holidays_touching,
    list_periods,
)


@dataclass(frozen=True, slots=True)
class FreeDays:
    """The holidays within a span of days."""

    periods: tuple[PeriodView, ...]
    holidays: tuple[HolidayView, ...]

    @classmethod
    def read(cls, session: Session, first: date, last: date) -> Self:
        """Read the holidays that touch the days from `first` to `last`."""
        periods = list_periods(session, with_archived=False)
        return cls(periods, list_holidays_touching(session, first, last))

    def find(self, day: date) -> str | None:
        """Return the name of the holiday on a day, of the period in force or of none."""
        period = find_in_force(self.periods, day)
        own = find_holiday_on(self.holidays, day, period.id) if period else None
        found = own or find_holiday_on(self.holidays, day, None)
        return found.name if found else None
