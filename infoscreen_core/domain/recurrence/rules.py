"""What a recurrence rule may say: its parts, and the combinations that are refused.

The allow-list is the part of RFC 5545 whose results are proven right by tests. Everything else is
refused with a sentence that says why and what to write instead, because a wrong date on a school's
screens is worse than a refusal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from infoscreen_core.domain.text.local_time import localize
from infoscreen_core.domain.text.wording import listed
from infoscreen_core.errors import InvalidInputError

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST_YEAR: Final = 9900
"""No occurrence is computed beyond this year: calendar arithmetic ends at 9999."""
MAX_COUNT: Final = 5000
_LONGEST_MONTHS: Final = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAP_DAY: Final = 29
_ORDINALS_IN_MONTH: Final = 5
_ORDINALS_IN_YEAR: Final = 53


class RecurrenceRuleError(InvalidInputError):
    """A refused recurrence rule; the sentence says why, and what to write instead."""

    def __init__(self, template: str, /, **params: object) -> None:
        super().__init__(template, field="recurrence_rule", **params)


class Frequency(StrEnum):
    """How long one period of a rule is."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


MAX_INTERVALS: Final = {
    Frequency.DAILY: 366,
    Frequency.WEEKLY: 53,
    Frequency.MONTHLY: 24,
    Frequency.YEARLY: 10,
}


class ByDay(NamedTuple):
    """A weekday (0 = Monday) and which of a period: 0 each, n the nth, -n the nth from the end."""

    ordinal: int
    weekday: int

    def __str__(self) -> str:
        return f"{self.ordinal or ''}{WEEKDAYS[self.weekday]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrenceRule:
    """A rule of the allow-list; its lists are sorted and hold each value once.

    `until` is inclusive: an instant in UTC, or a date that stands for the end of that local day.
    `week_start` is the weekday (0 = Monday) on which the weeks of a rule "every n weeks" begin.
    """

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | date | None = None
    by_month: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[ByDay, ...] = ()
    by_set_position: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def has_ordinals(self) -> bool:
        """Whether weekdays are numbered, as in "the second Monday"."""
        return any(day.ordinal for day in self.by_day)

    @property
    def is_endless(self) -> bool:
        """Whether neither COUNT nor UNTIL ends the rule."""
        return self.count is None and self.until is None

    def find_bound(self, zone: ZoneInfo) -> datetime | None:
        """Return the UTC instant before which UNTIL lets an occurrence start; None: no UNTIL."""
        if self.until is None:
            return None
        if isinstance(self.until, datetime):
            return self.until + timedelta(seconds=1)
        return localize(datetime.combine(self.until + timedelta(days=1), time()), zone)


def check_parts(rule: RecurrenceRule) -> None:
    """Raise `RecurrenceRuleError` for parts that are outside the allow-list whatever the start."""
    _check_length(rule)
    _check_weekdays(rule)
    _check_ordinals(rule)
    _check_month_days(rule)
    _check_set_positions(rule)
    if rule.by_month and rule.by_month_day:
        check_days_exist(rule.by_month, rule.by_month_day)


def _check_length(rule: RecurrenceRule) -> None:
    limit = MAX_INTERVALS[rule.frequency]
    if not 1 <= rule.interval <= limit:
        raise RecurrenceRuleError(
            "INTERVAL={value} is not allowed with FREQ={frequency}; give a number from 1 to "
            "{limit}.",
            value=rule.interval,
            frequency=rule.frequency,
            limit=limit,
        )
    if rule.count is not None and rule.until is not None:
        raise RecurrenceRuleError(
            "A rule ends by COUNT or by UNTIL, not by both; leave one of them out."
        )


