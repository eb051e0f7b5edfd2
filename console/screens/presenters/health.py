"""A screen's health over time: what is to be seen in a sentence, curves, a table, a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ngettext
from console.words.formatting import MISSING, day, duration, instant, number
from console.words.html import table
from console.words.plots import Figure, axes_of, axis_name, day_format, new_figure
from infoscreen_core.domain.monitoring.health import (
    DAY,
    HOUR,
    STRETCH,
    Figures,
    Metric,
    Stretch,
    fold,
)
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.formats.csv_writer import write_csv

_GIBI: Final = 1024
_ROW_HEIGHT: Final = 132
_HEAD_HEIGHT: Final = 70
_FEW: Final = 3
_LINE_WIDTH: Final = 1.6
_LONELY_POINT: Final = 5
"""Pixels; a point with no neighbours would not be seen as a line."""


@dataclass(frozen=True, slots=True)
class View:
    """A window that can be chosen."""

    window: timedelta
    step: timedelta
    """Between two points of the curves."""
    table_step: timedelta
    label: str

    @property
    def source(self) -> timedelta:
        """The stored stretches that the points are made of."""
        return STRETCH if self.step < HOUR else HOUR


VIEWS: Final = {
    "24h": View(DAY, STRETCH, HOUR, N_("24 hours")),
    "7d": View(7 * DAY, HOUR, DAY, N_("7 days")),
    "30d": View(30 * DAY, 2 * HOUR, DAY, N_("30 days")),
    "1y": View(365 * DAY, DAY, 7 * DAY, N_("1 year")),
}
USUAL_VIEW: Final = "24h"


@dataclass(frozen=True, slots=True)
class HealthCurve:
    """What was stored of a screen's health in a window."""

    view: View
    window: Span
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class _Panel:
    """How one metric is drawn and written."""

    title: str
    unit: str
    digits: int
    place: int
    """Of its colour in the house style."""
    divisor: float = 1
    top: float | None = None
    """Where the axis ends, if that is always so."""
    is_from_zero: bool = True


_PANELS: Final = {
    Metric.CPU: _Panel(N_("CPU (%)"), "%", 0, 0, top=100),
    Metric.MEMORY: _Panel(N_("Memory (%)"), "%", 0, 3, top=100),
    Metric.TEMPERATURE: _Panel(N_("Temperature (°C)"), "°C", 1, 2, is_from_zero=False),
    Metric.DISK: _Panel(N_("Free disk (GiB)"), "GiB", 1, 1, divisor=_GIBI),
}


def view_label(key: str) -> str:
    """Return a window's name for people."""
    return _(VIEWS[key].label)


def health_sentence(curve: HealthCurve, zone: ZoneInfo, *, now: datetime) -> str:
    """Return what is to be seen: how warm it became and when, the load, room, silences."""
    if not curve.stretches:
        return _("No figures of the machine in this window.")
    parts = [
        _warmest(curve.stretches, zone, now),
        _load(curve.stretches),
        _room(curve.stretches),
        _reconnects(curve.stretches),
        _silence(curve),
    ]
    return " · ".join(part for part in parts if part)


def curves_figure(curve: HealthCurve, zone: ZoneInfo, *, is_dark: bool) -> Figure:
    """Return a curve for each metric, its mean within the band of its lowest and highest."""
    points = fold(curve.stretches, curve.view.step, zone)
    metrics = [metric for metric in Metric if any(metric in one.figures for one in points)]
    rows = len(metrics) + 1
    figure = new_figure(x_title="", y_title="", is_dark=is_dark)
    figure.stack(rows, spacing=0.035)
    for row, metric in enumerate(metrics, start=1):
        _draw_metric(figure, row, metric, points, curve.view.step, zone)
    _draw_reconnects(figure, rows, points, curve.view.step, zone)
    _lay_out(figure, rows, curve, zone)
    return figure


def curves_table(curve: HealthCurve, zone: ZoneInfo) -> str:
    """Return the figures as a table with few lines, for those who cannot see the curves."""
    heads = (_("Since"), *(_(panel.title) for panel in _PANELS.values()), _("Reconnects"))
    rows = (
        (
            _moment(one.at, curve.view.table_step, zone),
            *(_range(metric, one.figures.get(metric)) for metric in _PANELS),
            number(one.reconnects),
        )
        for one in fold(curve.stretches, curve.view.table_step, zone)
    )
    return table(heads, rows, caption=_("Lowest, mean and highest of each figure"))


