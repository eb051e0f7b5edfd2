"""The report's pictures: plain SVG, which prints sharply and needs no script."""

from collections.abc import Mapping
from datetime import date, timedelta
from html import escape
from typing import Final

from console.i18n import _
from console.words.formatting import day, duration, number

_HOUR: Final = timedelta(hours=1)
_BAR_WIDTH, _BAR_HEIGHT = 96, 9
_SHARE_AT_LEAST: Final = 0.01
"""Of the time: a bar that is full stands for no less."""
_INK, _DOWN, _GROUND = "#1C2430", "#C2410C", "#E2E6EC"
_STEP, _COLUMN, _TALL = 22, 15, 110
_LEFT, _BELOW, _ABOVE = 44, 20, 12


def down_bar(share: float, longest: float) -> str:
    """Return a bar of the share of the time that something was down (0 to 1).

    Bars beside each other have the same scale, on which `longest` is full.
    """
    full = max(longest, _SHARE_AT_LEAST)
    width = round(_BAR_WIDTH * min(share / full, 1), 1)
    return (
        f'<svg class="bar" width="{_BAR_WIDTH}" height="{_BAR_HEIGHT}" '
        f'viewBox="0 0 {_BAR_WIDTH} {_BAR_HEIGHT}" aria-hidden="true">'
        f'<rect width="{_BAR_WIDTH}" height="{_BAR_HEIGHT}" fill="{_GROUND}"/>'
        f'<rect width="{width}" height="{_BAR_HEIGHT}" fill="{_DOWN}"/></svg>'
    )


def worst_day(days: Mapping[date, timedelta]) -> str:
    """Return on which day screens were down longest."""
    worst = max(days, key=lambda one: days[one], default=None)
    if worst is None or not days[worst]:
        return _("No screen was down on any day.")
    return _(
        "Screens were down longest on {day}: {length} altogether.",
        day=day(worst),
        length=duration(days[worst]),
    )


def day_columns(days: Mapping[date, timedelta]) -> str:
    """Return a column for each day, as tall as screens were down on it, all together."""
    most = max(max(days.values(), default=timedelta()), _HOUR)
    top = _top_hours(most)
    width = _LEFT + _STEP * len(days)
    height = _ABOVE + _TALL + _BELOW
    columns = "".join(
        _column(place, one, length, top) for place, (one, length) in enumerate(days.items())
    )
    return (
        f'<svg class="days" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(worst_day(days))}">'
        f"{_lines(top, width)}{columns}</svg>"
    )


def _column(place: int, on: date, length: timedelta, top: float) -> str:
    tall = round(_TALL * (length / _HOUR) / top, 1)
    x = _LEFT + _STEP * place + (_STEP - _COLUMN) // 2
    middle, bottom = x + _COLUMN // 2, _ABOVE + _TALL
    bar = (
        f'<rect x="{x}" y="{bottom - tall}" width="{_COLUMN}" height="{tall}" fill="{_DOWN}"/>'
        if length
        else ""
    )
    label = (
        f'<text x="{middle}" y="{bottom + 14}" text-anchor="middle" fill="{_INK}" font-size="10">'
        f"{on.day}</text>"
    )
    return bar + label


def _lines(top: float, width: int) -> str:
    drawn = []
    for share in (0, 0.5, 1):
        y = round(_ABOVE + _TALL * (1 - share), 1)
        drawn.append(
            f'<line x1="{_LEFT}" x2="{width}" y1="{y}" y2="{y}" stroke="{_GROUND}"/>'
            f'<text x="{_LEFT - 6}" y="{y + 3.5}" text-anchor="end" fill="{_INK}" font-size="10">'
            f"{escape(number(top * share, 'h', digits=0 if top * share % 1 == 0 else 1))}</text>"
        )
    return "".join(drawn)


def _top_hours(most: timedelta) -> float:
    """Return a round number of hours that is not less."""
    hours = most / _HOUR
    step = 1.0
    while True:
        for factor in (1, 2, 3, 4, 6, 8):
            if factor * step >= hours:
                return factor * step
        step *= 10
