"""The stream of server-sent events to one browser."""

import asyncio
from contextlib import suppress
from typing import Final

from starlette.types import Receive, Scope, Send

from console.web.player.hub import Connection, Event

QUIET_SECONDS: Final = 15.0
"""After so long without news a comment is sent, so that both ends and proxies know it lives."""
SLOW_SECONDS: Final = 20.0
"""A browser that takes no byte for so long is cut off; it comes back by itself."""
_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # for nginx
]


class Stream:
    """An ASGI answer that goes on until the browser leaves, or its address ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is new whenever there is something."""
        del scope
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            while not gone.done() and not self._connection.is_over:
                await self._send_news(send)
                await self._wait(gone)
            if not gone.done():
                await send({"type": "http.response.body", "body": b""})
        except (OSError, TimeoutError):
            pass  # it left, or is too slow: it connects again
        finally:
            gone.cancel()
            self._connection.hub.disconnect(self._connection)

    async def _send_news(self, send: Send) -> None:
        self._connection.wake.clear()
        news = b"".join(map(_written, self._connection.news()))
        if not self._connection.is_over:
            message = {"type": "http.response.body", "body": news or b":\n\n", "more_body": True}
            await asyncio.wait_for(send(message), SLOW_SECONDS)

    async def _wait(self, gone: "asyncio.Task[None]") -> None:
        woken = asyncio.create_task(self._connection.wake.wait())
        try:
            await asyncio.wait(
                {woken, gone}, timeout=QUIET_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            woken.cancel()
            with suppress(asyncio.CancelledError):
                await woken


def _written(event: Event) -> bytes:
    name, data = event
    return b"event: %s\ndata: %s\n\n" % (name.encode(), data)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