def curves_csv(stretches: Sequence[Stretch], zone: ZoneInfo) -> str:
    """Return the stored figures as CSV (RFC 4180): numbers with a point, times with UTC offset."""
    parts = ("min", "mean", "max", "count")
    heads = ["at", *(f"{metric}_{part}" for metric in Metric for part in parts), "reconnects"]
    return write_csv(heads, (_csv_row(one, zone) for one in stretches))


def _csv_row(one: Stretch, zone: ZoneInfo) -> list[str | float]:
    cells: list[str | float] = [one.at.astimezone(zone).isoformat(timespec="minutes")]
    for metric in Metric:
        cells += _csv_figures(one.figures.get(metric))
    return [*cells, one.reconnects]


def _csv_figures(figures: Figures | None) -> list[str | float]:
    if figures is None:
        return ["", "", "", 0]
    values = (figures.low, figures.mean, figures.high)
    # Not as texts: one that begins with a minus would be shown as a text.
    return [*(round(value, 3) for value in values), figures.count]


def _warmest(stretches: Sequence[Stretch], zone: ZoneInfo, now: datetime) -> str | None:
    heard = [one for one in stretches if Metric.TEMPERATURE in one.figures]
    if not heard:
        return None
    warmest = max(heard, key=lambda one: one.figures[Metric.TEMPERATURE].high)
    return _(
        "Warmest: {temperature}, {when}",
        temperature=number(warmest.figures[Metric.TEMPERATURE].high, "°C", digits=1),
        when=instant(warmest.at, zone, now=now),
    )


def _load(stretches: Sequence[Stretch]) -> str | None:
    heard = [one.figures[Metric.CPU] for one in stretches if Metric.CPU in one.figures]
    if not heard:
        return None
    mean = sum(one.mean * one.count for one in heard) / sum(one.count for one in heard)
    return _(
        "CPU {mean} on average, {most} at most",
        mean=number(mean, "%"),
        most=number(max(one.high for one in heard), "%"),
    )


def _room(stretches: Sequence[Stretch]) -> str | None:
    heard = [one.figures[Metric.DISK].low for one in stretches if Metric.DISK in one.figures]
    if not heard:
        return None
    return _("{room} free at least", room=number(min(heard) / _GIBI, "GiB", digits=1))


def _reconnects(stretches: Sequence[Stretch]) -> str | None:
    count = sum(one.reconnects for one in stretches)
    return ngettext("{n} reconnect", "{n} reconnects", count) if count else None


def _silence(curve: HealthCurve) -> str | None:
    length = curve.view.source
    starts = [one.at for one in curve.stretches]
    ends = [*starts[1:], max(curve.window.end - length, starts[-1])]
    gaps = (end - start - length for start, end in zip(starts, ends, strict=True))
    silent = sum((gap for gap in gaps if gap > timedelta()), timedelta())
    return _("nothing heard for {length}", length=duration(silent)) if silent >= STRETCH else None


def _draw_metric(
    figure: Figure,
    row: int,
    metric: Metric,
    points: Sequence[Stretch],
    step: timedelta,
    zone: ZoneInfo,
) -> None:
    panel = _PANELS[metric]
    color = figure.colors[panel.place]
    runs = list(_runs([one for one in points if metric in one.figures], step))
    axes = axes_of(row)
    figure.add("scatter", **_band(runs, metric, step, zone), fillcolor=_faint(color), **axes)
    line = {"width": _LINE_WIDTH, "color": color}
    figure.add("scatter", **_line(runs, metric, step, zone), line=line, **axes)
    figure.update_axis(
        axis_name("y", row),
        title={"text": _(panel.title)},
        range=[0, panel.top] if panel.top else None,
        rangemode="tozero" if panel.is_from_zero else "normal",
    )