def _check_weekdays(rule: RecurrenceRule) -> None:
    plain = [day for day in rule.by_day if not day.ordinal]
    if rule.has_ordinals and plain:
        raise RecurrenceRuleError(
            "BYDAY mixes numbered weekdays ({numbered}) with plain ones ({plain}); make two series "
            "of them.",
            numbered=listed(day for day in rule.by_day if day.ordinal),
            plain=listed(plain),
        )
    if rule.frequency is Frequency.DAILY and rule.interval > 1 and rule.by_day:
        raise RecurrenceRuleError(
            "FREQ=DAILY;INTERVAL={interval} can't be limited by BYDAY; for chosen weekdays use "
            "FREQ=WEEKLY;BYDAY={days}, with INTERVAL for every second or third week.",
            interval=rule.interval,
            days=listed(rule.by_day),
        )


def _check_ordinals(rule: RecurrenceRule) -> None:
    if not rule.has_ordinals:
        return
    days = listed(rule.by_day)
    if rule.frequency in {Frequency.DAILY, Frequency.WEEKLY}:
        raise RecurrenceRuleError(
            "Numbered weekdays (BYDAY={days}) need a month or a year to be counted in; use "
            "FREQ=MONTHLY, or "
            "weekdays without a number.",
            days=days,
        )
    if rule.by_month_day:
        raise RecurrenceRuleError(
            "Numbered weekdays (BYDAY={days}) and BYMONTHDAY contradict each other; leave one of "
            "them out.",
            days=days,
        )
    by_year = rule.frequency is Frequency.YEARLY and not rule.by_month
    limit = _ORDINALS_IN_YEAR if by_year else _ORDINALS_IN_MONTH
    if any(abs(day.ordinal) > limit for day in rule.by_day):
        raise RecurrenceRuleError(
            "BYDAY={days} counts further than there are such weekdays; number them from 1 to "
            "{limit}, or "
            "from -1 to -{limit} counted from the end.",
            days=days,
            limit=limit,
        )


def _check_month_days(rule: RecurrenceRule) -> None:
    if not rule.by_month_day:
        return
    days = listed(rule.by_month_day)
    if rule.frequency is Frequency.WEEKLY:
        raise RecurrenceRuleError(
            "FREQ=WEEKLY can't be limited by BYMONTHDAY; use FREQ=MONTHLY;BYMONTHDAY={days}.",
            days=days,
        )
    if rule.frequency is Frequency.YEARLY and not rule.by_month:
        raise RecurrenceRuleError(
            "FREQ=YEARLY;BYMONTHDAY={days} does not say in which months; add BYMONTH, or use "
            "FREQ=MONTHLY "
            "for every month.",
            days=days,
        )
    if rule.frequency is Frequency.DAILY and rule.interval > 1:
        raise RecurrenceRuleError(
            "FREQ=DAILY;INTERVAL={interval} can't be limited by BYMONTHDAY; use "
            "FREQ=MONTHLY;BYMONTHDAY={days}.",
            interval=rule.interval,
            days=days,
        )


def _check_set_positions(rule: RecurrenceRule) -> None:
    if rule.by_set_position and not (rule.frequency is Frequency.MONTHLY and rule.by_day):
        raise RecurrenceRuleError(
            "BYSETPOS is only allowed with FREQ=MONTHLY and BYDAY, as in "
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1 for the last working day."
        )


def check_days_exist(months: Iterable[int], days: Iterable[int]) -> None:
    """Raise `RecurrenceRuleError` for months and days that never meet, and 29 February alone."""
    pairs = [(month, day) for month in months for day in days]
    possible = [(month, day) for month, day in pairs if abs(day) <= _LONGEST_MONTHS[month]]
    met_months, met_days = {month for month, _ in possible}, {day for _, day in possible}
    for month, day in pairs:
        if month not in met_months or day not in met_days:
            raise RecurrenceRuleError(
                "BYMONTH={month} and BYMONTHDAY={day} never meet: that month has {length} days at "
                "most; "
                "leave one out, or use BYMONTHDAY=-1 for the last day of a month.",
                month=month,
                day=day,
                length=_LONGEST_MONTHS[month],
            )
    if all(_LONGEST_MONTHS[month] == abs(day) == _LEAP_DAY for month, day in possible):
        raise RecurrenceRuleError(
            "29 February exists in leap years only; for the last day of every February use "
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1, or start on 28 February."
        )
