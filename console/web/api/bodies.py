"""How much a request may send, and how fast it has to come.

A body is read only where a route asks for it. So a route that takes a file may first say how much
that is (`allow`); for all others a mebibyte is plenty.
"""

import asyncio
import math
import time
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.web.api.problems import CutOff, TooLargeError, TooSlowError

MOST_BYTES: Final = 2**20
WHOLE_SECONDS: Final = 20.0
"""A body that is not allowed to be large has come as a whole by then."""
SILENCE_SECONDS: Final = 15.0
"""Between two pieces, however large the body may be."""
_KEY: Final = "infoscreen.body"


class Bodies:
    """Middleware: a body that is too large, or comes too slowly, is read no further."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a body that ends in time."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _Body(receive, scope)
        scope[_KEY] = body
        await self.app(scope, body.receive, send)


def allow(request: Request, most: int) -> None:
    """Let the request's body have so many bytes, and take as long as it keeps coming."""
    body = request.scope[_KEY]
    body.most, body.until = most, math.inf


class _Body:
    def __init__(self, receive: Receive, scope: Scope) -> None:
        self._receive = receive
        self._read = 0
        self._is_complete = False
        self._announced = _announced(scope)
        self.most: int = MOST_BYTES
        self.until = time.monotonic() + WHOLE_SECONDS

    async def receive(self) -> Message:
        """Return what comes next; raise `CutOff` with what is wrong with it."""
        if self._is_complete:  # only the end of the connection is waited for by now
            return await self._receive()
        self._check(self._announced)
        message = await self._next()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            self._check(self._read)
            self._is_complete = not message.get("more_body", False)
        return message

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout(min(SILENCE_SECONDS, self.until - time.monotonic())):
                return await self._receive()
        except TimeoutError:
            raise CutOff(TooSlowError("The body did not come in time; send it again.")) from None

    def _check(self, size: int) -> None:
        if size > self.most:
            raise CutOff(TooLargeError("The body has more than {most} bytes.", most=self.most))


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isdecimal() and length.isascii() else 0
