"""uvicorn's HTTP/1.1, with files that the kernel sends (ASGI's extension for zero copy)."""

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


class ZeroCopyProtocol(H11Protocol):
    """One connection. Answers in which a file is handed over must state their length."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self._wrapped = self.app
        self.app = cast("Any", self._run)

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
