"""The time axis of a screen's picture: marks at hours and days that people count by."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.words.formatting import clock, day
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import localize, to_local

_DAY: Final = timedelta(days=1)
_STEPS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (10, 30, 60, 120, 240, 360, 720, 1440, 2880, 10080)
)
_MOST_MARKS: Final = 8
_LAST_WORD: Final = 95
"""Percent of the width: further right a word has no room."""


def place(at: datetime, window: Span) -> float:
    """Return where an instant stands in a window, in percent of its width."""
    return 100 * ((at - window.start) / window.length)


def marks_html(window: Span, zone: ZoneInfo) -> str:
    """Return the marks, each with its time, or its day at midnight."""
    marks = "".join(_mark(place(at, window), _word(at, zone)) for at in mark_times(window, zone))
    return f'<div class="is-marks" aria-hidden="true">{marks}</div>'


def _mark(left: float, word: str) -> str:
    return f'<span style="left:{left:.2f}%">{escape(word) if left < _LAST_WORD else ""}</span>'


def mark_times(window: Span, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the full hours or days in a window by the reader's clock, at most a few."""
    step = next((one for one in _STEPS if window.length / one <= _MOST_MARKS), _STEPS[-1])
    wall = datetime.combine(to_local(window.start, zone).date(), time())
    while (at := localize(wall, zone)) < window.end:
        if at >= window.start:
            yield at
        wall += step


def _word(at: datetime, zone: ZoneInfo) -> str:
    local = to_local(at, zone)
    return day(local.date()) if local.time() == time() else clock(at, zone)
