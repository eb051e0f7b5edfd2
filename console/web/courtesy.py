"""Pages first: while somebody waits for one, files go out at the pace of a good network.

Files and pages share the machine. With nobody waiting, players get all that it can give.
"""

import time
from typing import Final

_GAP_SECONDS: Final = 0.002
"""From one block to the next, of whichever file, while pages are worked on."""
_LONGEST_SECONDS: Final = 1.0
"""What takes longer is no page, but a stream or an upload, which files need not wait for."""
_QUIET_SECONDS: Final = 0.05
"""A page says so much within this time while it is being drawn."""


class Courtesy:
    """Knows whether pages are worked on, and when the next block may go out."""

    def __init__(self) -> None:
        self._begun: dict[object, float] = {}
        self._begun_at = 0.0
        """Of the newest request that is worked on."""
        self._said_at = 0.0

    def begin(self, request: object) -> None:
        """Note that a request is worked on."""
        self._begun[request] = self._begun_at = time.monotonic()

    def end(self, request: object) -> None:
        """Note that it is answered."""
        self._begun.pop(request, None)
        self._begun_at = next(reversed(self._begun.values()), 0.0)

    def note(self) -> None:
        """Note that an open page says something, or is told something."""
        self._said_at = time.monotonic()

    def gap_seconds(self) -> float:
        """Return how long the next block of a file has to wait: not at all without a page."""
        return _GAP_SECONDS if self._is_anybody_waiting(time.monotonic()) else 0.0

    def _is_anybody_waiting(self, now: float) -> bool:
        return now - self._begun_at < _LONGEST_SECONDS or now - self._said_at < _QUIET_SECONDS


courtesy: Final = Courtesy()
"""Told by the event loop, asked by the thread that sends files."""
