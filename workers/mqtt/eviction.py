"""Notices that somebody else connects under our client id.

A broker lets in one connection under each client id: who comes later puts the earlier one off. Two
that reconnect by themselves do that to each other without end. With MQTT 3.1.1 the broker does not
say why it ends a connection, so we go by the signs: it ends again and again soon after it was
accepted, and each time the broker is there at once and still knows the session. A broker that died
would not. Only a persistent session shows these signs; others need a client id of their own.
"""

import time
from collections.abc import Callable
from typing import Final

LIMIT: Final = 4
"""So many connections in a row that ended soon are no accident."""
SOON_SECONDS: Final = 15.0
LASTING_SECONDS: Final = 90.0
"""Nobody else uses the client id any more once a connection has lasted this long."""


class EvictionWatch:
    """Counts connections that ended soon; told of each by the network thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._accepted_at = clock()
        self._is_accepted = False
        self._ended_soon = 0

    @property
    def is_evicted(self) -> bool:
        """Whether somebody else seems to use the client id."""
        is_lasting = self._is_accepted and self._age() >= LASTING_SECONDS
        return self._ended_soon >= LIMIT and not is_lasting

    def accepted(self, *, is_session_present: bool) -> None:
        """Note that the broker accepted a connection, and whether it knew the session."""
        self._accepted_at, self._is_accepted = self._clock(), True
        if not is_session_present and not self.is_evicted:
            self._ended_soon = 0

    def ended(self) -> bool:
        """Note that it ended, though not by us; return whether that is the first sign of it."""
        was_evicted, age = self.is_evicted, self._age()
        self._is_accepted = False
        if not was_evicted:
            self._ended_soon = self._ended_soon + 1 if age < SOON_SECONDS else 0
        return self.is_evicted and not was_evicted

    def not_reached(self) -> bool:
        """Note that the broker is away, and so it ends connections; return whether that is news."""
        was_evicted, self._ended_soon = self.is_evicted, 0
        return was_evicted

    def _age(self) -> float:
        return self._clock() - self._accepted_at
