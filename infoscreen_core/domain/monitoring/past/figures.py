"""A screen's figures over a past that was made up: busier and warmer by day, and in hot hours."""

import math
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from infoscreen_core.domain.monitoring.health import Figures, Metric, Stretch, stretch_start
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.monitoring.past.lives import Past, warmth_of
from infoscreen_core.domain.monitoring.spans import Span

_HOUR: Final = timedelta(hours=1)
_HEALTH_EVERY: Final = timedelta(seconds=5)
_SWING: Final = {Metric.CPU: 6.0, Metric.MEMORY: 1.0, Metric.TEMPERATURE: 1.5, Metric.DISK: 4.0}
"""How far below the mean the lowest value of a stretch is; the highest is twice as far above."""
_RECONNECTS_AN_HOUR: Final = 0.03
_HOT: Final = 12.0
"""°C that hot hours have more."""


def make_health(past: Past, window: Span, *, length: timedelta, seed: int) -> Iterator[Stretch]:
    """Make up a screen's figures in stretches of `length`; while it is silent there are none."""
    chance = random.Random(f"{seed} {past.client_uuid} {length}")  # noqa: S311 - nothing to keep secret
    warmth = warmth_of(past.client_uuid)
    changes = deque(past.changes)
    at, status = stretch_start(window.start, length) + length, None
    while at < window.end:
        while changes and changes[0].at <= at:
            status = changes.popleft().status
        if status is not Status.OFFLINE:
            heat = _HOT if any(span.start <= at < span.end for span in past.hot) else 0.0
            stretch = _stretch(at, length, warmth + heat, chance)
            again = sum(at <= moment < at + length for moment in past.reconnects)
            yield replace(stretch, reconnects=stretch.reconnects + again)
        at += length


def _stretch(at: datetime, length: timedelta, warmth: float, chance: random.Random) -> Stretch:
    noon = math.cos((at.hour + at.minute / 60 - 13) / 24 * math.tau)  # 1 at its warmest
    count = length // _HEALTH_EVERY
    means = {
        Metric.CPU: 24 + 9 * noon + chance.uniform(-4, 6),
        Metric.MEMORY: 43 + chance.uniform(-2, 3),
        Metric.TEMPERATURE: 51 + warmth + 5 * noon + chance.uniform(-1.5, 1.5),
        Metric.DISK: 62_000 - at.timestamp() % 2_592_000 / 900,
    }
    figures = {
        metric: Figures(mean - _SWING[metric], mean, mean + 2 * _SWING[metric], count)
        for metric, mean in means.items()
    }
    return Stretch(at, figures, int(chance.random() < _RECONNECTS_AN_HOUR * (length / _HOUR)))
