"""The past that demo screens are given."""

from datetime import UTC, datetime, timedelta

from infoscreen_core.domain.monitoring.availability import Figures, measure
from infoscreen_core.domain.monitoring.health import HOUR, STRETCH, Metric
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.logs.families import family_of
from infoscreen_core.domain.monitoring.past.figures import make_health
from infoscreen_core.domain.monitoring.past.lines import make_lines
from infoscreen_core.domain.monitoring.past.lives import make_past, our_outage
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.screens.player import LogLevel

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


def test_heat_is_felt_and_makes_screens_crash() -> None:
    hot_hours, crashes, after_heat = 0, 0, 0
    for past in make_past(PLAYERS, MONTH, seed=1):
        hot_hours += sum(span.length // HOUR for span in past.hot)
        began = [one.at for one in past.changes if one.reason is StatusReason.PROCESS_CRASHED]
        crashes += len(began)
        after_heat += sum(any(span.start < at <= span.end for span in past.hot) for at in began)
    assert 0 < hot_hours < 0.05 * 720 * len(PLAYERS)
    assert 0.2 * crashes < after_heat < crashes
    past = next(past for past in make_past(PLAYERS, MONTH, seed=1) if past.hot)
    hours = {hour.at: hour for hour in make_health(past, MONTH, length=HOUR, seed=1)}
    first, before = past.hot[0].start, past.hot[0].start - HOUR
    warmer = hours[first].figures[Metric.TEMPERATURE].mean
    assert warmer > hours[before].figures[Metric.TEMPERATURE].mean + 8


def test_all_connect_anew_after_an_outage_of_ours() -> None:
    ended = our_outage(MONTH).end
    for past in make_past(PLAYERS[:20], MONTH, seed=1):
        moment = Span(ended - STRETCH, ended + STRETCH)
        assert sum(one.reconnects for one in make_health(past, moment, length=STRETCH, seed=1)) >= 1


def test_lines_fit_what_became_of_a_screen_and_an_update_brought_a_new_error() -> None:
    calm_from = NOW - timedelta(days=1)
    families: dict[str, list[datetime]] = {}
    for past in make_past(PLAYERS[:40], MONTH, seed=1):
        lines = list(make_lines(past, MONTH, seed=1, calm_from=calm_from))
        assert lines == list(make_lines(past, MONTH, seed=1, calm_from=calm_from))
        assert all(MONTH.start <= line.at < MONTH.end for line in lines)
        assert all(line.level is LogLevel.INFO for line in lines if line.at >= calm_from)
        crashed = any(one.reason is StatusReason.PROCESS_CRASHED for one in past.changes)
        was_ended = any("ended by signal" in line.message for line in lines)
        assert crashed or not was_ended
        for line in lines:
            shape = family_of(line.level, line.message).shape
            families.setdefault(shape, []).append(line.at)
    new = [shape for shape, times in families.items() if min(times) > NOW - timedelta(days=7)]
    assert any("lost frame" in shape for shape in new)
    assert len(families) < 25
