"""A browser as the console's server sees it: one socket that asks for a page and its live parts.

It draws nothing, so dozens of them cost little. It sends what Streamlit's own program sends: the
page it wants, and at each beat of a live part the wish to run that part again.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from console.runtime import SESSION_COOKIE

_LARGEST: Final = 64 * 1024 * 1024
_ZONE: Final = "Europe/Vienna"


@dataclass
class SocketBrowser:
    """One open page; `reruns` are the seconds from each wish to the end of its run."""

    port: int
    token: str
    page: str
    reruns: list[float] = field(default_factory=list)
    """Of live parts."""
    loads: list[float] = field(default_factory=list)
    """Of whole pages."""
    received: int = 0
    """Bytes."""
    texts: set[str] = field(default_factory=set)
    """First lines of what was drawn as HTML, to see that the page is the right one."""
    _beats: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _asked: list[tuple[float, bool]] = field(default_factory=list)
    _hash: str = ""
    _socket: websockets.ClientConnection | None = None

    async def watch(self, seconds: float) -> None:
        """Open the page and look at it for so long."""
        address = f"ws://127.0.0.1:{self.port}/_stcore/stream"
        headers = {"Cookie": f"{SESSION_COOKIE}={self.token}"}
        async with websockets.connect(
            address,
            origin=websockets.Origin(f"http://127.0.0.1:{self.port}"),
            additional_headers=headers,
            max_size=_LARGEST,
            compression=None,
            open_timeout=60,
        ) as self._socket:
            await self._ask("")
            try:
                await asyncio.wait_for(self._listen(), seconds)
            except TimeoutError:
                pass
            finally:
                for beat in self._beats.values():
                    beat.cancel()

    async def _ask(self, fragment: str) -> None:
        assert self._socket
        message = BackMsg()
        wish = message.rerun_script
        wish.fragment_id, wish.is_auto_rerun = fragment, bool(fragment)
        wish.page_script_hash = self._hash
        wish.page_name = "" if self._hash else self.page
        wish.context_info.timezone = _ZONE
        wish.context_info.url = f"http://127.0.0.1:{self.port}/{self.page}"
        self._asked.append((time.perf_counter(), bool(fragment)))
        await self._socket.send(message.SerializeToString())

    async def _listen(self) -> None:
        assert self._socket
        async for data in self._socket:
            assert isinstance(data, bytes)
            self.received += len(data)
            message = ForwardMsg()
            message.ParseFromString(data)
            self._take(message)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._hash = message.new_session.page_script_hash
        elif kind == "auto_rerun":
            part = message.auto_rerun
            if known := self._beats.pop(part.fragment_id, None):
                known.cancel()
            self._beats[part.fragment_id] = asyncio.create_task(
                self._beat(part.fragment_id, part.interval)
            )
        elif kind == "delta":
            self.texts.update(_html_in(message))
        elif kind == "script_finished" and self._asked:
            began, is_part = self._asked.pop(0)
            (self.reruns if is_part else self.loads).append(time.perf_counter() - began)

    async def _beat(self, fragment: str, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._ask(fragment)


def _html_in(message: ForwardMsg) -> Iterator[str]:
    element = message.delta.new_element
    if element.WhichOneof("type") == "html":
        yield element.html.body[:200]
