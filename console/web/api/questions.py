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
        self._running: dict[object, asyncio.Task[Any]] = {}
        self._next: dict[object, asyncio.Task[Any]] = {}

    async def ask(self, key: object, put: Callable[[], Awaitable[R]]) -> R:
        """Return what `put` returns, or raise what it raises; `key` says which question it is."""
        if self._running.get(key) is None:
            answer = self._begun(key, put)
        else:
            answer = self._next.get(key) or self._planned(key, put)
        result: R = await asyncio.shield(answer)
        return result

    def _begun(self, key: object, put: Callable[[], Awaitable[R]]) -> "asyncio.Task[R]":
        answer = self._running[key] = asyncio.create_task(_put(put))
        answer.add_done_callback(lambda done: self._end(key, done))
        return answer

    def _planned(self, key: object, put: Callable[[], Awaitable[R]]) -> "asyncio.Task[R]":
        answer = self._next[key] = asyncio.create_task(self._put_next(key, put))
        answer.add_done_callback(_look_at)
        return answer

    async def _put_next(self, key: object, put: Callable[[], Awaitable[R]]) -> R:
        while running := self._running.get(key):
            await asyncio.wait([running])
        del self._next[key]
        return await self._begun(key, put)

    def _end(self, key: object, done: "asyncio.Task[Any]") -> None:
        if self._running.get(key) is done:
            del self._running[key]
        _look_at(done)


async def _put(put: Callable[[], Awaitable[R]]) -> R:
    return await put()


def _look_at(done: "asyncio.Task[Any]") -> None:
    """Take note of a failure, also when all who asked are gone."""
    if not done.cancelled():
        done.exception()
