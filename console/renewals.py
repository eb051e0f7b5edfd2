"""Readings that one thread makes anew when they have grown old, so that nobody waits for them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from typing import Final, Protocol

_REST: Final = 4.0
"""The thread rests this many times as long as it works: it takes a fifth of a core at most."""
_LONGEST_REST: Final = 2.0
_PATIENCE_SECONDS: Final = 10.0
"""How long its end is waited for, at most: a database that hangs keeps it a while."""
_COURTESY_SECONDS: Final = 0.25
"""So long at most each reading waits for pages that are being drawn: both would take turns."""


class Renewable(Protocol):
    """What grows old."""

    def renew(self) -> float | None:
        """Make it anew and return when that is due again; None: nobody asks for it any more."""


class Renewals:
    """What is to be made anew, and when by the monotonic clock; one thread does it once started."""

    def __init__(self) -> None:
        self._guard = threading.Condition()
        self._planned: list[tuple[float, int, Renewable]] = []
        self._waiting = set[Renewable]()
        self._numbers = count()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._pages = 0

    @property
    def is_running(self) -> bool:
        """Whether somebody makes anew what is planned."""
        return self._thread is not None and not self._closed.is_set()

    def start(self) -> None:
        """Begin; what is read before is not made anew."""
        self._thread = threading.Thread(target=self._run, name="renewals", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop for good, after what is being read."""
        self._closed.set()
        with self._guard:
            self._planned.clear()
            self._waiting.clear()
            self._guard.notify_all()
        if self._thread is not None:
            self._thread.join(_PATIENCE_SECONDS)

    def plan(self, what: Renewable, at: float) -> None:
        """Have it made anew then, if that is not planned already."""
        with self._guard:
            if what in self._waiting:
                return
            self._waiting.add(what)
            heappush(self._planned, (at, next(self._numbers), what))
            self._guard.notify_all()

    @contextmanager
    def giving_way(self) -> Iterator[None]:
        """Begin with nothing new, if it can wait a little, while a page is drawn within."""
        with self._guard:
            self._pages += 1
        try:
            yield
        finally:
            with self._guard:
                self._pages -= 1
                self._guard.notify_all()

    def _run(self) -> None:
        while (what := self._next()) is not None:
            self._let_pages_pass()
            began = time.monotonic()
            again = what.renew()
            if again is not None:
                self.plan(what, again)
            self._closed.wait(min((time.monotonic() - began) * _REST, _LONGEST_REST))

    def _let_pages_pass(self) -> None:
        with self._guard:
            self._guard.wait_for(lambda: not self._pages, _COURTESY_SECONDS)

    def _next(self) -> Renewable | None:
        """Wait until something is due and return it; None at the end."""
        with self._guard:
            while not self._closed.is_set():
                left = self._planned[0][0] - time.monotonic() if self._planned else None
                if left is not None and left <= 0:
                    _at, _number, what = heappop(self._planned)
                    self._waiting.remove(what)
                    return what
                self._guard.wait(left)
        return None
