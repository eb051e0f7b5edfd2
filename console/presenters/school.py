"""The school's calendar on the overview: the active period, and holidays that are near."""

from dataclasses import dataclass
from datetime import date

from console.i18n import _
from console.presenters.formatting import day
from infoscreen_core.db.models import SchoolHoliday


@dataclass(frozen=True)
class HolidayView:
    """A holiday; both days inclusive."""

    name: str
    start: date
    end: date


@dataclass(frozen=True)
class SchoolCalendar:
    """What holds on `today`, and the holidays that touch the days to come."""

    today: date
    period_name: str | None
    holidays: tuple[HolidayView, ...]


def holiday_view(row: SchoolHoliday) -> HolidayView:
    """Return a stored holiday for display."""
    return HolidayView(row.name, row.start_date, row.end_date)


def period_sentence(calendar: SchoolCalendar) -> str:
    """Say which period is active."""
    if calendar.period_name is None:
        return _("No academic period is active")
    return _("Academic period {name}", name=calendar.period_name)


def holiday_sentences(calendar: SchoolCalendar) -> list[str]:
    """Say for each near holiday whether it is on or when it begins."""
    return [_sentence(holiday, calendar.today) for holiday in calendar.holidays]


def _sentence(holiday: HolidayView, today: date) -> str:
    if holiday.start <= today:
        return _("Holidays: {name}, until {day}", name=holiday.name, day=day(holiday.end))
    if holiday.start == holiday.end:
        return _("Holidays soon: {name}, {day}", name=holiday.name, day=day(holiday.start))
    return _(
        "Holidays soon: {name}, {start} – {end}",
        name=holiday.name,
        start=day(holiday.start),
        end=day(holiday.end),
    )
