"""The local dates that a rule hits, period by period.

Daily and weekly rules are plain arithmetic. For monthly and yearly ones, dateutil says which days
of a single period are hit. Which days those are depends only on the kind of period: a month is
known by its first weekday and its length (28 kinds), a year by its first weekday and whether it is
a leap year (14 kinds). So each kind is asked for once and cached, and as dateutil never looks
beyond one period, a rule without hits cannot send it searching for ever.

Any period is reached in one step, and nothing outside the requested range is computed: an old
series, a rule that rarely hits and a distant UNTIL cost no more than others. Dates are ordinals
(`date.toordinal`) throughout.
"""

import calendar
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import dropwhile, islice, takewhile
from math import gcd
from typing import Final, NamedTuple

from dateutil.rrule import MONTHLY, YEARLY, rrule, weekday

from infoscreen_core.domain.recurrence.rules import LAST_YEAR, ByDay, Frequency, RecurrenceRule

LAST_DAY: Final = date(LAST_YEAR, 12, 31).toordinal()
_LENGTHS: Final = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY: Final = 2
_DAYS_OF_YEAR: Final = 365
_EVERY_DAY: Final = tuple(ByDay(0, day) for day in range(7))
# The calendar repeats every 28 years, so these contain every kind of month and of year.
_KIND_YEARS: Final = range(2001, 2029)
_MONTH_OF_KIND: Final = {
    calendar.monthrange(year, month): (year, month)
    for year in _KIND_YEARS
    for month in range(1, 13)
}
_YEAR_OF_KIND: Final = {
    (date(year, 1, 1).weekday(), 365 + calendar.isleap(year)): year for year in _KIND_YEARS
}
_NO_SECOND_PERIOD: Final = 12 * 10_000
"""An interval in months or years that leads out of the calendar, so dateutil stops after one."""


class _DaySet(NamedTuple):
    """The parts of a rule that select days within a month or a year."""

    by_day: tuple[ByDay, ...]
    by_month_day: tuple[int, ...]
    by_set_position: tuple[int, ...] = ()


def iter_days(rule: RecurrenceRule, start: date, first: int, last: int) -> Iterator[int]:
    """Iterate over the dates that the rule hits from `first` to `last`, never before `start`.

    Ascending. COUNT and UNTIL are ignored. A start that the rule does not hit is not among them.
    """
    first = max(first, start.toordinal())
    last = min(last, LAST_DAY)
    if first > last:
        return iter(())
    walk = _walk(rule, start, first, last)
    return takewhile(last.__ge__, dropwhile(first.__gt__, walk))


@lru_cache(maxsize=65_536)
def find_counted_end(rule: RecurrenceRule, start: date, count: int) -> int | None:
    """Return the date of the rule's `count`-th hit, or None when it lies beyond the last year.

    It lets a counted rule end at a date, as UNTIL does, so that its age costs nothing either.
    """
    hits = iter_days(rule, start, start.toordinal(), LAST_DAY)
    return next(islice(hits, count - 1, None), None)


def _walk(rule: RecurrenceRule, start: date, first: int, last: int) -> Iterator[int]:
    """Iterate over hits from the period of `first` on; a few may lie outside the range."""
    is_filtered = rule.by_month or rule.by_month_day or rule.by_day
    match rule.frequency:
        case Frequency.YEARLY:
            return _walk_years(rule, start, first, last)
        case Frequency.DAILY if rule.interval > 1 or not is_filtered:
            return _walk_steps(rule, start, first, last)
        case Frequency.WEEKLY if rule.interval > 1 or not rule.by_month:
            return _walk_weeks(rule, start, first, last)
        case _:
            # Monthly rules, and those for every day or week of certain months: the same days, found
            # month by month.
            return _walk_months(rule, start, first, last)


def _walk_steps(rule: RecurrenceRule, start: date, first: int, last: int) -> Iterator[int]:
    return _walk_strides(
        start.toordinal(), rule.interval, (0,), rule.by_month, range(first, last + 1)
    )


def _walk_weeks(rule: RecurrenceRule, start: date, first: int, last: int) -> Iterator[int]:
    into_week = (start.weekday() - rule.week_start) % 7
    offsets = sorted((day.weekday - rule.week_start) % 7 for day in rule.by_day) or [into_week]
    origin = start.toordinal() - into_week
    return _walk_strides(origin, 7 * rule.interval, offsets, rule.by_month, range(first, last + 1))


def _walk_strides(
    origin: int, stride: int, offsets: Sequence[int], months: tuple[int, ...], wanted: range
) -> Iterator[int]:
    """Iterate over the dates at `offsets` days into each stride, in these months (none: all)."""
    if not months:
        return _strides(origin, stride, offsets, wanted)
    if len(months) * stride >= _DAYS_OF_YEAR * len(offsets):
        # A year has fewer dates than months to look at, so filter the dates.
        every = _strides(origin, stride, offsets, wanted)
        return (day for day in every if date.fromordinal(day).month in months)
    spans = _month_spans(months, wanted)
    return (day for span in spans for day in _strides(origin, stride, offsets, span) if day in span)


