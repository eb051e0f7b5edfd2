"""What became of screens: statuses, hot hours, and when many connected anew at once.

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
WARM_FROM: Final = 2.0
"""°C above the others: such screens have hot hours."""
_HOT_SHARE: Final = 0.35
"""Of the days."""
_HOT_FROM: Final = timedelta(hours=10)
_HOT_HOURS: Final = (3, 5)
_CRASH_IN_HEAT: Final = 0.3
_OURS, _THEIRS = 0.7, (0.42, 0.86)
"""When in the past many screens connected anew at once: after an outage of ours, and without."""
_OUTAGE: Final = timedelta(minutes=6)
_THEIR_SHARE: Final = 0.5
"""Of the screens."""


@dataclass(frozen=True, slots=True)
class Past:
    """What became of a screen over a stretch of time, in order."""

    client_uuid: str
    changes: Sequence[StatusChange]
    hot: Sequence[Span] = ()
    """When it was hot, which makes it crash."""
    reconnects: Sequence[datetime] = ()
    """When it connected anew together with others."""


def make_past(client_uuids: Sequence[str], window: Span, *, seed: int) -> Iterator[Past]:
    """Make up what became of screens; each was well at the beginning and is well at the end."""
    for uuid in client_uuids:
        chance = random.Random(f"{seed} {uuid}")  # noqa: S311 - nothing to keep secret
        hot = _hot_spans(uuid, window, chance)
        changes = _changes(window, hot, chance)
        yield Past(uuid, changes, hot, _reconnects(window, chance))


def our_outage(window: Span) -> Span:
    """Return when the server itself could not see its screens; all connected anew at its end."""
    end = _at_ten(window, _OURS)
    return Span(end - _OUTAGE, end)


def warmth_of(client_uuid: str) -> float:
    """Return by how many °C a screen is warmer than the others."""
    return random.Random(client_uuid).uniform(-4, 6)  # noqa: S311 - as above


def _hot_spans(client_uuid: str, window: Span, chance: random.Random) -> list[Span]:
    if warmth_of(client_uuid) < WARM_FROM:
        return []
    starts = [day + _HOT_FROM for day in _days(window) if chance.random() < _HOT_SHARE]
    spans = [Span(start, start + chance.randint(*_HOT_HOURS) * _HOUR) for start in starts]
    return [span for span in spans if window.start < span.start and span.end < window.end]


def _reconnects(window: Span, chance: random.Random) -> list[datetime]:
    theirs = [_at_ten(window, share) for share in _THEIRS if chance.random() < _THEIR_SHARE]
    return sorted([our_outage(window).end, *theirs])


def _at_ten(window: Span, share: float) -> datetime:
    day = window.start + window.length * share
    return day.replace(hour=10, minute=1, second=0, microsecond=0)


def _days(window: Span) -> Iterator[datetime]:
    day = window.start.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < window.end:
        yield day
        day += _DAY


def _changes(window: Span, hot: Sequence[Span], chance: random.Random) -> list[StatusChange]:
    found = [_well(window.start)]
    for began, crash in sorted([*_failures(window, chance), *_crashes(hot, chance)]):
        ended = began + _length(chance)
        if found[-1].at < began and ended < window.end:
            failure = _failure(began, chance)
            found += [_crash(began) if crash else failure, _well(ended)]
    return found


def _failures(window: Span, chance: random.Random) -> Iterator[tuple[datetime, bool]]:
    a_day = _BAD if chance.random() < _BAD_ONES else _USUAL * chance.uniform(0.3, 2.0)
    for day in _days(window):
        if chance.random() < min(a_day, 1.0):
            yield day + chance.uniform(*(at / _HOUR for at in _OPEN)) * _HOUR, False


def _crashes(hot: Sequence[Span], chance: random.Random) -> Iterator[tuple[datetime, bool]]:
    for span in hot:
        if chance.random() < _CRASH_IN_HEAT:
            yield span.start + chance.uniform(0.45, 0.95) * span.length, True


def _crash(at: datetime) -> StatusChange:
    return StatusChange(at, Status.CRITICAL, StatusReason.PROCESS_CRASHED)


def _length(chance: random.Random) -> timedelta:
    minutes = chance.lognormvariate(_TYPICAL_MINUTES, _SPREAD)
    return min(max(timedelta(minutes=minutes), _SHORTEST), _LONGEST)


def _failure(at: datetime, chance: random.Random) -> StatusChange:
    weights = [weight for weight, _status, _reason in _FAILURES]
    ((_weight, status, reason),) = chance.choices(_FAILURES, weights)
    return StatusChange(at, status, reason)


def _well(at: datetime) -> StatusChange:
    return StatusChange(at, Status.HEALTHY, StatusReason.ALL_WELL)
