"""What players' health was in each five minutes: added up in memory, written every minute.

A player says twelve times a minute how it is. To write each figure would cost as much as all else
that the listener does; so it keeps one row of sums per player, and writes those that changed at
every beat, whole. A row may be written many times, each time with all that was heard: what is done
again changes nothing. Before a row is written first, what is stored of it is added to it, once:
another listener may have begun it. A listener that is killed loses what it heard since the last
beat, and counts nothing twice.
"""

import time
from array import array
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import cycle
from math import inf
from typing import Final

from infoscreen_core.domain.monitoring.health import Figures, Metric, Stretch, stretch_start
from infoscreen_core.log import get_logger
from infoscreen_core.services.monitoring import health
from workers.listener.batch import Batch
from workers.listener.batch import Figures as Heard
from workers.runtime import SessionFactory, is_outage

log = get_logger()

BEAT_SECONDS: Final = 60.0
PORTION: Final = 500
"""Rows that are written in one transaction, between two batches."""
_KEPT: Final = timedelta(minutes=10)
"""How long what is written stays in memory, in case its player says more of that time."""

_PLACES: Final = tuple(range(0, 4 * len(Metric), 4))
_NO_FIGURES: Final = array("d", [inf, -inf, 0.0, 0.0] * len(Metric))
"""An array: each float of a list is an object of its own, and 100,000 players have 1.6 million."""


class _Sums:
    """One player's figures in one stretch."""

    __slots__ = ("at", "client_uuid", "figures", "has_stored", "is_changed", "reconnects")

    def __init__(self, client_uuid: str, at: datetime) -> None:
        self.client_uuid = client_uuid
        self.at = at
        self.figures = _NO_FIGURES[:]
        """Of each metric in turn: lowest, highest, sum and count."""
        self.reconnects = 0
        self.is_changed = False
        self.has_stored = False
        """Whether what was stored of the stretch is in here."""

    def add(self, heard: Heard) -> None:
        """Add what was heard. This runs for each health message, and is written to be fast."""
        figures = self.figures
        for place, value in zip(cycle(_PLACES), heard):
            if value is not None:
                if value < figures[place]:  # noqa: PLR1730 - `min` is slower by half
                    figures[place] = value
                if value > figures[place + 1]:  # noqa: PLR1730
                    figures[place + 1] = value
                figures[place + 2] += value
                figures[place + 3] += 1
        self.is_changed = True

    def add_stored(self, stretch: Stretch | None) -> None:
        """Add what is stored of the stretch."""
        self.has_stored = True
        if stretch is None:
            return
        self.reconnects += stretch.reconnects
        figures = self.figures
        for place, metric in zip(_PLACES, Metric, strict=True):
            if stored := stretch.figures.get(metric):
                figures[place] = min(figures[place], stored.low)
                figures[place + 1] = max(figures[place + 1], stored.high)
                figures[place + 2] += stored.mean * stored.count
                figures[place + 3] += stored.count

    def stretch(self) -> Stretch:
        """Return what was heard so far."""
        figures = {}
        for number, metric in enumerate(Metric):
            low, high, total, count = self.figures[4 * number : 4 * number + 4]
            if count:
                figures[metric] = Figures(low, total / count, high, int(count))
        return Stretch(self.at, figures, self.reconnects)


class HealthBook:
    """Adds up what is heard of players' health, and writes it every `BEAT_SECONDS`."""

    def __init__(self, sessions: SessionFactory) -> None:
        self._sessions = sessions
        self._sums: dict[str, _Sums] = {}
        """Of each player the stretch that it spoke in last."""
        self._former: dict[tuple[str, datetime], _Sums] = {}
        """Stretches before that which are not written yet."""
        self._queue: deque[_Sums] = deque()
        self._next_beat = time.monotonic() + BEAT_SECONDS

    def take(self, batch: Batch, reconnects: Mapping[str, int]) -> None:
        """Add what a stored batch says; `reconnects` are how many more each player reported."""
        for start, of_players in batch.figures.items():
            for uuid, figures in of_players.items():
                self._find(uuid, start).add(figures)
        at = stretch_start(batch.messages[-1].received_at)
        for uuid, count in reconnects.items():
            sums = self._find(uuid, at)
            sums.reconnects += count
            sums.is_changed = True

    def _find(self, uuid: str, at: datetime) -> _Sums:
        sums = self._sums.get(uuid)
        if sums is not None and sums.at == at:
            return sums
        if sums is not None and sums.is_changed:
            self._former[uuid, sums.at] = sums
        found = self._former.pop((uuid, at), None) or _Sums(uuid, at)
        self._sums[uuid] = found
        return found

    def step(self) -> bool:
        """Write a portion of what is due; return whether there was any."""
        if not self._queue and time.monotonic() >= self._next_beat:
            self.begin_beat()
        if not self._queue:
            return False
        portion = [self._queue.popleft() for _ in range(min(PORTION, len(self._queue)))]
        try:
            self._write(portion)
        except Exception as error:
            self._queue.clear()  # those that changed are written at the next beat
            if not is_outage(error):
                log.exception("health.not_storable", players=len(portion))
                self._settle(portion)
                return True
            log.warning("health.not_written", error=type(error).__name__)
            return False
        self._settle(portion)
        return True

    def finish(self, seconds: float) -> None:
        """Write all that changed, for so long at most."""
        end = time.monotonic() + seconds
        self._queue.clear()
        self.begin_beat()
        while self._queue and time.monotonic() < end:
            self.step()

    def begin_beat(self) -> None:
        """Queue what changed, and forget players that have been silent."""
        self._next_beat = time.monotonic() + BEAT_SECONDS
        newest = max((sums.at for sums in self._sums.values()), default=None)
        if newest is None:
            return
        self._queue.extend(sums for sums in self._former.values())
        self._queue.extend(sums for sums in self._sums.values() if sums.is_changed)
        silent = [
            uuid
            for uuid, sums in self._sums.items()
            if not sums.is_changed and newest - sums.at > _KEPT
        ]
        for uuid in silent:
            del self._sums[uuid]

    def _write(self, portion: list[_Sums]) -> None:
        keys = [(sums.client_uuid, sums.at) for sums in portion if not sums.has_stored]
        if keys:
            with self._sessions() as session:
                stored = health.find_stored(session, keys)
            for sums in portion:
                if not sums.has_stored:
                    sums.add_stored(stored.get((sums.client_uuid, sums.at)))
        with self._sessions.begin() as session:
            health.store(session, {(sums.client_uuid, sums.at): sums.stretch() for sums in portion})

    def _settle(self, portion: list[_Sums]) -> None:
        for sums in portion:
            sums.is_changed = False
            self._former.pop((sums.client_uuid, sums.at), None)
