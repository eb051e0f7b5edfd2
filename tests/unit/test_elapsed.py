"""Instants that lie in the future, since the clock was set back."""

from datetime import UTC, datetime, timedelta

import pytest

from infoscreen_core.domain.commands.lifecycle import is_locked_out
from infoscreen_core.domain.monitoring.liveness import is_alive, is_at_work
from infoscreen_core.domain.monitoring.reconnects import ReconnectWindow, count_reconnects
from infoscreen_core.domain.screens.player import later_sign
from infoscreen_core.domain.screens.screens import is_recent
from infoscreen_core.domain.text.elapsed import is_ahead, is_before_step, is_within
from workers.clock_steps import ClockSteps

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "is_lately", "is_unknown"),
    [
        (NOW, True, False),
        (NOW - 10 * SECOND, True, False),
        (NOW - 11 * SECOND, False, False),
        (NOW + MINUTE, True, False),
        (NOW + MINUTE + SECOND, False, True),
        (NOW + HOUR, False, True),
    ],
)
def test_what_lies_in_the_future_is_unknown_not_fresh(
    at: datetime, is_lately: bool, is_unknown: bool
) -> None:
    assert is_within(at, 10 * SECOND, now=NOW) is is_lately
    assert is_ahead(at, now=NOW) is is_unknown


def test_nobody_is_alive_and_nothing_recent_by_an_instant_in_the_future() -> None:
    ahead = NOW + HOUR
    assert not is_alive(is_active=True, last_alive=ahead, now=NOW, grace=3 * MINUTE)
    assert not is_at_work(ahead, now=NOW)
    assert not is_recent(ahead, ttl=2 * MINUTE, now=NOW)
    assert not is_locked_out([ahead] * 3, now=NOW)
    assert is_locked_out([NOW] * 3, now=NOW)
    window = ReconnectWindow(5, 3, ahead)
    assert count_reconnects(window, count=6, now=NOW) == ReconnectWindow(6, 5, NOW)


def test_a_sign_of_life_never_moves_backwards_except_from_the_future() -> None:
    assert later_sign(None, NOW) == NOW
    assert later_sign(NOW - HOUR, NOW) == NOW
    assert later_sign(NOW + SECOND, NOW) == NOW + SECOND
    assert later_sign(NOW + HOUR, NOW) == NOW


@pytest.mark.parametrize("step", [HOUR, -HOUR, 90 * SECOND, -90 * SECOND])
def test_instants_by_the_old_clock_are_told_from_those_by_the_new(step: timedelta) -> None:
    assert is_before_step(NOW - step, step, now=NOW)
    assert not is_before_step(NOW, step, now=NOW)
    if abs(step) >= HOUR:
        assert not is_before_step(NOW - 5 * MINUTE, step, now=NOW)


def test_a_clock_that_is_set_is_noticed_once() -> None:
    ahead, moment = timedelta(), 0.0
    steps = ClockSteps(lambda: NOW + timedelta(seconds=moment) + ahead, lambda: moment)
    for change, expected in ((timedelta(), 0), (HOUR, 3600), (-HOUR, -3600), (SECOND, 0)):
        moment += 7.5
        ahead += change
        assert steps.take().total_seconds() == expected
        assert not steps.take()
