"""Lists that somebody asks for again and again: kept for a moment, as pages keep what they read.

What is changed through this process is seen at once; what others change, such as a worker, within a
second. Who asks was looked up before, each time. Whoever comes while the same is being read waits
for that, and is then told it only if it is as good as what is kept. What is asked for again after
nearly all of its moment is read anew meanwhile, so that who asks often never waits for a reading.

Every route that answers a list is kept (`lists_among`), whatever its address and filters.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from re import Pattern
from typing import Final, get_args, get_origin

from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.runtime import noting, resources
from console.web.api.callers import find_caller
from console.web.api.languages import spoken_language
from console.web.api.models.client_logs import Overview

SECONDS: Final = 1.0
AGED_AFTER: Final = 0.9
"""Of these seconds: from then on it is read anew for whoever comes next."""
_MOST: Final = 200
_MOST_BYTES: Final = 256 * 1024
_ROOM: Final = 16 * 2**20
"""Bytes of all kept answers together."""
_OK: Final = 200
_Key = tuple[object, ...]


@dataclass(frozen=True)
class _Answer:
    """What was answered, and what it came from."""

    messages: tuple[Message, ...]
    tables: frozenset[str]
    writes: int
    good_until: float
    size: int

    @property
    def is_good(self) -> bool:
        """Whether it still says what a new one would, as far as this process knows."""
        is_changed = resources().writes.is_any_changed(self.tables, since=self.writes)
        return time.monotonic() < self.good_until and not is_changed

    @property
    def is_aged(self) -> bool:
        """Whether it is time to read it anew."""
        return time.monotonic() >= self.good_until - SECONDS * (1 - AGED_AFTER)


class Kept:
    """Middleware: answers lists from memory for a moment."""

    def __init__(self, app: ASGIApp, lists: Sequence[Pattern[str]]) -> None:
        self.app = app
        self._lists = lists
        self._answers: OrderedDict[_Key, _Answer] = OrderedDict()
        self._size = 0
        self._being_read: dict[_Key, asyncio.Event] = {}
        self._renewals: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let the route answer and remember it."""
        key = _key_of(scope) if self._is_kept(scope) else None
        if key is None:
            await self.app(scope, receive, send)
            return
        if (reading := self._being_read.get(key)) and not self._find(key):
            await reading.wait()
        if known := self._find(key):
            if known.is_aged and key not in self._being_read:
                self._renew(key, scope)
            for message in known.messages:
                # Headers are changed on the way out: each answer has its own list of them.
                await send({**message, "headers": list(message.get("headers", ()))})
        else:
            await self._read(key, self._begin(key), scope, receive, send)

    def _renew(self, key: _Key, scope: Scope) -> None:
        """Have it read anew for those who ask next; a failure is theirs to meet."""
        reading = self._read(key, self._begin(key), {**scope}, _no_body(), _to_nobody)
        task = asyncio.create_task(reading)
        self._renewals.add(task)
        task.add_done_callback(self._renewals.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _is_kept(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] != "GET":
            return False
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return any(one.match(path) for one in self._lists)

    def _find(self, key: _Key) -> _Answer | None:
        known = self._answers.get(key)
        return known if known and known.is_good else None

    def _begin(self, key: _Key) -> asyncio.Event:
        reading = self._being_read[key] = asyncio.Event()
        return reading

    async def _read(
        self, key: _Key, reading: asyncio.Event, scope: Scope, receive: Receive, send: Send
    ) -> None:
        def is_read() -> None:
            if self._being_read.get(key) is reading:
                del self._being_read[key]
            reading.set()

        try:
            await self._answered(key, scope, receive, send, is_read)
        finally:
            is_read()

    async def _answered(
        self, key: _Key, scope: Scope, receive: Receive, send: Send, is_read: Callable[[], None]
    ) -> None:
        """Let the route answer; nobody waits for how long the first one takes to fetch it."""
        taken: list[Message] = []
        writes, began = resources().writes.count, time.monotonic()

        async def take(message: Message) -> None:
            taken.append({**message, "headers": list(message.get("headers", ()))})

        with noting() as touched:
            await self.app(scope, receive, take)
        size = sum(len(message.get("body", b"")) for message in taken)
        if taken and taken[0]["status"] == _OK and size <= _MOST_BYTES:
            tables = frozenset(touched.read)
            self._keep(key, _Answer(tuple(taken), tables, writes, began + SECONDS, size))
        is_read()
        for message in taken:
            await send({**message, "headers": list(message.get("headers", ()))})

    def _keep(self, key: _Key, made: _Answer) -> None:
        if older := self._answers.pop(key, None):
            self._size -= older.size
        self._answers[key] = made
        self._size += made.size
        while self._size > _ROOM or len(self._answers) > _MOST:
            _key, oldest = self._answers.popitem(last=False)
            self._size -= oldest.size


def _no_body() -> Receive:
    """Return what says once that there is no body, and then nothing any more."""
    said: Iterator[Message] = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        for message in said:
            return message
        return await asyncio.Future()

    return receive


async def _to_nobody(_message: Message) -> None:
    """Send nothing: who asked has an answer."""


def lists_among(routes: Iterable[BaseRoute]) -> list[Pattern[str]]:
    """Return the addresses of the routes that answer a list, or as much as one."""
    return [
        route.path_regex
        for route in routes
        if isinstance(route, APIRoute)
        and "GET" in (route.methods or ())
        and _is_list(route.response_model)
    ]


def _is_list(form: object) -> bool:
    kinds = (form, *get_args(form))
    return form is Overview or any(get_origin(one) is list for one in kinds)


def _key_of(scope: Scope) -> _Key | None:
    """Return by what an answer is kept; None where nobody is known to ask."""
    request = HTTPConnection(scope)
    caller = find_caller(request)
    if caller is None:
        return None
    language = spoken_language(request)
    return (resources().serial, caller.identity, language, scope["path"], scope["query_string"])
