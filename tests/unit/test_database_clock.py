"""A clock that is compared with the database's, and set in between."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.services import database_clock
from infoscreen_core.services.database_clock import DatabaseClock

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SESSION = cast("Session", None)


class Bench:
    """Our clock, the database's and the true time, each to be moved at will."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed = 0.0
        self.ours = 0.0
        self.database: float | None = 0.0
        self.answer_takes = 0.0
        self.clock = DatabaseClock(self._own, lambda: self.passed)
        monkeypatch.setattr(database_clock, "database_time_now", self._database_time_now)

    def _own(self) -> datetime:
        return NOW + timedelta(seconds=self.passed + self.ours)

    def _database_time_now(self, _session: Session) -> datetime | None:
        self.passed += self.answer_takes
        if self.database is None:
            return None
        return NOW + timedelta(seconds=self.passed - self.answer_takes / 2 + self.database)

    def compare(self) -> bool:
        return self.clock.compare(SESSION)

    def error(self) -> float:
        """How many seconds the clock is ahead of the true time."""
        return (self.clock() - NOW).total_seconds() - self.passed


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


@pytest.mark.parametrize(("ours", "error"), [(0.4, 0.4), (-0.9, -0.9), (90, 0), (-3600, 0)])
def test_a_clock_that_differs_by_more_than_a_second_is_corrected(
    bench: Bench, ours: float, error: float
) -> None:
    bench.ours, bench.answer_takes = ours, 0.3
    assert bench.compare() is (error == 0)
    assert bench.error() == pytest.approx(error)
    bench.passed += 1.9
    assert bench.error() == pytest.approx(error)
    assert bench.clock.is_corrected is (error == 0)
    assert not bench.compare()


@pytest.mark.parametrize("step", [3600, -3600])
def test_a_clock_that_is_set_changes_nothing_until_the_database_agrees(
    bench: Bench, step: float
) -> None:
    bench.compare()
    bench.passed, bench.ours = 1.0, step
    assert bench.error() == pytest.approx(0)
    bench.compare()
    assert bench.error() == pytest.approx(0)
    bench.passed, bench.database = 3.0, step  # both were set: one machine
    assert bench.error() == pytest.approx(0)
    assert bench.compare()
    assert bench.error() == pytest.approx(step)
    assert not bench.clock.is_corrected


def test_of_clocks_that_are_days_apart_each_is_believed_by_its_owner(bench: Bench) -> None:
    bench.ours = 3 * 86_400
    assert bench.compare()
    assert bench.error() == pytest.approx(3 * 86_400)
    assert (bench.clock.is_corrected, bench.clock.ahead) == (False, timedelta(days=3))


def test_the_time_does_not_jump_to_and_fro_around_a_second(bench: Bench) -> None:
    bench.ours = 1.1
    assert bench.compare()
    bench.ours = 0.8
    assert not bench.compare()
    assert bench.error() == pytest.approx(0)
    bench.ours = 0.4
    assert bench.compare()
    assert not bench.clock.ahead


def test_a_slow_answer_and_a_database_without_a_clock_say_nothing(bench: Bench) -> None:
    bench.ours, bench.answer_takes = 90, 0.6
    assert not bench.compare()
    bench.answer_takes, bench.database = 0.0, None
    assert not bench.compare()
    assert bench.error() == pytest.approx(90)
    bench.ours = -3600
    assert bench.error() == pytest.approx(-3600)
