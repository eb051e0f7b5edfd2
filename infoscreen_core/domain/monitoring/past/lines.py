"""What screens logged over a past that was made up: it fits what became of them.

An update a week before its end brought an error that was never seen before.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from infoscreen_core.domain.monitoring.liveness import StatusReason
from infoscreen_core.domain.monitoring.past.lives import Past
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.screens.player import LogLevel

UPDATED: Final = timedelta(days=7)
"""So long before the end."""
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_QUARTER: Final = timedelta(minutes=15)
_MORNING: Final = timedelta(hours=5)
_AFFECTED: Final = 0.5
"""Of the screens: those whose decoder the update broke."""

_Words = Callable[[random.Random], tuple[LogLevel, str]]


@dataclass(frozen=True, slots=True, order=True)
class PastLine:
    """One line."""

    at: datetime
    level: LogLevel
    message: str


def _error(text: str) -> _Words:
    return lambda chance: (LogLevel.ERROR, _filled(text, chance))


def _warn(text: str) -> _Words:
    return lambda chance: (LogLevel.WARN, _filled(text, chance))


def _info(text: str) -> _Words:
    return lambda chance: (LogLevel.INFO, _filled(text, chance))


def _filled(text: str, chance: random.Random) -> str:
    return text.format(
        n=chance.randint(2, 40),
        many=chance.randint(900, 9000),
        degrees=f"{chance.uniform(68, 77):.1f}",
    )


_AT_FAILURE: Final[Mapping[StatusReason, tuple[_Words, ...]]] = {
    StatusReason.HEARTBEAT_STALE: (
        _warn("Network lost: eth0 has no carrier"),
        _error("Broker not reachable: no route to host"),
    ),
    StatusReason.PROCESS_CRASHED: (
        _error("Browser {many} ended by signal 11"),
        _info("Browser restarted after {n} s"),
    ),
    StatusReason.SCREEN_BLACK: (_warn("HDMI-1: the display gave no answer for {n} s"),),
    StatusReason.SCREEN_FROZEN: (_error("Page did not answer for {n} s, loading it again"),),
    StatusReason.SERVICE_FAILED: (_error("Service infoscreen-player ended with exit code 1"),),
    StatusReason.ERROR_LOGS: (
        _error("File not found: /var/lib/infoscreen/media/{many}.pdf"),
        _error("Certificate of https://medien.schule.example/{n} has expired"),
    ),
    StatusReason.RECONNECTS: (_warn("Connection to the broker lost, attempt {n}"),),
}
_BACK: Final = _info("Connected to the broker again after {many} s")
_HOT: Final = _warn("Temperature {degrees} °C, the processor is slowed down")
_BROKEN: Final = _error("Video decoder lost frame {many} of /media/schulfilm.mp4")
_DAILY: Final = (_info("Plan of the day loaded: {n} events"), _info("Cache cleared: {many} files"))
"""One of them each morning."""


def make_lines(past: Past, window: Span, *, seed: int, calm_from: datetime) -> Iterator[PastLine]:
    """Make up what a screen logged, in no order.

    From `calm_from` on it logs nothing that would make it look unwell now.
    """
    chance = random.Random(f"{seed} {past.client_uuid} lines")  # noqa: S311 - nothing to keep secret
    for at, words in [
        *_of_days(window, chance),
        *_of_failures(past, chance),
        *_of_heat(past, chance),
        *_of_the_update(window, chance),
    ]:
        level, message = words(chance)
        is_calm = level is LogLevel.INFO or at < calm_from
        if is_calm and window.start <= at < window.end:
            yield PastLine(at, level, message)


def _of_days(window: Span, chance: random.Random) -> Iterator[tuple[datetime, _Words]]:
    day = window.start.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < window.end:
        yield day + _MORNING + chance.random() * _QUARTER, chance.choice(_DAILY)
        day += _DAY


def _of_failures(past: Past, chance: random.Random) -> Iterator[tuple[datetime, _Words]]:
    for change, following in zip(past.changes, past.changes[1:], strict=False):
        for words in _AT_FAILURE.get(change.reason, ()):
            for _again in range(chance.randint(1, 3)):
                yield change.at + chance.random() * (following.at - change.at), words
        if change.reason is StatusReason.HEARTBEAT_STALE:
            yield following.at, _BACK
    for at in past.reconnects:
        yield at + chance.random() * _QUARTER / 5, _BACK


def _of_heat(past: Past, chance: random.Random) -> Iterator[tuple[datetime, _Words]]:
    for span in past.hot:
        for _again in range(chance.randint(1, 3)):
            yield span.start + chance.random() * span.length, _HOT


def _of_the_update(window: Span, chance: random.Random) -> Iterator[tuple[datetime, _Words]]:
    at = window.end - UPDATED + chance.random() * _HOUR
    yield at, _info("Updated from 2.4.0 to 2.4.1")
    if chance.random() < _AFFECTED:
        while at < window.end:
            at += chance.uniform(2, 14) * _HOUR
            yield at, _BROKEN
