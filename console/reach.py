"""What the process knows of its database: whether it hangs, and what forbids storing.

A database that hangs costs everybody who asks it several seconds. So one finds it out, nobody else
asks until it answers again, and a thread that lives only as long as the trouble finds that out.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

_AGAIN_SECONDS: Final = 0.5


class Reach:
    """Shared by all threads of a process that use one database."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self.trouble: str | None = None
        """What the last failed write met, until a small one succeeds."""
        self._ask = ask
        """Raises while the database gives no answer."""
        self._guard = threading.Lock()
        self._hangs_since: float | None = None
        self._closed = threading.Event()

    @property
    def is_hanging(self) -> bool:
        """Whether asking would only cost time."""
        return self._hangs_since is not None

    @property
    def silent_seconds(self) -> float:
        """How long it is known to hang; 0 while it does not."""
        since = self._hangs_since
        return 0.0 if since is None else time.monotonic() - since

    def note_hanging(self) -> None:
        """From now on nobody asks, until an answer came."""
        with self._guard:
            if self._hangs_since is None and not self._closed.is_set():
                self._hangs_since = time.monotonic()
                threading.Thread(target=self._watch, name="reach", daemon=True).start()

    def close(self) -> None:
        """Let the thread go."""
        self._closed.set()

    def _watch(self) -> None:
        while not self._closed.wait(_AGAIN_SECONDS):
            try:
                self._ask()
            except Exception:  # noqa: BLE001, S112 - whatever it is, there was no answer
                continue
            self._hangs_since = None
            return
