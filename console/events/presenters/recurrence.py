"""How a form asks for a recurrence: plain choices that become a rule, and back again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Final

from console.i18n import N_
from console.words.formatting import day
from console.words.markdown import literal
from console.words.recurrence import rule_sentence
from infoscreen_core.domain.recurrence.expansion import (
    ByDay,
    Frequency,
    Occurrence,
    RecurrenceRule,
    Series,
    format_rule,
    next_occurrences,
    parse_rule,
    read_rule,
    starts_off_rule,
)
from infoscreen_core.domain.school.days import covers
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.school.views import HolidayView

NEXT_COUNT: Final = 5
_MOST_LOOKED_AT: Final = 400
"""Dates in a row that may fall into holidays before the search for the next five stops."""
_DAYS_IN_WEEK: Final = 7


class Repeat(StrEnum):
    """How often an event takes place."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"
    RULE = "rule"
    """Whatever the rule's text says."""


class MonthlyBy(StrEnum):
    """Which day of the month a monthly series keeps."""

    DATE = "date"
    WEEKDAY = "weekday"
    LAST_WEEKDAY = "last_weekday"


class Ends(StrEnum):
    """When a series ends."""

    NEVER = "never"
    UNTIL = "until"
    COUNT = "count"


REPEAT_WORDS: Final[dict[Repeat, str]] = {
    Repeat.NEVER: N_("once"),
    Repeat.DAILY: N_("daily"),
    Repeat.WEEKLY: N_("weekly"),
    Repeat.MONTHLY: N_("monthly"),
    Repeat.YEARLY: N_("yearly"),
    Repeat.RULE: N_("by a rule of your own (RRULE)"),
}
ENDS_WORDS: Final[dict[Ends, str]] = {
    Ends.NEVER: N_("never"),
    Ends.UNTIL: N_("on a date"),
    Ends.COUNT: N_("after a number of times"),
}
FREQUENCIES: Final[dict[Repeat, Frequency]] = {
    Repeat.DAILY: Frequency.DAILY,
    Repeat.WEEKLY: Frequency.WEEKLY,
    Repeat.MONTHLY: Frequency.MONTHLY,
    Repeat.YEARLY: Frequency.YEARLY,
}
_REPEATS: Final = {frequency: repeat for repeat, frequency in FREQUENCIES.items()}


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """The choices of the form; what a choice does not need stays at its default."""

    repeat: Repeat = Repeat.NEVER
    interval: int = 1
    weekdays: Sequence[int] = ()
    """0 = Monday; none means the weekday of the start."""
    monthly_by: MonthlyBy = MonthlyBy.DATE
    ends: Ends = Ends.NEVER
    until: date | None = None
    count: int = 10
    rule_text: str = ""


@dataclass(frozen=True)
class NextDate:
    """One of the next dates of a series, or several in a row that all fall into one holiday."""

    text: str
    holiday: str = ""
    """What takes it out of the series; empty when it takes place."""


@dataclass(frozen=True)
class RulePreview:
    """What a rule would do: in words, its next dates, or why it is refused."""

    sentence: str = ""
    dates: tuple[NextDate, ...] = ()
    is_start_off_rule: bool = False
    """The start itself is no date of the series, which people do not expect."""
    refusal: InvalidInputError | None = None


def rule_text_of(recurrence: Recurrence, start: date) -> str | None:
    """Return the rule that the choices mean, None for a single event; it is checked elsewhere."""
    if recurrence.repeat is Repeat.NEVER:
        return None
    if recurrence.repeat is Repeat.RULE:
        return recurrence.rule_text.strip()
    return format_rule(_rule_of(recurrence, start))


def recurrence_of(text: str | None, start: datetime, timezone: str) -> Recurrence:
    """Return the choices that mean this rule; one that they cannot express stays text."""
    if not text:
        return Recurrence()
    as_text = Recurrence(repeat=Repeat.RULE, rule_text=text)
    try:
        rule = _plainly(read_rule(text), start, timezone)
    except InvalidInputError:  # a rule from times when more was allowed
        return as_text
    # The choices are a guess, and taken only if they make the same rule again: so nothing that they
    # cannot express is lost when the form is saved.
    guess = _guess(rule, text)
    return guess if _plainly(_rule_of(guess, start.date()), start, timezone) == rule else as_text


def preview_rule(
    text: str,
    start: datetime,
    end: datetime,
    timezone: str,
    *,
    now: datetime,
    is_all_day: bool,
    holidays: Sequence[HolidayView] | None = None,
) -> RulePreview:
    """Return what the rule would do from `now` on; `start` and `end` are naive wall times.

    `holidays` are those that the series keeps free; None: it takes place in holidays too.
    """
    try:
        rule = parse_rule(text, start_local=start, timezone=timezone)
        series = Series(start_local=start, end_local=end, timezone=timezone, rule=format_rule(rule))
    except InvalidInputError as refusal:
        return RulePreview(refusal=refusal)
    zone = load_zone(timezone)
    today = now.astimezone(zone).date()
    skips = holidays is not None
    return RulePreview(
        sentence=rule_sentence(rule, start, zone, is_all_day=is_all_day, skips_holidays=skips),
        dates=tuple(
            _next_dates(next_occurrences(series, now, _MOST_LOOKED_AT), holidays or (), today)
        ),
        is_start_off_rule=starts_off_rule(series),
    )


