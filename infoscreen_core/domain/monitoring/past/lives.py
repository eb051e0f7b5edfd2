"""A believable past for screens that have none: the demo's, and those of benchmarks.

Screens differ. Most fail once in a while, a few do so every day; they fail while people are about,
and mostly somebody is there to mend them within the hour. The same seed gives the same past.
"""

import math
import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from infoscreen_core.domain.monitoring.availability import StatusChange
from infoscreen_core.domain.monitoring.health import Figures, Metric, Stretch, stretch_start
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.spans import Span

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_OPEN: Final = timedelta(hours=5), timedelta(hours=16)
"""When people are about, in UTC: from seven in the morning on."""
_USUAL, _BAD = 0.12, 1.1
"""Failures a day, of most screens and of those with a loose plug."""
_BAD_ONES: Final = 0.12
_SHORTEST: Final = timedelta(minutes=3)
_LONGEST: Final = timedelta(hours=20)
_TYPICAL_MINUTES, _SPREAD = 2.9, 1.1
"""Logarithm of the usual length of a failure in minutes, and how much it varies."""
_FAILURES: Final = (
    (0.50, Status.OFFLINE, StatusReason.HEARTBEAT_STALE),
    (0.22, Status.CRITICAL, StatusReason.PROCESS_CRASHED),
    (0.06, Status.CRITICAL, StatusReason.SCREEN_BLACK),
    (0.04, Status.CRITICAL, StatusReason.SCREEN_FROZEN),
    (0.03, Status.CRITICAL, StatusReason.SERVICE_FAILED),
    (0.10, Status.WARNING, StatusReason.ERROR_LOGS),
    (0.05, Status.WARNING, StatusReason.RECONNECTS),
)


_HEALTH_EVERY: Final = timedelta(seconds=5)
_SWING: Final = {Metric.CPU: 6.0, Metric.MEMORY: 1.0, Metric.TEMPERATURE: 1.5, Metric.DISK: 4.0}
"""How far below the mean the lowest value of a stretch is; the highest is twice as far above."""
_RECONNECTS_AN_HOUR: Final = 0.03


@dataclass(frozen=True, slots=True)
class Past:
    """What became of a screen over a stretch of time, in order."""

    client_uuid: str
    changes: Sequence[StatusChange]


def make_past(client_uuids: Sequence[str], window: Span, *, seed: int) -> Iterator[Past]:
    """Make up what became of screens; each was well at the beginning and is well at the end."""
    for uuid in client_uuids:
        chance = random.Random(f"{seed} {uuid}")  # noqa: S311 - nothing to keep secret
        yield Past(uuid, _changes(window, chance))


def make_health(past: Past, window: Span, *, length: timedelta, seed: int) -> Iterator[Stretch]:
    """Make up a screen's figures in stretches of `length`; while it is silent there are none."""
    chance = random.Random(f"{seed} {past.client_uuid} {length}")  # noqa: S311 - as above
    warmth = random.Random(past.client_uuid).uniform(-4, 6)  # noqa: S311 - as above
    changes = deque(past.changes)
    at, status = stretch_start(window.start, length) + length, None
    while at < window.end:
        while changes and changes[0].at <= at:
            status = changes.popleft().status
        if status is not Status.OFFLINE:
            yield _stretch(at, length, warmth, chance)
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


def _changes(window: Span, chance: random.Random) -> list[StatusChange]:
    a_day = _BAD if chance.random() < _BAD_ONES else _USUAL * chance.uniform(0.3, 2.0)
    found = [_well(window.start)]
    day = window.start
    while day < window.end:
        if chance.random() < min(a_day, 1.0):
            began = day + chance.uniform(*(at / _HOUR for at in _OPEN)) * _HOUR
            ended = began + _length(chance)
            if found[-1].at < began and ended < window.end:
                found += [_failure(began, chance), _well(ended)]
        day += _DAY
    return found


def _length(chance: random.Random) -> timedelta:
    minutes = chance.lognormvariate(_TYPICAL_MINUTES, _SPREAD)
    return min(max(timedelta(minutes=minutes), _SHORTEST), _LONGEST)


def _failure(at: datetime, chance: random.Random) -> StatusChange:
    weights = [weight for weight, _status, _reason in _FAILURES]
    ((_weight, status, reason),) = chance.choices(_FAILURES, weights)
    return StatusChange(at, status, reason)


def _well(at: datetime) -> StatusChange:
    return StatusChange(at, Status.HEALTHY, StatusReason.ALL_WELL)
