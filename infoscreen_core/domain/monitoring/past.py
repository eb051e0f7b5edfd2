"""A believable past for screens that have none: the demo's, and those of benchmarks.

Screens differ. Most fail once in a while, a few do so every day; they fail while people are about,
and mostly somebody is there to mend them within the hour. The same seed gives the same past.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from infoscreen_core.domain.monitoring.availability import StatusChange
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
