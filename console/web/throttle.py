"""A limit on refusals per address, in memory: guessing gets slow and costs no queries.

Sign-in has its own, in the database. A calendar program with an old link asks all day long and must
not keep the people behind the same address from signing in.
"""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from infoscreen_core.domain.text.elapsed import is_ahead


class Throttle:
    """Counts the refusals of each address within a window of time."""

    def __init__(self, *, limit: int, window: timedelta, addresses: int = 10_000) -> None:
        self._limit, self._window, self._addresses = limit, window, addresses
        self._refusals: OrderedDict[str, list[datetime]] = OrderedDict()
        self._guard = threading.Lock()

    def waiting_time(self, address: str, *, now: datetime) -> timedelta | None:
        """Return how long this address has to wait; None when it may ask."""
        with self._guard:
            recent = self._recent(address, now)
        return recent[0] + self._window - now if len(recent) >= self._limit else None

    def note_refusal(self, address: str, *, now: datetime) -> None:
        """Count a refusal; of too many addresses the oldest are forgotten."""
        with self._guard:
            self._refusals[address] = [*self._recent(address, now), now]
            self._refusals.move_to_end(address)
            while len(self._refusals) > self._addresses:
                self._refusals.popitem(last=False)

    def forget(self) -> None:
        """Let everybody begin anew."""
        with self._guard:
            self._refusals.clear()

    def _recent(self, address: str, now: datetime) -> list[datetime]:
        known = self._refusals.get(address, ())
        return [at for at in known if now - at < self._window and not is_ahead(at, now=now)]
