"""How often a caller of the API may ask: so many in any minute, not in each by the clock."""

import random

import pytest

from console.web.api.rates import Rate, RateError


class Clock:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.moment = 1000.0

    def __call__(self) -> float:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _taken(rate: Rate, who: str, number: int) -> int:
    taken = 0
    for _ in range(number):
        try:
            rate.count(who)
        except RateError:
            continue
        taken += 1
    return taken


def test_nobody_gets_twice_as_much_around_the_turn_of_a_minute(clock: Clock) -> None:
    rate = Rate(10, clock)
    assert _taken(rate, "a", 1) == 1
    clock.moment += 59.0
    assert _taken(rate, "a", 20) == 9
    clock.moment += 2.0
    assert _taken(rate, "a", 20) == 1
    clock.moment += 58.0
    assert _taken(rate, "a", 20) == 9


@pytest.mark.parametrize("seed", range(5))
def test_no_minute_has_more_than_the_limit(clock: Clock, seed: int) -> None:
    rate, chance, times = Rate(30, clock), random.Random(seed), []
    for _ in range(2000):
        clock.moment += chance.choice([0.0, 0.01, 0.3, 2.0, 15.0]) * chance.random()
        if _taken(rate, "a", 1):
            times.append(clock.moment)
    assert all(late - early >= 60.0 for early, late in zip(times, times[30:], strict=False))
    assert len(times) > 60


def test_a_steady_caller_at_the_limit_is_never_refused(clock: Clock) -> None:
    rate = Rate(600, clock)
    for _ in range(3000):
        clock.moment += 60 / 595
        rate.count("a")


def test_a_caller_is_told_when_to_go_on(clock: Clock) -> None:
    rate = Rate(2, clock)
    assert rate.count("a")["ratelimit-remaining"] == "1"
    clock.moment += 20.5
    assert rate.count("a") == {
        "ratelimit-limit": "2",
        "ratelimit-remaining": "0",
        "ratelimit-reset": "40",
    }
    for ask in (rate.check, rate.count):
        with pytest.raises(RateError) as refused:
            ask("a")
        assert refused.value.headers["retry-after"] == "40"
    clock.moment += 40.0
    assert rate.count("a")["ratelimit-remaining"] == "0"
    rate.check("b")
    assert rate.count("b")["ratelimit-remaining"] == "1"
