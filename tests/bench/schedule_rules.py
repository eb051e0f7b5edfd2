"""What rules cost by themselves: old ones, and hostile ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from time import process_time

from dateutil.rrule import rrulestr

from infoscreen_core.domain.recurrence.expansion import (
    RecurrenceRuleError,
    Series,
    expand,
    parse_rule,
)
from tests.support.events import hostile_rules

MAX_AGE_RATIO = 1.5
MAX_HOSTILE_MS = 1000 * hostile_rules.READING_SECONDS
MAX_WINDOW_MS = 1000 * hostile_rules.EXPANDING_SECONDS


@dataclass
class Age:
    """A window of 60 days of series that began one and thirty years ago."""

    young_us: float
    old_us: float
    ratio: float
    dateutil_ratio: float
    holds: bool


@dataclass
class Hostile:
    """The dearest rule that once cost seconds, and the dearest window of an accepted one."""

    rules: int
    refused: int
    dearest_rule: str
    dearest_ms: float
    dearest_window_ms: float
    holds: bool


def measure_age() -> Age:
    now = datetime(2026, 9, 7, 6, tzinfo=UTC)
    ours = {years: fastest(lambda: _expand_windows(years, now)) for years in (1, 30)}  # noqa: B023 - used at once
    plain = {years: fastest(lambda: _expand_plainly(years, now)) for years in (1, 30)}  # noqa: B023 - as above
    ratio = ours[30] / ours[1]
    rules = len(hostile_rules.OLD)
    return Age(
        1e6 * ours[1] / rules,
        1e6 * ours[30] / rules,
        ratio,
        plain[30] / plain[1],
        ratio <= MAX_AGE_RATIO,
    )


def _start(years: int, now: datetime) -> datetime:
    return datetime(now.year - years, 2, 1, 8)


def _expand_windows(years: int, now: datetime) -> None:
    for text in hostile_rules.OLD:
        start = _start(years, now)
        series = Series(
            start_local=start,
            end_local=start + timedelta(hours=1),
            timezone="Europe/Vienna",
            rule=text,
        )
        expand(series, window_start=now, window_end=now + timedelta(days=60))


def _expand_plainly(years: int, now: datetime) -> None:
    naive = now.replace(tzinfo=None)
    for text in hostile_rules.OLD:
        rrulestr(text, dtstart=_start(years, now)).between(naive, naive + timedelta(days=60))


def measure_hostile() -> Hostile:
    costs, accepted = {}, []
    for text in hostile_rules.HOSTILE:
        costs[text] = fastest(lambda: _read(text), forget=True)  # noqa: B023 - used at once
        if _read(text):
            accepted.append(text)
    dearest = max(costs, key=lambda text: costs[text])
    old = (*accepted, *hostile_rules.OLD)
    window = max(fastest(partial(_window, text), forget=True) for text in old)
    milliseconds = 1000 * costs[dearest]
    return Hostile(
        len(costs),
        len(costs) - len(accepted),
        dearest[:60],
        milliseconds,
        1000 * window,
        milliseconds <= MAX_HOSTILE_MS and 1000 * window < MAX_WINDOW_MS,
    )


def _read(text: str) -> bool:
    try:
        parse_rule(text, start_local=hostile_rules.LEAP_THURSDAY, timezone="Europe/Vienna")
    except RecurrenceRuleError:
        return False
    return True


def _window(text: str) -> None:
    start = hostile_rules.LEAP_THURSDAY
    series = Series(
        start_local=start, end_local=start + timedelta(hours=1), timezone="Europe/Vienna", rule=text
    )
    begin = datetime(2099, 1, 1, tzinfo=UTC)
    expand(series, window_start=begin, window_end=begin + timedelta(days=60))


def fastest(work: Callable[[], object], *, forget: bool = False) -> float:
    """Return the processor seconds of the work, best of five; with `forget`, of the first time."""
    times = []
    for _ in range(5):
        if forget:
            hostile_rules.forget_rules()
        begun = process_time()
        work()
        times.append(process_time() - begun)
    return min(times)
