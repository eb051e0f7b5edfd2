"""How often somebody may ask: each person, each token, and each address that shows neither.

Counted is what came within the last minute, whenever that began: nobody gets through twice as much
around the turn of a minute. Each console process counts for itself.
"""

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from console.runtime import resources
from infoscreen_core.errors import LimitedError

_KEPT: Final = 20_000
_WINDOW_SECONDS: Final = 60.0
_SLICE_SECONDS: Final = 0.25
"""Requests that come closer together are counted as one entry, as late as the last of them."""


class RateError(LimitedError):
    """The minute's requests are used up."""

    @property
    def headers(self) -> dict[str, str]:
        """What tells the caller when to go on."""
        reset = str(self.params["seconds"])
        return {
            "ratelimit-limit": str(self.params["most"]),
            "ratelimit-remaining": "0",
            "ratelimit-reset": reset,
            "retry-after": reset,
        }


@dataclass
class _Slice:
    began: float
    ended: float
    count: int = 0


@dataclass
class _Window:
    """What somebody asked within the last minute."""

    slices: deque[_Slice] = field(default_factory=deque)
    count: int = 0

    def forget(self, moment: float) -> None:
        """Let go of what is a minute old."""
        while self.slices and moment - self.slices[0].ended >= _WINDOW_SECONDS:
            self.count -= self.slices.popleft().count

    def add(self, moment: float) -> None:
        """Count one more."""
        if not self.slices or moment - self.slices[-1].began >= _SLICE_SECONDS:
            self.slices.append(_Slice(moment, moment))
        newest = self.slices[-1]
        newest.ended, newest.count = moment, newest.count + 1
        self.count += 1

    def free_in(self, moment: float) -> int:
        """Return the seconds until something counts no more."""
        oldest = self.slices[0].ended if self.slices else moment
        return max(math.ceil(oldest + _WINDOW_SECONDS - moment), 1)


class Rate:
    """What one kind of caller may ask for in a minute; of too many callers the oldest give way."""

    def __init__(self, per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most, self._monotonic = per_minute, monotonic
        self._guard = threading.Lock()
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def count(self, who: str) -> dict[str, str]:
        """Count a request; return the headers that tell the caller where they stand.

        Raises `RateError` when it is one too many; that one is not counted.
        """
        moment = self._monotonic()
        with self._guard:
            window = self._window(who, moment)
            is_free = window.count < self._most
            if is_free:
                window.add(moment)
            headers = self._headers(window, moment)
        if not is_free:
            raise self._error(headers)
        return headers

    def check(self, who: str) -> None:
        """Raise `RateError` when the next request is one too many."""
        moment = self._monotonic()
        with self._guard:
            window = self._windows.get(who, _Window())
            window.forget(moment)
            headers = self._headers(window, moment)
        if window.count >= self._most:
            raise self._error(headers)

    def _window(self, who: str, moment: float) -> _Window:
        window = self._windows.setdefault(who, _Window())
        self._windows.move_to_end(who)
        if len(self._windows) > _KEPT:
            self._windows.popitem(last=False)
        window.forget(moment)
        return window

    def _error(self, headers: Mapping[str, str]) -> RateError:
        return RateError(
            "More than {most} requests in a minute; go on in {seconds} s.",
            most=self._most,
            seconds=headers["ratelimit-reset"],
        )

    def _headers(self, window: _Window, moment: float) -> dict[str, str]:
        return {
            "ratelimit-limit": str(self._most),
            "ratelimit-remaining": str(self._most - window.count),
            "ratelimit-reset": str(window.free_in(moment)),
        }


def rate() -> Rate:
    """Return what this process counts by."""
    return _made(resources().serial)


@lru_cache(maxsize=1)
def _made(_serial: int) -> Rate:
    return Rate(resources().settings.api_requests_per_minute)
