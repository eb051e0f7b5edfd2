"""When a calendar is read again, and what is doubted."""

from datetime import UTC, datetime, timedelta

import pytest

from infoscreen_core.domain.exchange.subscriptions import (
    checked_interval,
    is_doubtful,
    next_check,
)
from infoscreen_core.errors import InvalidInputError

NOW = datetime(2026, 9, 7, 5, tzinfo=UTC)
DAY = 1440.0


@pytest.mark.parametrize(
    ("minutes", "failures", "expected"),
    [
        (60, 0, 60),
        (60, 1, 60),
        (60, 2, 120),
        (60, 5, 960),
        (60, 6, DAY),
        (60, 10_000, DAY),
        (15, 3, 60),
        (10080, 0, 10080),
        (10080, 9, 10080),
    ],
)
def test_each_failure_doubles_the_pause_up_to_a_day(
    minutes: int, failures: int, expected: float
) -> None:
    for chance, factor in ((0.0, 0.9), (0.5, 1.0), (1.0, 1.1)):
        at = next_check(NOW, minutes=minutes, failures=failures, chance=chance)
        assert (at - NOW).total_seconds() / 60 == pytest.approx(expected * factor)


def test_the_server_may_ask_for_a_longer_pause_but_not_for_ever() -> None:
    def after(pause: timedelta) -> timedelta:
        return next_check(NOW, minutes=60, failures=1, chance=0.5, retry_after=pause) - NOW

    assert after(timedelta(seconds=5)) == timedelta(hours=1)
    assert after(timedelta(hours=5)) == timedelta(hours=5)
    assert after(timedelta(days=500)) == timedelta(days=1)


@pytest.mark.parametrize(
    ("held", "removed", "expected"),
    [
        (0, 0, False),
        (10, 0, False),
        (10, 5, False),
        (10, 6, True),
        (3, 2, False),
        (4, 3, True),
        (1, 1, True),
        (2, 2, True),
    ],
)
def test_much_less_than_before_is_doubted(held: int, removed: int, expected: bool) -> None:
    assert is_doubtful(held, removed) is expected


@pytest.mark.parametrize("minutes", [-1, 0, 14, 10081])
def test_an_interval_has_its_limits(minutes: int) -> None:
    with pytest.raises(InvalidInputError, match="15 to 10080"):
        checked_interval(minutes)
    assert checked_interval(15) == 15
