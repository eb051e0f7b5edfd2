"""How often somebody may ask: each person, each token, and each address that shows neither.

`limits` counts; its own memory starts a thread at every hundredth of a second, so ours is a table
under a lock, in which the oldest give way. Each console process counts for itself.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from console.runtime import resources
from infoscreen_core.errors import LimitedError

_KEPT: Final = 20_000


class Counts(Storage):
    """Counts by key, each until its window ends, by the monotonic clock."""

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__()
        self._guard = threading.Lock()
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a storage may raise; this one raises nothing."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count; return how many there are in the key's window, which begins anew when it ended."""
        moment = time.monotonic()
        with self._guard:
            count, until = self._counts.get(key, (0, moment))
            count, until = (count, until) if until > moment else (0, moment + expiry)
            self._counts[key] = count + amount, until
            self._counts.move_to_end(key)
            if len(self._counts) > _KEPT:
                self._counts.popitem(last=False)
        return count + amount

    def get(self, key: str) -> int:
        """Return how many there are in the key's window."""
        count, until = self._counts.get(key, (0, 0.0))
        return count if until > time.monotonic() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the key's window ends."""
        return self._counts.get(key, (0, time.monotonic()))[1]

    def check(self) -> bool:
        """Whether it works."""
        return True

    def reset(self) -> int | None:
        """Forget everything; return how many keys there were."""
        with self._guard:
            count = len(self._counts)
            self._counts.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget one key."""
        with self._guard:
            self._counts.pop(key, None)


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


class Rate:
    """What one kind of caller may ask for in a minute."""

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = FixedWindowRateLimiter(Counts())

    def count(self, who: str) -> dict[str, str]:
        """Count a request; return the headers that tell the caller where they stand.

        Raises `RateError` when it is one too many.
        """
        is_free = self._limiter.hit(self._item, who)
        headers = self._headers(who)
        if not is_free:
            raise self._error(headers)
        return headers

    def check(self, who: str) -> None:
        """Raise `RateError` when the next request is one too many."""
        if not self._limiter.test(self._item, who):
            raise self._error(self._headers(who))

    def _error(self, headers: Mapping[str, str]) -> RateError:
        return RateError(
            "More than {most} requests in a minute; go on in {seconds} s.",
            most=self._item.amount,
            seconds=headers["ratelimit-reset"],
        )

    def _headers(self, who: str) -> dict[str, str]:
        stats = self._limiter.get_window_stats(self._item, who)
        return {
            "ratelimit-limit": str(self._item.amount),
            "ratelimit-remaining": str(stats.remaining),
            "ratelimit-reset": str(max(round(stats.reset_time - time.monotonic()), 1)),
        }


def rate() -> Rate:
    """Return what this process counts by."""
    return _made(resources().serial)


@lru_cache(maxsize=1)
def _made(_serial: int) -> Rate:
    return Rate(resources().settings.api_requests_per_minute)
