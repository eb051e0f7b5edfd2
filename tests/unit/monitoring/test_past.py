"""The past that demo screens are given."""

from datetime import UTC, datetime, timedelta

from infoscreen_core.domain.monitoring.availability import Figures, measure
from infoscreen_core.domain.monitoring.health import HOUR, Metric
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.monitoring.past import make_health, make_past
from infoscreen_core.domain.monitoring.spans import Span

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MONTH = Span(NOW - timedelta(days=30), NOW)
PLAYERS = [f"player {number}" for number in range(200)]


def test_the_same_seed_gives_the_same_past() -> None:
    assert list(make_past(PLAYERS[:5], MONTH, seed=1)) == list(
        make_past(PLAYERS[:5], MONTH, seed=1)
    )
    assert list(make_past(PLAYERS[:5], MONTH, seed=1)) != list(
        make_past(PLAYERS[:5], MONTH, seed=2)
    )


def test_it_is_in_order_within_its_time_and_begins_and_ends_well() -> None:
    for past in make_past(PLAYERS, MONTH, seed=1):
        times = [change.at for change in past.changes]
        assert times == sorted(set(times))
        assert MONTH.start == times[0] <= times[-1] < MONTH.end
        assert {past.changes[0].status, past.changes[-1].status} == {Status.HEALTHY}


def test_it_is_believable() -> None:
    found = [measure(past.changes, MONTH) for past in make_past(PLAYERS, MONTH, seed=1)]
    together = sum(found, Figures())
    assert together.percent is not None
    assert 99 < together.percent < 99.95
    assert together.outage_count > len(PLAYERS)
    assert any(of.outage_count == 0 for of in found)
    assert max(of.outage_count for of in found) > 15


def test_figures_are_there_while_a_screen_is_heard() -> None:
    (past,) = make_past(["player 5"], MONTH, seed=1)
    silent = measure(past.changes, MONTH)
    hours = list(make_health(past, MONTH, length=HOUR, seed=1))
    assert 720 - silent.outage_count - silent.down // HOUR <= len(hours) < 720
    for hour in hours:
        for figures in hour.figures.values():
            assert figures.low < figures.mean < figures.high
    warmest = max(hour.figures[Metric.TEMPERATURE].high for hour in hours)
    assert 45 < warmest < 80
