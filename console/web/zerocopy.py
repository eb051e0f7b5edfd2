"""uvicorn's HTTP/1.1, with two things that it has not.

Files that the kernel sends (ASGI's extension for zero copy), and an end to the patience with
requests whose headers do not come: whoever connects and says nothing, or a byte now and then, would
keep a connection for ever.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from console.web.sender import IS_POSSIBLE, sender

MESSAGE: Final = "http.response.zerocopysend"
"""The extension, and the message with `file`, `offset` and `count` that it takes."""
_DRAIN_SECONDS: Final = 0.005
HEAD_SECONDS: Final = 20.0
"""A request has told its address and headers by then, since the connection was made or its first
byte came."""
_TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class ZeroCopyProtocol(H11Protocol):
    """One connection. Answers in which a file is handed over must state their length."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self._wrapped = self.app
        self.app = cast("Any", self._run)
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request, but not for ever."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; wait for the rest of its headers as long as is left of the time."""
        super().data_received(data)
        if self._is_head_begun():
            self._await_head()
        else:
            self._lose_patience()

    def on_response_complete(self) -> None:
        """Go on with what came meanwhile: the beginning of the next request, perhaps."""
        super().on_response_complete()
        if self._is_head_begun():
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._lose_patience()
        super().connection_lost(exc)

    def _is_head_begun(self) -> bool:
        """Whether some of a request came that is not known yet."""
        is_idle = self.conn.their_state is h11.IDLE and self.conn.our_state is h11.IDLE
        return is_idle and bool(self.conn.trailing_data[0])

    def _await_head(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(HEAD_SECONDS, self._cut_off)

    def _lose_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _cut_off(self) -> None:
        if self._is_head_begun():
            self.transport.write(_TOO_SLOW)
        self.transport.close()

    async def _run(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        is_plain = scope["type"] == "http" and scope["scheme"] == "http"
        if IS_POSSIBLE and is_plain and self.transport.get_extra_info("sslcontext") is None:
            scope["extensions"] = {**scope.get("extensions", {}), MESSAGE: {}}
            send = partial(self._send, self.cycle, send)
        await self._wrapped(scope, receive, send)

    async def _send(
        self,
        cycle: RequestResponseCycle,
        send: Callable[[Any], Awaitable[None]],
        message: dict[str, Any],
    ) -> None:
        if message["type"] == MESSAGE:
            await self._hand_over(cycle, message)
        else:
            await send(message)

    async def _hand_over(self, cycle: RequestResponseCycle, message: dict[str, Any]) -> None:
        count = message["count"]
        cycle.conn.send_with_data_passthrough(h11.Data(data=cast("bytes", _Counted(count))))
        try:
            await self._drain(cycle)
            socket = self.transport.get_extra_info("socket").fileno()
            await sender.send(socket, message["file"].fileno(), message["offset"], count)
        except ConnectionError:
            self.transport.abort()
            await asyncio.sleep(0)  # uvicorn is told that nobody listens before it asks
            raise
        except BaseException:  # whatever it is: the answer cannot be completed
            self.transport.abort()
            raise

    async def _drain(self, cycle: RequestResponseCycle) -> None:
        """Wait until all is sent that was said before."""
        while self.transport.get_write_buffer_size() and not cycle.disconnected:  # noqa: ASYNC110 - asyncio tells nobody when it is empty
            await asyncio.sleep(_DRAIN_SECONDS)
        if cycle.disconnected or self.transport.is_closing():
            raise ConnectionResetError


class _Counted:
    """Stands for bytes that pass h11 by: it only counts them."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count