def monthly_places(start: date) -> dict[MonthlyBy, ByDay | None]:
    """Return how a monthly series can keep the start's day; the last week offers "last" too."""
    week = week_of_month(start)
    places: dict[MonthlyBy, ByDay | None] = {MonthlyBy.DATE: None}
    if week <= 4:  # noqa: PLR2004 - a fifth Monday is missing in most months
        places[MonthlyBy.WEEKDAY] = ByDay(week, start.weekday())
    if (start + timedelta(days=_DAYS_IN_WEEK)).month != start.month:
        places[MonthlyBy.LAST_WEEKDAY] = ByDay(-1, start.weekday())
    return places


def week_of_month(day: date) -> int:
    """Return which of its weekday in the month a day is: 2 for the second Monday."""
    return (day.day - 1) // _DAYS_IN_WEEK + 1


def dates_line(dates: Sequence[NextDate]) -> str:
    """Return dates in one line of Markdown; those in holidays are struck out, and say why."""
    return " · ".join(
        f"~~{one.text}~~ ({literal(one.holiday)})" if one.holiday else one.text for one in dates
    )


def _next_dates(
    found: Iterable[Occurrence], holidays: Sequence[HolidayView], today: date
) -> Iterator[NextDate]:
    left = NEXT_COUNT
    for holiday, run in groupby(found, key=lambda one: _holiday_of(one, holidays)):
        days = [one.start_local.date() for one in run]
        if holiday is not None:
            yield NextDate(_day_span(days[0], days[-1], today), holiday.name)
            continue
        yield from (NextDate(_near_day(on, today)) for on in days[:left])
        left -= len(days)
        if left <= 0:
            return


def _holiday_of(occurrence: Occurrence, holidays: Sequence[HolidayView]) -> HolidayView | None:
    on = occurrence.start_local.date()
    return next((holiday for holiday in holidays if covers(holiday, on)), None)


def _day_span(first: date, last: date, today: date) -> str:
    return " – ".join(_near_day(on, today) for on in dict.fromkeys((first, last)))


def _near_day(on: date, today: date) -> str:
    return day(on, with_year=on.year != today.year)


def _rule_of(recurrence: Recurrence, start: date) -> RecurrenceRule:
    return RecurrenceRule(
        frequency=FREQUENCIES[recurrence.repeat],
        interval=recurrence.interval,
        count=recurrence.count if recurrence.ends is Ends.COUNT else None,
        until=recurrence.until if recurrence.ends is Ends.UNTIL else None,
        by_day=_by_day(recurrence, start),
    )


def _by_day(recurrence: Recurrence, start: date) -> tuple[ByDay, ...]:
    if recurrence.repeat is Repeat.WEEKLY:
        return tuple(
            ByDay(0, weekday) for weekday in sorted(recurrence.weekdays) or [start.weekday()]
        )
    if recurrence.repeat is Repeat.MONTHLY:
        place = monthly_places(start).get(recurrence.monthly_by)
        return (place,) if place else ()
    return ()


def _guess(rule: RecurrenceRule, text: str) -> Recurrence:
    return Recurrence(
        repeat=_REPEATS[rule.frequency],
        interval=rule.interval,
        weekdays=tuple(day.weekday for day in rule.by_day if not day.ordinal),
        monthly_by=_monthly_by(rule),
        ends=Ends.COUNT if rule.count else Ends.UNTIL if rule.until else Ends.NEVER,
        until=rule.until,
        count=rule.count or Recurrence.count,
        rule_text=text,
    )


def _monthly_by(rule: RecurrenceRule) -> MonthlyBy:
    if not rule.has_ordinals:
        return MonthlyBy.DATE
    return MonthlyBy.LAST_WEEKDAY if rule.by_day[0].ordinal < 0 else MonthlyBy.WEEKDAY


def _plainly(rule: RecurrenceRule, start: datetime, timezone: str) -> RecurrenceRule:
    """Return the rule as the choices write it: UNTIL a date, weekdays named, days not."""
    if isinstance(rule.until, datetime):
        zone = load_zone(timezone)
        last = to_local(rule.until, zone).date()
        is_last_day_in = localize(datetime.combine(last, start.time()), zone) <= rule.until
        rule = replace(rule, until=last if is_last_day_in else last - timedelta(days=1))
    if rule.frequency is Frequency.WEEKLY and not rule.by_day:
        rule = replace(rule, by_day=(ByDay(0, start.weekday()),))
    if (
        rule.frequency is Frequency.MONTHLY
        and rule.by_month_day == (start.day,)
        and not rule.by_day
    ):
        rule = replace(rule, by_month_day=())
    return rule
