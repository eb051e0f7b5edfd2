"""No rule, however hostile, and no series, however old, costs more than a blink.

The bounds are those promised, in processor time, so that a busy machine does not matter.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from infoscreen_core.domain import recurrence_days, recurrence_text
from infoscreen_core.domain.recurrence import (
    RecurrenceRuleError,
    Series,
    expand,
    last_occurrence_end,
    next_occurrences,
    parse_rule,
)
from infoscreen_core.errors import InvalidInputError

READING_SECONDS = 0.250
EXPANDING_SECONDS = 0.020
LEAP_THURSDAY = datetime(2024, 2, 29, 8)

HOSTILE = (
    "FREQ=SECONDLY",
    "FREQ=MINUTELY;INTERVAL=1",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;FREQ=DAILY",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20300101",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6;COUNT=5000",
    "FREQ=MONTHLY;BYDAY=1MO,FR",
    "FREQ=DAILY;INTERVAL=7;BYDAY=SU",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=TH;COUNT=5000",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=28,29;BYDAY=TH;COUNT=5000",
    "FREQ=MONTHLY;INTERVAL=7;BYMONTH=2;BYDAY=5TH;COUNT=5000",
    "FREQ=YEARLY;INTERVAL=10;COUNT=5000",
    "FREQ=YEARLY;BYDAY=53TH;COUNT=5000",
    "FREQ=DAILY;INTERVAL=366;BYMONTH=2;COUNT=5000",
    "FREQ=DAILY;INTERVAL=2;BYMONTH=2;COUNT=5000",
    "FREQ=WEEKLY;INTERVAL=2;BYMONTH=2;COUNT=5000",
    "FREQ=WEEKLY;INTERVAL=53;BYMONTH=2;COUNT=5000",
    "FREQ=DAILY;UNTIL=98991231",
    "FREQ=DAILY;BYMONTH=" + "1," * 100_000,
    "FREQ=DAILY;" * 50_000,
    "A" * 1_000_000,
)
OLD = (
    "FREQ=DAILY",
    "FREQ=DAILY;COUNT=5000",
    "FREQ=DAILY;BYMONTH=2",
    "FREQ=DAILY;INTERVAL=366;BYMONTH=2",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;UNTIL=98991231",
    "FREQ=WEEKLY;INTERVAL=53",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=5000",
    "FREQ=WEEKLY;BYMONTH=2",
    "FREQ=MONTHLY;COUNT=5000",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=5000",
    "FREQ=MONTHLY;INTERVAL=7;BYMONTHDAY=31",
    "FREQ=YEARLY;COUNT=5000",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYMONTH=1,2,3",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYDAY=TH",
)


def fastest(work: Callable[[], object]) -> float:
    """Return the seconds that the work takes with empty caches, the best of three."""
    return min(_timed(work) for _ in range(3))


def _timed(work: Callable[[], object]) -> float:
    for cached in (
        recurrence_text.read_rule,
        recurrence_days.find_counted_end,
        recurrence_days._days_of_month,  # noqa: SLF001 - the first time is the one to measure
        recurrence_days._days_of_year,  # noqa: SLF001 - as above
    ):
        cached.cache_clear()
    begun = process_time()
    work()
    return process_time() - begun


def read(text: str) -> None:
    try:
        parse_rule(text, start_local=LEAP_THURSDAY, timezone="Europe/Vienna")
    except RecurrenceRuleError as refusal:
        assert refusal.field == "recurrence_rule"  # noqa: PT017 - both outcomes are fine, if they are quick


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:60] for text in HOSTILE])
def test_a_hostile_rule_is_read_or_refused_at_once(text: str) -> None:
    assert fastest(lambda: read(text)) < READING_SECONDS


@pytest.mark.parametrize("years", [0, 36, 110, 1000])
@pytest.mark.parametrize("text", OLD)
def test_a_window_costs_the_same_however_old_the_series(text: str, years: int) -> None:
    start = datetime(1990, 2, 1, 8)
    series = Series(
        start_local=start, end_local=start + timedelta(hours=1), timezone="Europe/Vienna", rule=text
    )
    begin = datetime(1990 + years, 1, 1, tzinfo=UTC)
    expand(
        series, window_start=begin, window_end=begin + timedelta(days=60)
    )  # COUNT is counted once, in reading
    cost = min(_expansion_seconds(series, begin) for _ in range(3))
    assert cost < EXPANDING_SECONDS


def _expansion_seconds(series: Series, begin: datetime) -> float:
    begun = process_time()
    expand(series, window_start=begin, window_end=begin + timedelta(days=60))
    return process_time() - begun


@pytest.mark.parametrize("text", OLD)
def test_the_very_first_look_at_an_accepted_rule_is_quick_too(text: str) -> None:
    start = datetime(1990, 2, 1, 8)
    series = Series(
        start_local=start, end_local=start + timedelta(hours=1), timezone="Europe/Vienna", rule=text
    )
    begin = datetime(2099, 1, 1, tzinfo=UTC)
    assert fastest(lambda: _expansion_seconds(series, begin)) < EXPANDING_SECONDS
    assert fastest(lambda: last_occurrence_end(series)) < READING_SECONDS
    assert fastest(lambda: next_occurrences(series, begin, 5)) < EXPANDING_SECONDS


def test_occurrences_of_a_year_that_overlap_daily_are_bounded() -> None:
    start = datetime(1990, 2, 1, 8)
    year_long = Series(
        start_local=start, end_local=start + timedelta(days=366), timezone="Europe/Vienna", rule="FREQ=DAILY"
    )
    begin = datetime(2026, 9, 7, tzinfo=UTC)
    found = expand(year_long, window_start=begin, window_end=begin + timedelta(days=7))
    assert len(found) == 373
    assert min(_expansion_seconds(year_long, begin) for _ in range(3)) < EXPANDING_SECONDS
    with pytest.raises(InvalidInputError, match="366 days"):
        Series(start_local=start, end_local=start + timedelta(days=367), timezone="UTC", rule="FREQ=DAILY")
