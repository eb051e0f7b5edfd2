"""No rule, however hostile, and no series, however old, costs more than a blink.

The bounds are those promised, in processor time, so that a busy machine does not matter.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from infoscreen_core.domain.recurrence.expansion import (
    RecurrenceRuleError,
    Series,
    expand,
    last_occurrence_end,
    next_occurrences,
    parse_rule,
)
from infoscreen_core.errors import InvalidInputError
from tests.support.events.hostile_rules import (
    EXPANDING_SECONDS,
    HOSTILE,
    LEAP_THURSDAY,
    OLD,
    READING_SECONDS,
    forget_rules,
)


def fastest(work: Callable[[], object]) -> float:
    """Return the seconds that the work takes with empty caches, the best of three."""
    return min(_timed(work) for _ in range(3))


def _timed(work: Callable[[], object]) -> float:
    forget_rules()
    with untraced():
        begun = process_time()
        work()
        return process_time() - begun


@contextmanager
def untraced() -> Iterator[None]:
    """Leave out what coverage counts: it would be timed, and takes several times as long."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


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
    with untraced():
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
        start_local=start,
        end_local=start + timedelta(days=366),
        timezone="Europe/Vienna",
        rule="FREQ=DAILY",
    )
    begin = datetime(2026, 9, 7, tzinfo=UTC)
    found = expand(year_long, window_start=begin, window_end=begin + timedelta(days=7))
    assert len(found) == 373
    assert min(_expansion_seconds(year_long, begin) for _ in range(3)) < EXPANDING_SECONDS
    with pytest.raises(InvalidInputError, match="366 days"):
        Series(
            start_local=start,
            end_local=start + timedelta(days=367),
            timezone="UTC",
            rule="FREQ=DAILY",
        )
