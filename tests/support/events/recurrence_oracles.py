"""Two answers to "when does a rule hit" that are independent of our code, and rules to ask.

`hits_of_dateutil` runs the library from the very start, without any jump; `hits_by_definition` asks
of each day, in the words of RFC 5545, whether the rule means it.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import assume
from hypothesis import strategies as st

from infoscreen_core.domain.recurrence.expansion import (
    RecurrenceRuleError,
    Series,
    parse_rule,
    read_rule,
)
from infoscreen_core.domain.recurrence.rules import Frequency, RecurrenceRule

ZONES = (
    "Europe/Vienna",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of DST
    "America/Sao_Paulo",  # the clock was changed at midnight
    "Pacific/Apia",  # skipped 30 December 2011
    "Asia/Kathmandu",
    "Africa/Casablanca",  # the winter is the exception
    "America/St_Johns",  # half an hour off; the clock was once changed at 00:01
    "America/Scoresbysund",  # now changes the clock at 23:00: the skipped hour ends on the next day
    "Antarctica/Troll",  # two hours of DST
    "Asia/Tehran",  # DST by its own calendar, until 2022
    "Pacific/Kiritimati",
    "UTC",
)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_AGES = st.sampled_from((0, 1, 6, 30, 31, 90, 364, 365, 366, 800, 1461, 3000))


def hits_of_dateutil(series: Series, before: datetime) -> list[datetime]:
    """Return the UTC starts up to `before` that plain dateutil finds, exceptions not removed."""
    assert series.rule is not None
    parts = [part for part in series.rule.split(";") if not part.startswith("UNTIL=")]
    rule = rrulestr(";".join(parts), dtstart=series.start_local.replace(fold=0))
    return _to_utc(series, takewhile(lambda hit: hit < _naive(before), rule), before)


def hits_by_definition(series: Series, before: datetime) -> list[datetime]:
    """Return the same, found by asking day for day."""
    assert series.rule is not None
    rule, start = read_rule(series.rule), series.start_local.date()
    time = series.start_local.time().replace(fold=0)
    days = (
        start + timedelta(days=passed) for passed in range((_naive(before).date() - start).days + 1)
    )
    hits = (datetime.combine(day, time) for day in days if is_hit(rule, start, day))
    return _to_utc(series, islice(hits, rule.count), before)


def is_hit(rule: RecurrenceRule, start: date, day: date) -> bool:
    """Say whether the rule, begun on `start`, means this day, COUNT and UNTIL apart."""
    if day < start or not _is_in_step(rule, start, day):
        return False
    if not _is_candidate(rule, start, day):
        return False
    if not rule.by_set_position:
        return True
    length = calendar.monthrange(day.year, day.month)[1]
    month = [day.replace(day=number) for number in range(1, length + 1)]
    chosen = [one for one in month if _is_candidate(rule, start, one)]
    place = chosen.index(day)
    return place + 1 in rule.by_set_position or place - len(chosen) in rule.by_set_position


def _is_in_step(rule: RecurrenceRule, start: date, day: date) -> bool:
    match rule.frequency:
        case Frequency.DAILY:
            passed = (day - start).days
        case Frequency.WEEKLY:
            passed = (_week_of(rule, day) - _week_of(rule, start)).days // 7
        case Frequency.MONTHLY:
            passed = (day.year - start.year) * 12 + day.month - start.month
        case Frequency.YEARLY:
            passed = day.year - start.year
    return passed % rule.interval == 0


def _week_of(rule: RecurrenceRule, day: date) -> date:
    return day - timedelta(days=(day.weekday() - rule.week_start) % 7)


def _is_candidate(rule: RecurrenceRule, start: date, day: date) -> bool:
    names_days = bool(rule.by_day or rule.by_month_day)
    months: tuple[int, ...] = rule.by_month
    month_days: tuple[int, ...] = rule.by_month_day
    if rule.frequency is Frequency.YEARLY and not names_days:
        months, month_days = months or (start.month,), (start.day,)
    if rule.frequency is Frequency.MONTHLY and not names_days:
        month_days = (start.day,)
    length = calendar.monthrange(day.year, day.month)[1]
    if months and day.month not in months:
        return False
    if month_days and not {day.day, day.day - length - 1} & set(month_days):
        return False
    if rule.frequency is Frequency.WEEKLY and not rule.by_day:
        return day.weekday() == start.weekday()
    return not rule.by_day or _is_named(rule, day, length)


def _is_named(rule: RecurrenceRule, day: date, length: int) -> bool:
    place, size = day.day, length
    if rule.frequency is Frequency.YEARLY and not rule.by_month:
        place, size = day.timetuple().tm_yday, 365 + calendar.isleap(day.year)
    numbers = {0, (place - 1) // 7 + 1, -((size - place) // 7 + 1)}
    return any(named.weekday == day.weekday() and named.ordinal in numbers for named in rule.by_day)


def _to_utc(series: Series, hits: Iterator[datetime], before: datetime) -> list[datetime]:
    """Attach the zone: the skipped hour moves on, the first of two is meant; then end at UNTIL."""
    assert series.rule is not None
    zone, until = ZoneInfo(series.timezone), read_rule(series.rule).until
    if until is not None and not isinstance(until, datetime):
        until = datetime.combine(until, datetime.max.time(), zone).astimezone(UTC)
    starts = {hit.replace(tzinfo=zone).astimezone(UTC) for hit in hits}
    return sorted(start for start in starts if start < before and (until is None or start <= until))


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) + timedelta(days=1)


@dataclass(frozen=True)
class Draft:
    """A series that the engine accepts."""

    series: Series
    window_start: datetime
    window_end: datetime


@st.composite
def rule_texts(draw: st.DrawFn, start: datetime) -> str:
    """Rules inside the allow-list; most, not all, are accepted with the given start."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    limit = {"DAILY": 366, "WEEKLY": 53, "MONTHLY": 24, "YEARLY": 10}[frequency]
    interval = draw(st.one_of(st.just(1), st.integers(1, 4), st.integers(1, limit)))
    parts = {"FREQ": frequency}
    if interval > 1 or draw(st.booleans()):
        parts["INTERVAL"] = str(interval)
    if draw(st.integers(0, 3)) == 0:
        parts["BYMONTH"] = draw(_lists(st.integers(1, 12).map(str), 5))
    parts |= draw(_day_parts(frequency, interval, has_month="BYMONTH" in parts))
    parts |= draw(_end_parts(start))
    if draw(st.booleans()):
        parts["WKST"] = draw(st.sampled_from(WEEKDAYS))
    order = draw(st.permutations(list(parts)))
    return ";".join(f"{name}={parts[name]}" for name in order)


