"""Notices that a clock was set, by comparing it with the monotonic one."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

SMALLEST_STEP: Final = timedelta(seconds=2)
"""Smaller ones are left alone: no interval here is so short that they mattered."""


class ClockSteps:
    """Ask `take` a few times a second."""

    def __init__(
        self, clock: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._last = self._read()

    def take(self) -> timedelta:
        """Return by how much the clock was set since the last call; zero if it was not."""
        wall, moment = self._read()
        passed = timedelta(seconds=moment - self._last[1])
        step = wall - self._last[0] - passed
        self._last = wall, moment
        return step if abs(step) >= SMALLEST_STEP else timedelta()

    def _read(self) -> tuple[datetime, float]:
        return self._clock(), self._monotonic()
