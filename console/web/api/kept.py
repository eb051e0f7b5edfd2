"""Lists that somebody asks for again and again: kept for a moment, as pages keep what they read.

What is changed through this process is seen at once; what others change, such as a worker, within a
second. Who asks was looked up before, each time.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.runtime import noting, resources
from console.web.api.callers import find_caller
from console.web.api.languages import spoken_language

SECONDS: Final = 1.0
LISTS: Final = frozenset(
    {
        "/api/academic_periods",
        "/api/client-logs/monitoring-overview",
        "/api/clients",
        "/api/clients/with_alive_status",
        "/api/eventmedia",
        "/api/events",
        "/api/groups",
        "/api/groups/with_clients",
        "/api/holidays",
        "/api/users",
    }
)
_MOST_BYTES: Final = 256 * 1024
_MOST: Final = 200
_OK: Final = 200
_Key = tuple[object, ...]


@dataclass(frozen=True)
class _Answer:
    """What was answered, and what it came from."""

    messages: tuple[Message, ...]
    tables: frozenset[str]
    writes: int
    good_until: float

    @property
    def is_good(self) -> bool:
        """Whether it still says what a new one would, as far as this process knows."""
        is_changed = resources().writes.is_any_changed(self.tables, since=self.writes)
        return time.monotonic() < self.good_until and not is_changed


class Kept:
    """Middleware: answers lists from memory for a moment."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._guard = threading.Lock()
        self._answers: OrderedDict[_Key, _Answer] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let the route answer and remember it."""
        key = _key_of(scope)
        known = self._answers.get(key) if key else None
        if key is None:
            await self.app(scope, receive, send)
        elif known and known.is_good:
            for message in known.messages:
                # Headers are changed on the way out: each answer has its own list of them.
                await send({**message, "headers": list(message.get("headers", ()))})
        else:
            await self._answered(key, scope, receive, send)

    async def _answered(self, key: _Key, scope: Scope, receive: Receive, send: Send) -> None:
        taken: list[Message] = []
        writes, began = resources().writes.count, time.monotonic()

        async def take(message: Message) -> None:
            taken.append({**message, "headers": list(message.get("headers", ()))})
            await send(message)

        with noting() as touched:
            await self.app(scope, receive, take)
        size = sum(len(message.get("body", b"")) for message in taken)
        if taken and taken[0]["status"] == _OK and size <= _MOST_BYTES:
            made = _Answer(tuple(taken), frozenset(touched.read), writes, began + SECONDS)
            self._keep(key, made)

    def _keep(self, key: _Key, made: _Answer) -> None:
        with self._guard:
            self._answers[key] = made
            self._answers.move_to_end(key)
            while len(self._answers) > _MOST:
                self._answers.popitem(last=False)


def _key_of(scope: Scope) -> _Key | None:
    """Return by what an answer is kept; None for what is asked anew each time."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in LISTS:
        return None
    request = HTTPConnection(scope)
    caller = find_caller(request)
    if caller is None:
        return None
    language = spoken_language(request)
    return (resources().serial, caller.identity, language, scope["path"], scope["query_string"])
