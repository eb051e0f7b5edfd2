"""When messages arrived: asked of the clock once for those that come together.

To ask for each costs as much as to take it out of the byte stream; and messages that are read in
one piece did arrive together. Still each has a moment of its own, a microsecond after the one
before: what came first tells two otherwise equal messages apart.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

_TOGETHER: Final = 0.0005
"""Seconds for which one answer of the clock does; a microsecond each will not exceed it."""
_NEXT: Final = timedelta(microseconds=1)


class ArrivalClock:
    """A clock for one thread that stamps messages; `clock` says what the time is."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._asked_at = float("-inf")
        self._last = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment of the next message."""
        moment = self._monotonic()
        if moment - self._asked_at < _TOGETHER:
            self._last += _NEXT
        else:
            self._asked_at, self._last = moment, self._clock()
        return self._last
