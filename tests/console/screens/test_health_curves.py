"""A screen's health over time: sentence, curves, table and file say the same."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from console.i18n import use_language
from console.screens.presenters.health import (
    VIEWS,
    HealthCurve,
    curves_csv,
    curves_figure,
    curves_table,
    health_sentence,
)
from infoscreen_core.domain.monitoring.health import (
    DAY,
    HOUR,
    STRETCH,
    Figures,
    Metric,
    Stretch,
    fold,
    stretch_start,
)
from infoscreen_core.domain.monitoring.spans import Span
from tests.support.monitoring.plots import checked

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 9, 32, tzinfo=UTC)
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def stretch(number: int, *, warm: float | None = 50, reconnects: int = 0) -> Stretch:
    figures = {
        Metric.CPU: Figures(5, 20, 60, 60),
        Metric.DISK: Figures(2_048, 2_560, 3_072, 60),
    }
    if warm is not None:
        figures[Metric.TEMPERATURE] = Figures(warm - 5, warm - 2, warm, 60)
    return Stretch(START + STRETCH * number, figures, reconnects)


def curve(*stretches: Stretch, view: str = "24h") -> HealthCurve:
    window = Span(NOW - VIEWS[view].window, NOW)
    return HealthCurve(VIEWS[view], window, stretches)


@pytest.fixture
def morning() -> HealthCurve:
    """An hour and a half with a silence of half an hour, and the warmest moment at 09:40."""
    numbers = [*range(8), *range(14, 18)]
    return curve(
        *(stretch(n, warm=71.3 if n == 7 else 50, reconnects=int(n == 14)) for n in numbers),
        stretch(18),
    )


def test_the_sentence_names_the_warmest_moment_load_room_and_silence(morning: HealthCurve) -> None:
    with use_language("de"):
        assert health_sentence(morning, VIENNA, now=NOW) == (
            "Am wärmsten: 71,3 °C, Mo 23.11. 09:35 · CPU im Mittel 20 %, höchstens 60 % · "
            "mindestens 2,0 GiB frei · 1 Neuverbindung · 30 min lang nichts gehört"
        )
    with use_language("en"):
        assert "nothing heard for" not in health_sentence(
            curve(stretch(17), stretch(18)), VIENNA, now=NOW
        )
        assert health_sentence(curve(), VIENNA, now=NOW).startswith("No figures")


def test_a_line_is_broken_where_nothing_was_heard_and_so_is_its_band(
    morning: HealthCurve,
) -> None:
    with use_language("de"):
        figure = checked(curves_figure(morning, VIENNA, is_dark=False))
    lines = {trace.name: trace for trace in figure.data if trace.name}
    line = lines["CPU (%)"]
    gap = list(line.y).index(None)
    assert gap == 8
    assert line.x[gap - 1] == datetime(2026, 11, 23, 9, 37, 30)
    assert line.x[gap + 1] == datetime(2026, 11, 23, 10, 12, 30)
    assert line.text[0] == "Ø 20 (5–60) %"
    band = next(trace for trace in figure.data if trace.fill == "toself")
    assert list(band.y).index(None) == 16
    assert set(band.y[:16]) == {5, 60}


def test_what_was_never_heard_has_no_curve() -> None:
    with use_language("de"):
        figure = checked(curves_figure(curve(stretch(1, warm=None)), VIENNA, is_dark=True))
    names = [trace.name for trace in figure.data if trace.name]
    assert names == ["CPU (%)", "Frei (GiB)", "Neuverbindungen"]


def test_a_single_point_is_seen_without_neighbours() -> None:
    with use_language("de"):
        figure = checked(curves_figure(curve(stretch(1)), VIENNA, is_dark=False))
    line = next(trace for trace in figure.data if trace.name == "CPU (%)")
    assert line.marker.size[0] > 0


def test_the_table_has_a_line_for_each_hour(morning: HealthCurve) -> None:
    with use_language("de"):
        page = curves_table(morning, VIENNA)
    assert page.count("<tr>") == 3
    assert "Mo 23.11. 09:00" in page
    assert "Ø 20 (5–60) %" in page


def test_days_and_weeks_are_those_of_the_readers_calendar() -> None:
    late = Stretch(datetime(2026, 11, 22, 23, 0, tzinfo=UTC), {}, 1)  # Monday in Vienna
    assert stretch_start(late.at, DAY, VIENNA) == late.at
    assert stretch_start(late.at, 7 * DAY, VIENNA) == late.at
    assert stretch_start(late.at, DAY) == datetime(2026, 11, 22, tzinfo=UTC)
    clocks_go_back = [
        Stretch(datetime(2026, 10, 24, 22, tzinfo=UTC) + HOUR * n, {}, 1) for n in range(26)
    ]
    days = fold(clocks_go_back, DAY, VIENNA)
    assert [(day.at.hour, day.reconnects) for day in days] == [(22, 25), (23, 1)]


@pytest.mark.parametrize("view", VIEWS)
def test_a_window_without_a_gap_is_one_line(view: str) -> None:
    wanted = VIEWS[view]
    end = stretch_start(NOW, wanted.source)
    figures = {Metric.CPU: Figures(1, 2, 3, 4)}
    number = wanted.window // wanted.source
    stretches = [Stretch(end - wanted.source * n, figures, 0) for n in range(number, -1, -1)]
    with use_language("de"):
        figure = checked(curves_figure(curve(*stretches, view=view), VIENNA, is_dark=False))
        assert "nichts gehört" not in health_sentence(curve(*stretches, view=view), VIENNA, now=NOW)
    line = next(trace for trace in figure.data if trace.name == "CPU (%)")
    assert list(line.y).count(None) == 1
    assert 150 < len(line.y) < 400


def test_the_file_has_numbers_to_calculate_with() -> None:
    cold = Stretch(START, {Metric.TEMPERATURE: Figures(-5.25, -4, -3, 2)}, 1)
    head, line, _end = curves_csv([cold], VIENNA).split("\r\n")
    cells = dict(zip(head.split(","), line.split(","), strict=True))
    assert cells["at"] == "2026-11-23T09:00+01:00"
    assert (cells["temperature_min"], cells["temperature_count"]) == ("-5.25", "2")
    assert (cells["cpu_mean"], cells["cpu_count"], cells["reconnects"]) == ("", "0", "1")
