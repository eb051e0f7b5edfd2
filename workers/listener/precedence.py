"""Lets the thread that stores have Python first, and the one that reads what is left over.

Both need Python's one lock. Whoever stores works a little and waits long for the database, many
times in turn; whoever reads could use just these waits. Left to themselves both work at once, and
then neither does while the database works: 100,000 players were more than that could store.
"""

import threading
from typing import Final

LONGEST_SECONDS: Final = 0.1
"""How long reading rests at most, whatever the other thread does."""


class Precedence:
    """Claimed by the thread that stores while it works on a batch; free while it waits."""

    def __init__(self, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._longest_seconds = longest_seconds
        self._is_claimed = False
        self._free = threading.Event()
        self._free.set()

    def claim(self) -> None:
        """Have others rest until `release`, but for waits."""
        self._is_claimed = True
        self._free.clear()

    def release(self) -> None:
        """Let others work."""
        self._is_claimed = False
        self._free.set()

    def begin_wait(self) -> None:
        """Let others work while the database does."""
        self._free.set()

    def end_wait(self) -> None:
        """Have others rest again, if they did before."""
        if self._is_claimed:
            self._free.clear()

    def rest(self) -> None:
        """Rest while somebody else has precedence: to be called by others every so often."""
        if not self._free.is_set():
            self._free.wait(self._longest_seconds)
