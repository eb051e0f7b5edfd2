"""Whether a rule may be kept for a series that starts at a certain local time.

`text.read_rule` checks a rule by itself; these checks need the start and the zone as well. An
accepted rule has an occurrence before its UNTIL, one within ten years of its start, and its last
counted one by `LAST_YEAR`. So no series is empty by its rule alone, and whatever looks for an
occurrence finds one soon. The checks that can name a precise cause come first, so that the refusal
says what is really wrong.
"""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from infoscreen_core.domain.recurrence.days import find_counted_end, iter_days
from infoscreen_core.domain.recurrence.rules import (
    LAST_YEAR,
    Frequency,
    RecurrenceRule,
    RecurrenceRuleError,
    check_days_exist,
)
from infoscreen_core.domain.recurrence.text import format_until, read_rule
from infoscreen_core.domain.text.local_time import load_zone, localize
from infoscreen_core.domain.text.years import YEARS
from infoscreen_core.errors import InvalidInputError

_YEARS_TO_FIRST: Final = 10
_DAYS_TO_FIRST: Final = 3653
"""Ten years, leap days included."""


def parse_rule(text: str, *, start_local: datetime, timezone: str) -> RecurrenceRule:
    """Read a rule and check it against the series' start (naive local time) and IANA zone.

    Raises `RecurrenceRuleError` with a sentence that says why and what to write instead, and
    `InvalidInputError` on `timezone`, or on `start` if that is outside the years 1990 to 2100.
    """
    zone = load_zone(timezone)
    _check_start(start_local)
    rule = read_rule(text)
    _check_day_of_start(rule, start_local.date())
    bound = rule.find_bound(zone)
    if bound is not None:
        _check_until(rule, start_local, zone, bound)
    _check_first(rule, start_local.date())
    _check_count(rule, start_local.date())
    return rule


def _check_start(start_local: datetime) -> None:
    if start_local.tzinfo is not None:
        message = "parse_rule() takes a naive local start"
        raise ValueError(message)
    if start_local.year not in YEARS:
        raise InvalidInputError(
            "A series can't start in the year {year}; give a start from {first} to {last}.",
            field="start",
            year=start_local.year,
            first=YEARS[0],
            last=YEARS[-1],
        )


def _check_day_of_start(rule: RecurrenceRule, start: date) -> None:
    """Check the day that a rule without BYDAY and BYMONTHDAY takes from its start."""
    if rule.by_day or rule.by_month_day:
        return
    if rule.frequency is Frequency.YEARLY:
        check_days_exist(rule.by_month or (start.month,), (start.day,))
    elif rule.frequency is Frequency.MONTHLY and rule.by_month:
        check_days_exist(rule.by_month, (start.day,))


def _check_until(
    rule: RecurrenceRule, start_local: datetime, zone: ZoneInfo, bound: datetime
) -> None:
    start = localize(start_local, zone)
    days = iter_days(rule, start_local.date(), start_local.toordinal(), bound.toordinal() + 1)
    first = next(days, None)
    if (
        bound <= start
        or first is None
        or localize(datetime.combine(date.fromordinal(first), start_local.time()), zone) >= bound
    ):
        raise RecurrenceRuleError(
            "The rule has no occurrence between its start, {start}, and UNTIL={until}; give a "
            "later UNTIL.",
            start=f"{start_local:%Y-%m-%d %H:%M}",
            until=format_until(rule.until),
        )


def _check_first(rule: RecurrenceRule, start: date) -> None:
    origin = start.toordinal()
    if next(iter_days(rule, start, origin, origin + _DAYS_TO_FIRST), None) is None:
        raise RecurrenceRuleError(
            "The rule has no occurrence in the {years} years from {start}; check that its parts "
            "fit "
            "together and fit the start.",
            years=_YEARS_TO_FIRST,
            start=start.isoformat(),
        )


def _check_count(rule: RecurrenceRule, start: date) -> None:
    if rule.count is not None and find_counted_end(rule, start, rule.count) is None:
        raise RecurrenceRuleError(
            "COUNT={count} leads beyond the year {limit}; give a smaller number, or leave COUNT "
            "out.",
            count=rule.count,
            limit=LAST_YEAR,
        )
