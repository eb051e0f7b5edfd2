"""Send pieces of a file: neither the event loop nor memory holds more than a block of it."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from typing import BinaryIO, Final

from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Scope, Send

from console.web.media.ranges import Span
from console.web.zerocopy import MESSAGE

BLOCK: Final = 256 * 1024
_RawHeaders = list[tuple[bytes, bytes]]


class Pieces:
    """An answer of bytes and spans of an open file, which it closes at its end."""

    def __init__(
        self, file: BinaryIO, status: int, headers: _RawHeaders, pieces: Sequence[bytes | Span]
    ) -> None:
        self._file, self._pieces = file, pieces
        self._start: Message = {
            "type": "http.response.start",
            "status": status,
            "headers": headers,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; when the client goes away, stop."""
        with self._file:
            await send(self._start)
            if scope["method"] != "HEAD":
                is_handed_over = MESSAGE in scope.get("extensions", {})
                way = _hand_over(send) if is_handed_over else _copy(receive, send)
                try:
                    await self._send_pieces(send, way)
                except ConnectionError:
                    return
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_pieces(self, send: Send, send_span: "_Way") -> None:
        for piece in self._pieces:
            if isinstance(piece, Span):
                await send_span(self._file, piece)
            else:
                await send(_body(piece))


_Way = Callable[[BinaryIO, Span], Awaitable[None]]


def _hand_over(send: Send) -> _Way:
    """Return how a server sends spans that knows how to let the kernel do it."""

    async def hand_over(file: BinaryIO, span: Span) -> None:
        await send({"type": MESSAGE, "file": file, "offset": span.first, "count": span.length})

    return hand_over


def _copy(receive: Receive, send: Send) -> _Way:
    """Return how they are sent by any other server: block by block, through a thread."""

    async def copy(file: BinaryIO, span: Span) -> None:
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            first, end = span.first, span.last + 1
            while first < end:
                count = min(BLOCK, end - first)
                block = await run_in_threadpool(os.pread, file.fileno(), count, first)
                if not block or gone.done():  # cut off, or nobody listens any more
                    raise ConnectionResetError
                first += len(block)
                await send(_body(block))
        finally:
            gone.cancel()

    return copy


def _body(content: bytes) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": True}


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
