"""When a player logged errors and warnings: figures, sentence, plot."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.monitoring.presenters.log_history import (
    BUCKETS,
    LogHistory,
    history_figure,
    history_sentence,
    history_table,
    log_history,
)
from console.monitoring.presenters.logs import log_csv
from console.words.status import STATUSES
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.monitoring.logs.lines import LogCount
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.monitoring.views import LogLine
from tests.support.monitoring.plots import checked

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 12, 20, tzinfo=UTC)  # 13:20 in Vienna
E, W = LogLevel.ERROR, LogLevel.WARN


def _history(
    *counts: tuple[LogLevel, str, int],
    hours: int = 24,
    zone: ZoneInfo = VIENNA,
    now: datetime = NOW,
) -> LogHistory:
    found = [
        LogCount(datetime.fromisoformat(f"{at}+00:00"), level, count) for level, at, count in counts
    ]
    return log_history(found, zone, hours=hours, now=now)


@pytest.mark.parametrize("hours", BUCKETS)
def test_the_bars_cover_the_whole_window_without_a_gap(hours: int) -> None:
    history = _history(hours=hours)
    first, last = history.starts[0], history.starts[-1]
    wall = datetime(2026, 11, 23, 13, 20)
    assert first <= wall - timedelta(hours=hours) < first + history.step
    assert last <= wall < last + history.step
    assert {
        right - left for left, right in zip(history.starts, history.starts[1:], strict=False)
    } == {history.step}


def test_counts_are_summed_on_the_readers_clock() -> None:
    history = _history(
        (E, "2026-11-23T08:00", 2), (E, "2026-11-23T08:45", 1), (W, "2026-11-23T08:15", 4)
    )
    bar = [start.hour for start in history.starts].index(9)
    assert (history.counts[E][bar], history.counts[W][bar]) == (3, 4)
    assert sum(history.totals) == 7


def test_a_zone_off_by_half_an_hour_has_bars_on_its_own_full_hours() -> None:
    history = _history(
        (E, "2026-11-23T08:30", 1), (E, "2026-11-23T08:15", 1), zone=ZoneInfo("Asia/Kolkata")
    )
    assert {start.minute for start in history.starts} == {0}
    assert [
        start.hour for start, count in zip(history.starts, history.totals, strict=True) if count
    ] == [
        13,
        14,
    ]


@pytest.mark.parametrize("hours", BUCKETS)
def test_nothing_is_lost_when_the_clock_is_set_back(hours: int) -> None:
    now = datetime(2026, 10, 25, 1, 55, tzinfo=UTC)  # 02:55 for the second time that night
    history = _history((E, "2026-10-25T01:00", 1), (W, "2026-10-25T00:55", 2), hours=hours, now=now)
    assert sum(history.totals) == 3


@pytest.mark.parametrize(
    ("counts", "hours", "sentence"),
    [
        ([], 24, "Keine Fehler und keine Warnzeilen in 24 h."),
        ([(E, "2026-11-23T08:00", 1)], 24, "1 Fehler und keine Warnzeilen in 24 h, um 09:00."),
        (
            [(E, "2026-11-23T08:00", 3), (W, "2026-11-23T08:15", 4), (W, "2026-11-23T11:00", 1)],
            24,
            "3 Fehler und 5 Warnzeilen in 24 h, die meisten um 09:00.",
        ),
        (
            [(W, "2026-11-22T15:00", 2)],
            24,
            "Keine Fehler und 2 Warnzeilen in 24 h, alle am So 22.11. um 16:00.",
        ),
        (
            [(W, "2026-11-21T18:00", 2)],
            168,
            "Keine Fehler und 2 Warnzeilen in 168 h, alle am Sa 21.11. zwischen 18:00 und 24:00.",
        ),
        (
            [(W, "2026-11-23T08:00", 1), (E, "2026-11-23T10:00", 1)],
            24,
            "1 Fehler und 1 Warnzeile in 24 h.",
        ),
    ],
)
def test_the_sentence_says_how_many_and_when_most(
    counts: list[tuple[LogLevel, str, int]], hours: int, sentence: str
) -> None:
    assert history_sentence(_history(*counts, hours=hours)) == sentence


@pytest.mark.parametrize("is_dark", [False, True])
def test_the_plot_has_titles_with_units_our_colours_and_starts_at_zero(*, is_dark: bool) -> None:
    figure = checked(
        history_figure(
            _history((E, "2026-11-23T08:00", 3), (W, "2026-11-23T08:15", 4)), is_dark=is_dark
        )
    )
    styles = (STATUSES[Status.CRITICAL], STATUSES[Status.WARNING])
    colors = [style.dark_color if is_dark else style.color for style in styles]
    assert [bar.marker.color for bar in figure.data] == colors
    assert [bar.name for bar in figure.data] == ["■ Fehler", "▲ Warnzeilen"]
    assert figure.layout.xaxis.title.text == "Zeit (Europe/Vienna)"
    assert figure.layout.yaxis.title.text == "Zeilen je 1 h"
    assert figure.layout.yaxis.rangemode == "tozero"


def test_the_numbers_stand_in_a_table_too() -> None:
    text = history_table(_history((E, "2026-11-22T22:15", 3), (W, "2026-11-23T08:15", 4)))
    text = re.sub(r' (?:data-label|class)="[^"]*"', "", text)
    assert text.count("<tr>") == 3
    assert "<td>So 22.11. 23:00–24:00</td><td>3</td><td>0</td>" in text
    assert "<td>Mo 23.11. 09:00–10:00</td><td>0</td><td>4</td>" in text


def test_a_file_holds_times_with_their_offset_and_no_formula() -> None:
    lines = [
        LogLine(NOW, E, 'Bild "A", schwarz', is_clock_skewed=False),
        LogLine(NOW, W, "=HYPERLINK(1)", is_clock_skewed=True),
    ]
    assert log_csv(lines, VIENNA).split("\r\n") == [
        "Zeit,Stufe,Meldung,Uhr des Players geht falsch",
        '2026-11-23T13:20:00.000+01:00,ERROR,"Bild ""A"", schwarz",0',
        "2026-11-23T13:20:00.000+01:00,WARN,'=HYPERLINK(1),1",
        "",
    ]
