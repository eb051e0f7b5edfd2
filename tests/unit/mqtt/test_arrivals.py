from datetime import UTC, datetime, timedelta

from workers.mqtt.arrivals import ArrivalClock

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Time:
    """A clock that says how often it was asked, and a monotonic one beside it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.asked = 0

    def clock(self) -> datetime:
        self.asked += 1
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


def test_what_comes_together_is_a_microsecond_apart_and_asks_the_clock_once() -> None:
    time = Time()
    arrival = ArrivalClock(time.clock, time.monotonic)
    assert [arrival() for _ in range(3)] == [NOW, NOW + MICROSECOND, NOW + 2 * MICROSECOND]
    assert time.asked == 1


def test_what_comes_later_has_the_clocks_time() -> None:
    time = Time()
    arrival = ArrivalClock(time.clock, time.monotonic)
    arrival()
    for seconds in (0.001, 0.5, 3600.0):
        time.seconds = seconds
        assert arrival() == NOW + timedelta(seconds=seconds)


def test_no_message_is_ahead_of_the_clock_by_more_than_what_counts_as_together() -> None:
    time = Time()
    arrival = ArrivalClock(time.clock, time.monotonic)
    for _ in range(2_000):
        ahead = arrival() - (NOW + timedelta(seconds=time.seconds))
        assert ahead < timedelta(milliseconds=1)
        time.seconds += 2e-6