def _band(
    runs: Sequence[Sequence[Stretch]], metric: Metric, step: timedelta, zone: ZoneInfo
) -> dict[str, Any]:
    """Return the band: a closed shape for each run without a gap."""
    x: list[datetime | None] = []
    y: list[float | None] = []
    divisor = _PANELS[metric].divisor
    for run in runs:
        times = [_middle(one.at, step, zone) for one in run]
        figures = [one.figures[metric] for one in run]
        x += [*times, *reversed(times), None]
        y += [one.high / divisor for one in figures]
        y += [*(one.low / divisor for one in reversed(figures)), None]
    return {
        "x": x,
        "y": y,
        "fill": "toself",
        "mode": "lines",
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _line(
    runs: Sequence[Sequence[Stretch]], metric: Metric, step: timedelta, zone: ZoneInfo
) -> dict[str, Any]:
    """Return the line of the means, broken where nothing was heard."""
    panel = _PANELS[metric]
    x: list[datetime | None] = []
    y: list[float | None] = []
    texts: list[str] = []
    sizes: list[int] = []
    for run in runs:
        x += [*(_middle(one.at, step, zone) for one in run), None]
        y += [*(one.figures[metric].mean / panel.divisor for one in run), None]
        texts += [*(_range(metric, one.figures[metric]) for one in run), ""]
        sizes += [_LONELY_POINT if len(run) == 1 else 0] * len(run) + [0]
    return {
        "x": x,
        "y": y,
        "text": texts,
        "mode": "lines+markers",
        "marker": {"size": sizes, "line": {"width": 0}},
        "name": _(panel.title),
        "hovertemplate": "%{text}",
        "showlegend": False,
    }


def _draw_reconnects(
    figure: Figure, row: int, points: Sequence[Stretch], step: timedelta, zone: ZoneInfo
) -> None:
    figure.add(
        "bar",
        x=[_middle(one.at, step, zone) for one in points],
        y=[one.reconnects for one in points],
        width=step / timedelta(milliseconds=1),
        marker={"color": figure.colors[4], "line": {"width": 0}},
        name=_("Reconnects"),
        hovertemplate="%{y}",
        showlegend=False,
        **axes_of(row),
    )
    most = max(one.reconnects for one in points)
    figure.update_axis(
        axis_name("y", row),
        title={"text": _("Reconnects")},
        range=[0, max(most, 1)],
        tickformat="d",
        dtick=1 if most <= _FEW else None,
    )


def _lay_out(figure: Figure, rows: int, curve: HealthCurve, zone: ZoneInfo) -> None:
    days = day_format()
    has_clock = curve.view.step < DAY
    figure.update_xaxes(
        range=[to_local(curve.window.start, zone), to_local(curve.window.end, zone)],
        tickformat=f"%H:%M\n{days}" if curve.view.window == DAY else f"{days}\n%Y",
        hoverformat=f"{days} %H:%M" if has_clock else f"{days} %Y",
        fixedrange=True,
        showgrid=False,
    )
    figure.update_axis(axis_name("x", rows), title={"text": _("Time ({zone})", zone=zone.key)})
    figure.update_yaxes(fixedrange=True, title={"font": {"size": 12}})
    figure.update_layout(
        height=_HEAD_HEIGHT + rows * _ROW_HEIGHT,
        hoversubplots="axis",
    )


def _runs(points: Sequence[Stretch], step: timedelta) -> Iterator[list[Stretch]]:
    """Yield points that follow each other without a gap."""
    run: list[Stretch] = []
    for point in points:
        # Half as much again: the day on which clocks are set back has 25 hours.
        if run and point.at - run[-1].at > step * 1.5:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def _middle(at: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    return to_local(at + step / 2, zone)


def _range(metric: Metric, figures: Figures | None) -> str:
    """Return `Ø 23 (12–48) %`."""
    if figures is None:
        return MISSING
    panel = _PANELS[metric]
    low, mean, high = (value / panel.divisor for value in (figures.low, figures.mean, figures.high))
    return (
        f"Ø {number(mean, digits=panel.digits)} ({number(low, digits=panel.digits)}–"
        f"{number(high, digits=panel.digits)}) {panel.unit}"
    )


def _moment(at: datetime, step: timedelta, zone: ZoneInfo) -> str:
    return day(to_local(at, zone).date(), with_year=True) if step >= DAY else instant(at, zone)


def _faint(color: str) -> str:
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.22)"
