"""Readings that all browsers share for a moment: many pages cost the database as much as one.

What somebody changes through this process is seen at once: a reading is out of date when a table
is changed from which it came, itself or by other readings. Streamlit's own cache would copy each
reading for each caller; ours are frozen and may be handed around.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from console.runtime import OutageError, note_read, noting, resources

P = ParamSpec("P")
R = TypeVar("R")
_MISSING: Final = object()
_REST: Final = 10
"""A slow reading is kept this many times its duration, so that it never takes up the process."""
_LONGEST_REST: Final = 10.0
"""Seconds; one stall of the machine may not leave a page with old news for minutes."""
STALE_SECONDS: Final = 600.0
"""How long a reading is shown, with its age, while the database does not answer."""


class _Reading:
    """One value with its age; whoever comes while it is read waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: Any = _MISSING
        self._read_at = 0.0
        self._good_until = 0.0
        self._tables: frozenset[str] = frozenset()
        self._writes = 0

    def get(self, read: Callable[[], Any], seconds: float, *, is_kept_in_outage: bool) -> Any:  # noqa: ANN401 - any reading
        """Return the value, read anew when it is too old or what it came from was changed here."""
        with self._lock:
            began = time.monotonic()
            if not self._is_good(began):
                try:
                    self._read(read, began, seconds)
                except OutageError:
                    if not is_kept_in_outage or not self._is_presentable(began):
                        raise
            note_read(self._tables)
            return self._value

    def _read(self, read: Callable[[], Any], began: float, seconds: float) -> None:
        writes = resources().writes.count
        with noting() as touched:
            self._value = read()
        self._tables, self._writes = frozenset(touched.read), writes
        self._read_at, cost = began, time.monotonic() - began
        self._good_until = began + max(seconds, min(cost * _REST, cost + _LONGEST_REST))

    def _is_good(self, at: float) -> bool:
        if self._value is _MISSING or at > self._good_until:
            return False
        return not resources().writes.is_any_changed(self._tables, since=self._writes)

    def _is_presentable(self, at: float) -> bool:
        return self._value is not _MISSING and at - self._read_at < STALE_SECONDS


class _Readings:
    """The readings of one function by its arguments; the least recently used are forgotten."""

    def __init__(self, entries: int) -> None:
        self._guard = threading.Lock()
        self._by_key = OrderedDict[tuple[Any, ...], _Reading]()
        self._entries = entries

    def of(self, key: tuple[Any, ...]) -> _Reading:
        """Return the reading for these arguments, a new one when there is none."""
        with self._guard:
            reading = self._by_key.setdefault(key, _Reading())
            self._by_key.move_to_end(key)
            while len(self._by_key) > self._entries:
                self._by_key.popitem(last=False)
        return reading


def shared(
    *, seconds: float, entries: int, is_kept_in_outage: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Answer equal calls from one reading for `seconds`; keep at most `entries` readings.

    An error is not kept: the next caller tries again. A reading that `is_kept_in_outage` carries
    its age, and is the answer while the database gives none.
    """

    def decorate(read: Callable[P, R]) -> Callable[P, R]:
        readings = _Readings(entries)

        @wraps(read)
        def answer(*args: P.args, **kwargs: P.kwargs) -> R:
            key = (resources().serial, args, tuple(sorted(kwargs.items())))
            value: R = readings.of(key).get(
                lambda: read(*args, **kwargs), seconds, is_kept_in_outage=is_kept_in_outage
            )
            return value

        return answer

    return decorate
