"""Spans, bars and labels of the logs page."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.logs.presenters.spans import read_span
from console.logs.presenters.volume import drawn_span, volume, volume_figure, volume_table
from console.words.instants import write_instant
from infoscreen_core.domain.monitoring.logs.lines import LogCount
from infoscreen_core.domain.screens.player import LogLevel
from tests.support.monitoring.plots import checked

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("hours", "step"),
    [
        (1, 5 * MINUTE),
        (6, 15 * MINUTE),
        (24, HOUR),
        (72, HOUR),
        (168, 6 * HOUR),
        (720, 24 * HOUR),
        (2160, 24 * HOUR),
    ],
)
def test_bars_are_few_and_hold_all_lines_of_their_time(hours: int, step: timedelta) -> None:
    span = read_span(hours=str(hours), start=None, end=None, now=NOW)
    assert span.step(NOW + MINUTE / 2) == step
    counts = [LogCount(NOW - n * timedelta(minutes=7), LogLevel.ERROR, 1) for n in range(hours * 8)]
    shown = volume(counts, span, VIENNA, now=NOW)
    assert shown.total == hours * 8
    assert 12 <= len(shown.starts) <= 91
    assert len(checked(volume_figure(shown, VIENNA, is_dark=True)).data) == 1
    assert volume_table(shown, "x").count("<tr>") > 8


def test_a_drawn_part_of_time_is_widened_to_whole_bars_and_read_again() -> None:
    drawn = drawn_span(["2026-11-23 09:20:11.5", "2026-11-23T08:10"], HOUR, VIENNA)
    assert drawn == (NOW.replace(hour=7, minute=0), NOW.replace(hour=9, minute=0))
    start, end = map(write_instant, drawn)
    span = read_span(hours="168", start=start, end=end, now=NOW)
    assert (span.start, span.end, span.hours) == (*drawn, 168)
    assert span.is_drawn


@pytest.mark.parametrize("selected", [[], ["x"], [None, "2026-11-23"]])
def test_a_selection_without_times_is_none(selected: list[object]) -> None:
    assert drawn_span(selected, HOUR, VIENNA) is None


@pytest.mark.parametrize(
    ("start", "end"),
    [(None, "20261123T080000Z"), ("20261123T080000Z", "20261123T080000Z"), ("x", "y")],
)
def test_a_part_of_time_that_is_none_means_the_usual_span(
    start: str | None, end: str | None
) -> None:
    span = read_span(hours="7", start=start, end=end, now=NOW)
    assert (span.start, span.end) == (NOW - 24 * HOUR, None)


@pytest.mark.parametrize(
    ("start", "end"),
    [("19260101T000000Z", "20261123T000000Z"), ("20261120T000000Z", "21261123T000000Z")],
)
def test_a_part_of_time_is_as_long_as_anything_is_kept(start: str, end: str) -> None:
    span = read_span(hours=None, start=start, end=end, now=NOW)
    assert span.is_drawn
    assert len(volume([], span, VIENNA, now=NOW).starts) < 1_100


@pytest.mark.parametrize(
    ("start", "end"),
    [("19260101T000000Z", "19270101T000000Z"), ("21260101T000000Z", "21270101T000000Z")],
)
def test_times_of_which_nothing_can_be_kept_mean_the_usual_span(start: str, end: str) -> None:
    assert not read_span(hours=None, start=start, end=end, now=NOW).is_drawn


def test_hours_that_come_twice_are_one_bar() -> None:
    night = datetime(2026, 10, 25, 6, 0, tzinfo=UTC)
    span = read_span(hours="6", start="20261025T000000Z", end="20261025T070000Z", now=night)
    counts = [LogCount(night.replace(hour=hour), LogLevel.WARN, 1) for hour in range(6)]
    shown = volume(counts, span, VIENNA, now=night)
    assert shown.counts[LogLevel.WARN][:3] == (2, 1, 1)
