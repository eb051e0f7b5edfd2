"""Equal questions that are put once: many requests at a time cost the database as much as two."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

R = TypeVar("R")


class Questions:
    """Answers each question anew, yet never puts the same one twice at a time.

    Whoever asks while it is being answered waits for the next answer, together with all who do: no
    answer is older than the moment at which it was asked for.
    """

    def __init__(self) -> None:
        self._running: dict[object, asyncio.Future[None]] = {}
        self._next: dict[object, asyncio.Task[Any]] = {}

    async def ask(self, key: object, put: Callable[[], Awaitable[R]]) -> R:
        """Return what `put` returns, or raise what it raises; `key` says which question it is."""
        if key not in self._running:
            return await self._put(key, put)
        answer = self._next.get(key) or self._planned(key, put)
        result: R = await asyncio.shield(answer)
        return result

    async def _put(self, key: object, put: Callable[[], Awaitable[R]]) -> R:
        over = self._running[key] = asyncio.get_running_loop().create_future()
        try:
            return await put()
        finally:
            del self._running[key]
            over.set_result(None)

    def _planned(self, key: object, put: Callable[[], Awaitable[R]]) -> "asyncio.Task[R]":
        answer = self._next[key] = asyncio.create_task(self._put_next(key, put))
        answer.add_done_callback(_look_at)
        return answer

    async def _put_next(self, key: object, put: Callable[[], Awaitable[R]]) -> R:
        while running := self._running.get(key):
            await asyncio.wait([running])
        del self._next[key]
        return await self._put(key, put)


def _look_at(done: "asyncio.Task[Any]") -> None:
    """Take note of a failure, also when all who asked are gone."""
    if not done.cancelled():
        done.exception()
