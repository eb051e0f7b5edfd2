"""The school's year as pages show it: its periods and holidays, and which of them are near."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape

from console.i18n import _
from console.words.formatting import day
from console.words.html import link
from infoscreen_core.domain.events.limits import LOOK_AHEAD
from infoscreen_core.domain.school.days import covers
from infoscreen_core.services.school.views import HolidayView, PeriodView


@dataclass(frozen=True)
class SchoolCalendar:
    """What holds on `today`, and the holidays that touch the days to come."""

    today: date
    active: PeriodView | None
    holidays: tuple[HolidayView, ...]
    covering: PeriodView | None = None
    """The period in which today lies, though it may not be the active one."""
    coming: PeriodView | None = None
    """The next period to begin."""

    @property
    def is_covered(self) -> bool:
        """Whether today lies in the active period."""
        return self.active is not None and covers(self.active, self.today)


def find_period(periods: Iterable[PeriodView], period_id: int | None) -> PeriodView | None:
    """Return the period of this id, if it is among them."""
    return next((period for period in periods if period.id == period_id), None)


def banner_html(calendar: SchoolCalendar) -> str:
    """Return period and holidays in one line, which leads to the page where both are kept."""
    sentence = escape(period_sentence(calendar))
    if calendar.is_covered:
        period = f'<span class="is-quiet">{sentence}</span>'
    else:
        period = f'<span class="is-status is-warning is-wrapping"><i>▲</i>{sentence}</span>'
    near = "".join(f"<b>{escape(text)}</b>" for text in holiday_sentences(calendar))
    if not near and calendar.is_covered:
        none = _("No holidays in the next {n} days", n=LOOK_AHEAD.days)
        near = f'<span class="is-quiet">{escape(none)}</span>'
    chosen = (
        calendar.active
        if calendar.is_covered
        else calendar.covering or calendar.coming or calendar.active
    )
    query = {"period": chosen.id} if chosen else {}
    way = link("periods", _("Periods & holidays"), **query)
    return f'<p class="is-school">{period}{near}{way}</p>'


def period_sentence(calendar: SchoolCalendar) -> str:
    """Return which period is active, and whether today lies in it."""
    active, other = calendar.active, calendar.covering
    if active is None:
        return _no_period_sentence(calendar)
    if calendar.is_covered:
        return _("Academic period {name}", name=active.short_name)
    if other is not None:
        return _(
            "Academic period {name} is active, but today lies in {other}",
            name=active.short_name,
            other=other.short_name,
        )
    if calendar.today > active.end_date:
        return _ended_sentence(active, calendar.coming)
    return _(
        "Academic period {name} begins on {day}; no period covers today",
        name=active.short_name,
        day=day(active.start_date, with_year=True),
    )


def _no_period_sentence(calendar: SchoolCalendar) -> str:
    if calendar.covering is not None:
        return _(
            "No academic period is active; today lies in {name}", name=calendar.covering.short_name
        )
    if calendar.coming is not None:
        coming = calendar.coming
        return _(
            "No academic period is active; {name} begins on {day}",
            name=coming.short_name,
            day=day(coming.start_date, with_year=True),
        )
    return _("No academic period is active, and none covers today")


def _ended_sentence(active: PeriodView, coming: PeriodView | None) -> str:
    ended = day(active.end_date, with_year=True)
    if coming is None:
        return _(
            "Academic period {name} ended on {day}; no period covers today",
            name=active.short_name,
            day=ended,
        )
    return _(
        "Academic period {name} ended on {day}; {other} begins on {start}",
        name=active.short_name,
        day=ended,
        other=coming.short_name,
        start=day(coming.start_date, with_year=True),
    )


def holiday_sentences(calendar: SchoolCalendar) -> list[str]:
    """Return for each near holiday that it is on, or when it begins."""
    return [_sentence(holiday, calendar.today) for holiday in calendar.holidays]


def _sentence(holiday: HolidayView, today: date) -> str:
    if holiday.start_date <= today:
        return _("Holidays: {name}, until {day}", name=holiday.name, day=day(holiday.end_date))
    if holiday.start_date == holiday.end_date:
        return _("Holidays soon: {name}, {day}", name=holiday.name, day=day(holiday.start_date))
    return _(
        "Holidays soon: {name}, {start} – {end}",
        name=holiday.name,
        start=day(holiday.start_date),
        end=day(holiday.end_date),
    )
