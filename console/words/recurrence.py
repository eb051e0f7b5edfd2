"""A recurrence rule read out in plain words: `jeden Mo, Mi um 08:00 bis 2.7.`."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.words.calendar import (
    joined,
    month_name,
    ordinal,
    short_date,
    weekday_list,
    weekday_name,
)
from infoscreen_core.domain.recurrence.expansion import ByDay, Frequency, RecurrenceRule
from infoscreen_core.domain.text.local_time import to_local


def rule_sentence(
    rule: RecurrenceRule,
    start: datetime,
    zone: ZoneInfo,
    *,
    is_all_day: bool = False,
    skips_holidays: bool = False,
) -> str:
    """Return what the rule means for a series with this start (naive wall time of `zone`)."""
    clock = "" if is_all_day else _("at {time}", time=f"{start:%H:%M}")
    words = (_head(rule, start.date()), _months(rule), clock, _until(rule, start, zone))
    sentence = " ".join(word for word in words if word)
    sentence = sentence.rstrip(",")  # of a clause that nothing follows
    if rule.count is not None:
        sentence = ", ".join([sentence, ngettext("{n} time", "{n} times", rule.count)])
    return (
        _("{sentence}, except in the holidays", sentence=sentence) if skips_holidays else sentence
    )


def _head(rule: RecurrenceRule, start: date) -> str:
    match rule.frequency:
        case Frequency.DAILY:
            return _daily(rule)
        case Frequency.WEEKLY:
            return _weekly(rule, start)
        case Frequency.MONTHLY:
            return _monthly(rule, start)
        case Frequency.YEARLY:
            return _yearly(rule, start)


def _daily(rule: RecurrenceRule) -> str:
    if rule.by_day or rule.by_month_day:
        return _chosen_days(rule)
    return _("every {n} days", n=rule.interval) if rule.interval > 1 else _("every day")


def _weekly(rule: RecurrenceRule, start: date) -> str:
    days = weekday_list([day.weekday for day in rule.by_day] or [start.weekday()])
    if rule.interval > 1:
        return _("every {n} weeks on {days}", n=rule.interval, days=days)
    return _("every {days}", days=days)


def _monthly(rule: RecurrenceRule, start: date) -> str:
    if rule.by_day and not (rule.has_ordinals or rule.by_set_position):
        return _cycled(_chosen_days(rule), rule, "months")
    if rule.by_set_position:
        days = _chosen_places(rule)
    elif rule.has_ordinals:
        days = _ordinal_days(rule.by_day)
    else:
        days = _month_days(rule.by_month_day or (start.day,))
    if rule.interval > 1:
        return _("every {n} months on the {days}", n=rule.interval, days=days)
    return _("on the {days} of every month", days=days)


def _yearly(rule: RecurrenceRule, start: date) -> str:
    cycle = _("every {n} years", n=rule.interval) if rule.interval > 1 else _("every year")
    months = joined([month_name(number) for number in rule.by_month])
    if rule.has_ordinals:
        days = _ordinal_days(rule.by_day)
        if months:
            return _("{cycle} on the {days} in {months}", cycle=cycle, days=days, months=months)
        return _("{cycle} on the {days} of the year", cycle=cycle, days=days)
    if rule.by_day:
        return _cycled(_chosen_days(rule), rule, "years")
    days = _month_days(rule.by_month_day or (start.day,))
    return _(
        "{cycle} on {days} {months}",
        cycle=cycle,
        days=days,
        months=months or month_name(start.month),
    )


def _chosen_places(rule: RecurrenceRule) -> str:
    """Return which of the weekdays in a month, counted together; one weekday is its nth."""
    if len(rule.by_day) == 1:
        weekday = weekday_name(rule.by_day[0].weekday)
        return joined([_placed(number, weekday) for number in _in_month(rule.by_set_position)])
    places = joined([_placed(number, "") for number in _in_month(rule.by_set_position)])
    weekdays = weekday_list(day.weekday for day in rule.by_day)
    return _("{places} of the days {days}", places=places, days=weekdays)


def _chosen_days(rule: RecurrenceRule) -> str:
    """Return weekdays, days of the month, or both at once, without any counting."""
    dates = _month_days(rule.by_month_day)
    if not rule.by_day:
        return _("on the {days} of every month", days=dates)
    days = weekday_list(day.weekday for day in rule.by_day)
    if dates:
        return _("every {days} that is the {dates} of a month", days=days, dates=dates)
    return _("every {days}", days=days)


def _cycled(words: str, rule: RecurrenceRule, unit: str) -> str:
    if rule.interval == 1:
        return words
    if unit == "months":
        return _("every {n} months {words}", n=rule.interval, words=words)
    return _("every {n} years {words}", n=rule.interval, words=words)


def _months(rule: RecurrenceRule) -> str:
    """Return in which months; a yearly rule on certain dates says so itself."""
    is_said = rule.frequency is Frequency.YEARLY and (rule.has_ordinals or not rule.by_day)
    if is_said or not rule.by_month:
        return ""
    return _("in {months}", months=joined([month_name(number) for number in rule.by_month]))


def _ordinal_days(days: Iterable[ByDay]) -> str:
    return joined([_placed(day.ordinal, weekday_name(day.weekday)) for day in days])


def _month_days(days: Iterable[int]) -> str:
    return joined([_placed(number, "" if number > 0 else _("day")) for number in _in_month(days)])


def _in_month(numbers: Iterable[int]) -> list[int]:
    """Return places in the order of a month: those counted from its end come last."""
    return sorted(numbers, key=lambda number: (number < 0, number))


def _placed(number: int, what: str) -> str:
    """Return the nth of something, or the nth from its end when the number is negative."""
    if number > 0:
        return f"{ordinal(number)} {what}".strip()
    if number == -1:
        return _("last {what}", what=what).strip()
    if number == -2:  # noqa: PLR2004 - languages have a word for it
        return _("next to last {what}", what=what).strip()
    return _("{place} to last {what}", place=ordinal(-number), what=what).strip()


def _until(rule: RecurrenceRule, start: datetime, zone: ZoneInfo) -> str:
    if rule.until is None:
        return ""
    last = to_local(rule.until, zone).date() if isinstance(rule.until, datetime) else rule.until
    return _("until {date}", date=short_date(last, with_year=last.year != start.year))