def _strides(origin: int, stride: int, offsets: Sequence[int], wanted: range) -> Iterator[int]:
    begin = origin + (wanted.start - origin) // stride * stride  # rounded down
    return (base + offset for base in range(begin, wanted.stop, stride) for offset in offsets)


def _month_spans(months: tuple[int, ...], wanted: range) -> Iterator[range]:
    """Iterate over the days of these months in the years of the wanted days."""
    years = range(date.fromordinal(wanted[0]).year, date.fromordinal(wanted[-1]).year + 1)
    for year in years:
        for month in months:
            first = date(year, month, 1).toordinal()
            yield range(first, first + _length(year, month))


def _length(year: int, month: int) -> int:
    return _LENGTHS[month] + (month == _FEBRUARY and calendar.isleap(year))


def _walk_months(rule: RecurrenceRule, start: date, first: int, last: int) -> Iterator[int]:
    days = _DaySet(*_month_parts(rule, start), rule.by_set_position)
    # Per call, since asking the cache that all rules share takes longer.
    known: dict[tuple[int, int], tuple[int, ...]] = {}
    begin, end = date.fromordinal(first), date.fromordinal(last)
    for index in _month_indexes(
        rule, start, begin.year * 12 + begin.month - 1, end.year * 12 + end.month
    ):
        year, month = divmod(index, 12)
        new_month = date(year, month + 1, 1).toordinal()
        kind = (new_month - 1) % 7, _length(year, month + 1)
        hits = known.get(kind)
        if hits is None:
            hits = known[kind] = _days_of_month(days, *kind)
        for day in hits:
            yield new_month + day


def _month_indexes(rule: RecurrenceRule, start: date, first: int, end: int) -> Iterator[int]:
    """Iterate over the rule's months, counted from year 0, from `first` to before `end`."""
    origin = start.year * 12 + start.month - 1
    begin = origin - (origin - first) // rule.interval * rule.interval  # rounded up
    if not rule.by_month:
        return iter(range(begin, end, rule.interval))
    # After `cycle` months, the rule reaches the same month of the year again.
    cycle = rule.interval * 12 // gcd(rule.interval, 12)
    some = [
        month
        for month in range(begin, begin + cycle, rule.interval)
        if month % 12 + 1 in rule.by_month
    ]
    every = (
        month for base in range(0, end - begin, cycle) for month in (base + one for one in some)
    )
    return takewhile(end.__gt__, every)


def _walk_years(rule: RecurrenceRule, start: date, first: int, last: int) -> Iterator[int]:
    days, months = _year_parts(rule, start)
    skipped = -((start.year - date.fromordinal(first).year) // rule.interval)
    end = date.fromordinal(last).year
    for year in range(start.year + skipped * rule.interval, end + 1, rule.interval):
        new_year = date(year, 1, 1).toordinal()
        for day in _days_of_year(days, months, (new_year - 1) % 7, 365 + calendar.isleap(year)):
            yield new_year + day


def _month_parts(rule: RecurrenceRule, start: date) -> tuple[tuple[ByDay, ...], tuple[int, ...]]:
    if rule.by_day or rule.by_month_day:
        return rule.by_day, rule.by_month_day
    match rule.frequency:
        case Frequency.DAILY:
            return _EVERY_DAY, ()
        case Frequency.WEEKLY:
            return (ByDay(0, start.weekday()),), ()
        case _:
            return (), (start.day,)


def _year_parts(rule: RecurrenceRule, start: date) -> tuple[_DaySet, tuple[int, ...]]:
    if rule.by_day:
        return _DaySet(rule.by_day, rule.by_month_day), rule.by_month
    return _DaySet((), rule.by_month_day or (start.day,)), rule.by_month or (start.month,)


@lru_cache(maxsize=16_384)
def _days_of_month(days: _DaySet, first_weekday: int, length: int) -> tuple[int, ...]:
    """Return the days that are hit in a month of this kind, counted from 0."""
    year, month = _MONTH_OF_KIND[first_weekday, length]
    hits = rrule(
        MONTHLY,
        dtstart=datetime(year, month, 1),  # noqa: DTZ001 - a mere date: zones come later
        interval=_NO_SECOND_PERIOD,
        byweekday=_dateutil_weekdays(days),
        bymonthday=days.by_month_day or None,
        bysetpos=days.by_set_position or None,
        wkst=0,
    )
    return tuple(hit.day - 1 for hit in hits)


@lru_cache(maxsize=16_384)
def _days_of_year(
    days: _DaySet, months: tuple[int, ...], first_weekday: int, length: int
) -> tuple[int, ...]:
    """Return the days that are hit in a year of this kind, counted from 0."""
    new_year = datetime(_YEAR_OF_KIND[first_weekday, length], 1, 1)  # noqa: DTZ001 - as above
    hits = rrule(
        YEARLY,
        dtstart=new_year,
        interval=_NO_SECOND_PERIOD,
        bymonth=months or None,
        byweekday=_dateutil_weekdays(days),
        bymonthday=days.by_month_day or None,
        wkst=0,
    )
    return tuple((hit - new_year).days for hit in hits)


def _dateutil_weekdays(days: _DaySet) -> list[weekday] | None:
    return [weekday(day.weekday, day.ordinal or None) for day in days.by_day] or None
