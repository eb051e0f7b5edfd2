from datetime import UTC, datetime, timedelta

import pytest

from infoscreen_core.domain.monitoring.player_clocks import (
    PlayerClock,
    is_worth_storing,
    judge_clock,
    known_clock,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def report(
    before: PlayerClock | None, age: float, *, after: float = 0, waited: bool = False
) -> PlayerClock | None:
    received_at = NOW + timedelta(seconds=after)
    timestamp = received_at - timedelta(seconds=age)
    return judge_clock(before, timestamp=timestamp, received_at=received_at, may_have_waited=waited)


@pytest.mark.parametrize(
    ("age", "is_off"), [(0, False), (300, False), (-300, False), (301, True), (-301, True)]
)
def test_a_first_report_is_believed(age: float, is_off: bool) -> None:
    clock = report(None, age)
    assert clock
    assert clock.is_off is is_off
    assert clock.behind == timedelta(seconds=age)


def test_a_right_clock_is_slow_only_when_reports_say_so_for_long() -> None:
    clock = report(known_clock(0), 600)
    assert clock
    for after in (0, 5, 29):
        clock = report(clock, 600, after=after)
        assert clock
        assert not clock.is_off
    assert report(clock, 0, after=29) == PlayerClock(timedelta(), is_off=False)
    slow = report(clock, 600, after=30)
    assert slow
    assert slow.is_off


def test_a_report_that_waited_or_was_stuck_blames_no_clock_but_one_in_time_clears_it() -> None:
    right, slow = known_clock(0), known_clock(900)
    assert report(right, 900, waited=True) is right
    assert report(None, 900, waited=True) is None
    for waited in (True, False):
        clock = report(slow, 3, waited=waited)
        assert clock
        assert not clock.is_off


def test_our_own_clock_set_back_between_reports_proves_no_player_slow() -> None:
    doubted = report(known_clock(0), 600, after=3600)
    clock = report(doubted, 600, after=0)
    assert clock
    assert not clock.is_off
    again = report(clock, 600, after=29)
    assert again
    assert not again.is_off


def test_a_slow_drift_is_not_worth_a_write() -> None:
    assert is_worth_storing(None, known_clock(0))
    assert is_worth_storing(known_clock(0), known_clock(301))
    assert is_worth_storing(known_clock(400), known_clock(900))
    assert not is_worth_storing(known_clock(0), known_clock(290))
    assert not is_worth_storing(known_clock(400), known_clock(600))
