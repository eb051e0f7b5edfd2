"""The recurrence rule of a VEVENT, as our series have it, and how long such a series lives.

Programs write UNTIL in every form: a date, a time by the clock of the series, or an instant. A
series whose rule does not hit its own start is refused, because programs disagree on what that
means.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from infoscreen_core.domain.recurrence.days import find_counted_end, iter_days
from infoscreen_core.domain.recurrence.exdates import find_stamp, format_stamp
from infoscreen_core.domain.recurrence.expansion import (
    RecurrenceRule,
    Series,
    format_rule,
    parse_rule,
    read_rule,
    starts_off_rule,
)
from infoscreen_core.domain.recurrence.rules import LAST_YEAR
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.domain.text.years import FIRST_DAY, LAST_DAY, YEARS
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_moments import Moment
from infoscreen_core.formats.ical_zones import Life

_DAY: Final = timedelta(days=1)
_UNTIL: Final = re.compile(r"(UNTIL=)([0-9]{8}T[0-9]{6})(Z?)", re.IGNORECASE)
_UNTIL_YEAR: Final = re.compile(r"UNTIL=([0-9]{4})[0-9]{4}(?![0-9])", re.IGNORECASE)
_LAST_DATE: Final = re.compile(r"UNTIL=([0-9]{4})([0-9]{2})([0-9]{2})", re.IGNORECASE)
_ANY_UNTIL: Final = re.compile(r";?UNTIL=[^;]*", re.IGNORECASE)
_MARGIN: Final = timedelta(days=2)
"""More than clocks of two zones can differ, and than most occurrences last."""
_FORESEEN: Final = 2037
"""The year to which lists of clock changes usually reach."""
_YEARS_AHEAD: Final = 10


@dataclass(frozen=True)
class SeriesTimes:
    """When a series takes place: its first start and end, and the rule in canonical form."""

    start: Moment
    end: Moment
    rule: str
    notes: tuple[Sentence, ...] = ()


def read_series_times(text: str, start: Moment, end: Moment, zone: str) -> SeriesTimes:
    """Return the times of a series from the first year on for which people plan.

    Raises `InvalidInputError` for a rule that is refused.
    """
    given = SeriesTimes(start, end, _plain_rule(text, start, zone))
    if start.wall.year < YEARS[0]:
        given = _from_first_year(given, zone)
    rule = format_rule(parse_rule(given.rule, start_local=given.start.wall, timezone=zone))
    _refuse_start_off_rule(given, rule, zone)
    return replace(given, rule=rule)


def _from_first_year(given: SeriesTimes, zone: str) -> SeriesTimes:
    """Return a series of long ago from its first date on that may be shown.

    All the dates that follow stay the same: the first one lies in the same phase of the rule.
    """
    rule, origin = read_rule(given.rule), given.start.wall.date()
    passed = _count_passed(rule, given.start)
    first = next(iter_days(rule, origin, FIRST_DAY.toordinal(), LAST_DAY.toordinal()), None)
    if first is None or (rule.count is not None and passed >= rule.count):
        raise _is_over()
    by = timedelta(days=first - origin.toordinal())
    start, end = (replace(one, value=one.value + by) for one in (given.start, given.end))
    bound = rule.find_bound(load_zone(zone))
    if bound is not None and localize(start.wall, load_zone(zone)) >= bound:
        raise _is_over()
    if rule.count is None:
        return SeriesTimes(start, end, given.rule)
    left = replace(rule, count=rule.count - passed)
    return SeriesTimes(start, end, format_rule(left), (_passed_note(rule.count, passed),))


def _count_passed(rule: RecurrenceRule, start: Moment) -> int:
    """Return how many dates of a counted rule lie before the years that may be shown."""
    if rule.count is None:
        return 0
    origin = start.wall.date()
    first = origin.toordinal()
    if next(iter_days(rule, origin, first, first), None) is None:
        raise _starts_off_rule(start)
    days = iter_days(rule, origin, first, FIRST_DAY.toordinal() - 1)
    return sum(1 for _day in islice(days, rule.count))


def _refuse_start_off_rule(given: SeriesTimes, rule: str, zone: str) -> None:
    start, end = given.start, given.end
    last = max(end.wall, start.wall + _DAY) if start.is_date else end.wall
    if starts_off_rule(Series(start_local=start.wall, end_local=last, timezone=zone, rule=rule)):
        raise _starts_off_rule(start)


def _starts_off_rule(start: Moment) -> InvalidInputError:
    return InvalidInputError(
        "The rule does not meet its own start, {start}, so programs disagree on its dates; let it "
        "begin "
        "on the first date of the rule.",
        field="recurrence_rule",
        start=f"{start.wall:%Y-%m-%d %H:%M}",
    )


def _is_over() -> InvalidInputError:
    return InvalidInputError(
        "The series is over: it has no date from the year {first} on.",
        field="recurrence_rule",
        first=YEARS[0],
    )


def _passed_note(count: int, passed: int) -> Sentence:
    return Sentence(
        "Of the {count} dates of the series, {passed} lie before the year {first}; they are left "
        "out.",
        field="recurrence_rule",
        count=count,
        passed=passed,
        first=YEARS[0],
    )


def life_of_series(text: str, start: datetime) -> Life:
    """Return the stretch in which a series takes place, or the next years of an endless one.

    `start` is by whatever clock, and the rule may turn out to be refused.
    """
    last = _last_day(text, start.date())
    if last is None:
        year = max(start.year + _YEARS_AHEAD, _FORESEEN)
        last = date(min(year, YEARS[-1]), 12, 31)
    end = datetime.combine(max(last, start.date()), datetime.max.time().replace(microsecond=0))
    first = max(start, datetime.combine(FIRST_DAY, datetime.min.time()))
    return Life(first - _MARGIN, max(end, first) + _MARGIN, is_series=True)


def _last_day(text: str, start: date) -> date | None:
    if found := _LAST_DATE.search(text):
        try:
            return min(date(*map(int, found.groups())), date(YEARS[-1], 12, 31))
        except ValueError:
            return None
    try:
        rule = read_rule(_ANY_UNTIL.sub("", text))
    except InvalidInputError:
        return None
    counted = rule.count and find_counted_end(rule, start, rule.count)
    return date.fromordinal(counted) if counted else None


def _plain_rule(text: str, start: Moment, zone: str) -> str:
    """Return the rule with UNTIL as our rules have it; one in the farthest future says nothing."""
    ends = _UNTIL_YEAR.search(text)
    if ends and int(ends[1]) > LAST_YEAR:
        return _ANY_UNTIL.sub("", text)
    return _UNTIL.sub(lambda found: found[1] + _until(found[2], found[3], start, zone), text)


def _until(stamp: str, mark: str, start: Moment, zone: str) -> str:
    """Return UNTIL for our rules: an instant in UTC, or a date for whole days.

    For whole days, programs write either the date with midnight UTC, of which the date as written
    counts, or some other instant, whose date in the zone counts.
    """
    written = find_stamp(f"{stamp}Z".upper())
    if written is None:
        return stamp + mark
    is_written_date = not mark or written.time() == datetime.min.time()
    try:
        if start.is_date:
            local = written if is_written_date else to_local(written, load_zone(zone))
            return f"{local:%Y%m%d}".zfill(8)
        wall = written.replace(tzinfo=None)
        return format_stamp(written if mark else localize(wall, load_zone(zone)))
    except OverflowError:  # within a day of year 1, where only the order matters
        return stamp[:8] if start.is_date else f"{stamp}Z"