@st.composite
def _day_parts(
    draw: st.DrawFn, frequency: str, interval: int, *, has_month: bool
) -> dict[str, str]:
    plain = _lists(st.sampled_from(WEEKDAYS), 7)
    furthest = 53 if frequency == "YEARLY" and not has_month else 5
    numbered = _lists(st.builds("{}{}".format, _signed(furthest), st.sampled_from(WEEKDAYS)), 3)
    month_days, positions = _lists(_signed(31), 6), _lists(_signed(6), 3)
    shapes: list[dict[str, st.SearchStrategy[str]]] = [{}]
    if not (frequency == "DAILY" and interval > 1):
        shapes += [{"BYDAY": plain}]
    if frequency in {"MONTHLY", "YEARLY"}:
        shapes += [{"BYDAY": numbered}]
    if frequency == "MONTHLY":
        shapes += [
            {"BYDAY": plain, "BYSETPOS": positions},
            {"BYDAY": numbered, "BYSETPOS": positions},
        ]
    if (
        frequency == "MONTHLY"
        or (frequency == "DAILY" and interval == 1)
        or (frequency == "YEARLY" and has_month)
    ):
        shapes += [{"BYMONTHDAY": month_days}, {"BYDAY": plain, "BYMONTHDAY": month_days}]
    shape = draw(st.sampled_from(shapes))
    return {name: draw(values) for name, values in shape.items()}


@st.composite
def _end_parts(draw: st.DrawFn, start: datetime) -> dict[str, str]:
    match draw(st.sampled_from(("endless", "endless", "endless", "count", "instant", "date"))):
        case "count":
            return {"COUNT": str(draw(st.sampled_from((1, 2, 3, 5, 8, 20, 60, 300, 900))))}
        case "instant":
            until = start + timedelta(minutes=draw(st.integers(-900, 900)), days=draw(_AGES))
            return {"UNTIL": f"{until:%Y%m%dT%H%M%SZ}"}
        case "date":
            return {"UNTIL": f"{start + timedelta(days=draw(_AGES)):%Y%m%d}"}
        case _:
            return {}


@st.composite
def drafts(draw: st.DrawFn, *, max_age_days: int = 2500) -> Draft:
    """Accepted series with a window that begins up to `max_age_days` after the series."""
    start = draw(
        st.one_of(
            st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)),
            st.datetimes(datetime(2023, 9, 1), datetime(2027, 9, 1)),
        )
    ).replace(microsecond=0)
    text = draw(rule_texts(start))
    zone = draw(st.sampled_from(ZONES))
    try:
        parse_rule(text, start_local=start, timezone=zone)
    except RecurrenceRuleError:
        assume(condition=False)
    length = draw(st.one_of(st.integers(1, 1440), st.integers(1, 40 * 1440)))
    series = Series(
        start_local=start, end_local=start + timedelta(minutes=length), timezone=zone, rule=text
    )
    age = timedelta(days=draw(st.one_of(_AGES, st.integers(0, max_age_days))) % max_age_days)
    window_start = (
        start.replace(tzinfo=UTC) + age + timedelta(minutes=draw(st.integers(-2880, 2880)))
    )
    window = timedelta(
        days=draw(st.sampled_from((1, 7, 60, 400, 1500, 4000))), minutes=draw(st.integers(0, 1440))
    )
    return Draft(series, window_start, window_start + window)


def _signed(furthest: int) -> st.SearchStrategy[str]:
    return st.integers(-furthest, furthest).filter(bool).map(str)


def _lists(values: st.SearchStrategy[str], longest: int) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=longest).map(",".join)
