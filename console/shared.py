"""Readings that all browsers share for a moment, so that many pages cost the database no more than one.

Streamlit's own cache would copy each reading for each caller; ours are frozen and may be handed around.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from console.runtime import resources

P = ParamSpec("P")
R = TypeVar("R")
_MISSING: Final = object()
_REST: Final = 10
"""A reading that takes long is kept this many times as long, so that it never takes up the process."""
_LONGEST_REST: Final = 10.0
"""Seconds; one stall of the machine may not leave a page with old news for minutes."""


class _Reading:
    """One value with its age; whoever comes while it is read waits for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.value: Any = _MISSING
        self.good_until = 0.0


def shared(*, seconds: float, entries: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Answer calls with equal arguments from one reading for `seconds`; keep at most `entries` of them.

    An error is not kept: the next caller tries again.
    """

    def decorate(read: Callable[P, R]) -> Callable[P, R]:
        readings: OrderedDict[tuple[Any, ...], _Reading] = OrderedDict()
        guard = threading.Lock()

        @wraps(read)
        def answer(*args: P.args, **kwargs: P.kwargs) -> R:
            key = (resources().serial, args, tuple(sorted(kwargs.items())))
            with guard:
                reading = readings.setdefault(key, _Reading())
                readings.move_to_end(key)
                while len(readings) > entries:
                    readings.popitem(last=False)
            with reading.lock:
                began = time.monotonic()
                if reading.value is _MISSING or began > reading.good_until:
                    reading.value = read(*args, **kwargs)
                    cost = time.monotonic() - began
                    reading.good_until = began + max(seconds, min(cost * _REST, cost + _LONGEST_REST))
                value: R = reading.value
            return value

        return answer

    return decorate
