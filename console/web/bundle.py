"""The program that runs in the browser: compressed once, and kept there for a year.

Streamlit sends its scripts, and those of components, as they lie on the disk, three megabytes at
the first visit. They are a fourth of that compressed, and never change while the process lives. So
each is compressed when it is first asked for, in a thread, and answered from memory afterwards.
"""

import asyncio
import gzip
import re
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

YEAR: Final = "public, max-age=31536000, immutable"
"""For what has a hash of its content in its name: another content has another address."""
_FOLDERS: Final = ("/static/", "/component/", "/own/")
_WORTH_IT: Final = re.compile(r"\.(?:css|js|json|map|svg|ttf|wasm)$")
"""The rest, such as woff2 and png, is compressed already."""
_HASHED: Final = re.compile(r"\.(?=[\w-]*[\dA-Z_-])[\w-]{8}\.\w+$")
_LEVEL: Final = 7
_OK: Final = 200
_SMALL: Final = 1000
"""Bytes that fit into one packet anyway."""
_ROOM: Final = 32 * 2**20
"""Bytes kept of compressed files; all of Streamlit's are 8 MB."""


class Bundle:
    """Middleware: files of the browser's program are compressed once and cached for long."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[str, tuple[list[tuple[bytes, bytes]], bytes]] = {}
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let the answer through and remember it."""
        if scope["type"] != "http" or not scope["path"].startswith(_FOLDERS):
            await self.app(scope, receive, send)
        elif _is_compressible(scope):
            await self._compressed(scope, receive, send)
        else:
            await self.app(scope, receive, _kept_long(scope["path"], send))

    async def _compressed(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path not in self._kept:
            answer = _Answer()
            await self.app(_without_encoding(scope), receive, answer.take)
            if not answer.is_whole_file:
                await answer.repeat(_kept_long(path, send))
                return
            body = await run_in_threadpool(gzip.compress, answer.body, _LEVEL, mtime=0)
            self._keep(path, answer.headers_of(path, body), body)
            await _reply(answer.headers_of(path, body), body, send)
            return
        await _reply(*self._kept[path], send)

    def _keep(self, path: str, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        if path not in self._kept and self._size + len(body) <= _ROOM:
            self._kept[path] = headers, body
            self._size += len(body)


class _Answer:
    """What the application answers, held back until it is complete."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    async def take(self, message: Message) -> None:
        """Take the next part."""
        self._messages.append(message)
        await asyncio.sleep(0)  # a large file comes in many parts: let others go between them

    async def repeat(self, send: Send) -> None:
        """Send all of it on, as it came."""
        for message in self._messages:
            await send(message)

    @property
    def body(self) -> bytes:
        """The whole content."""
        return b"".join(message.get("body", b"") for message in self._messages[1:])

    @property
    def is_whole_file(self) -> bool:
        """Whether it is a file that is worth compressing: no refusal, nothing small or cut off.

        When the browser that asked goes away, the rest of the file is never sent.
        """
        start, last = self._messages[0], self._messages[-1]
        return (
            _is_file(start)
            and not last.get("more_body", False)
            and "content-encoding" not in Headers(raw=start["headers"])
            and len(self.body) >= _SMALL
        )

    def headers_of(self, path: str, body: bytes) -> list[tuple[bytes, bytes]]:
        """Return the headers under which the compressed `body` is sent."""
        headers = MutableHeaders(raw=list(self._messages[0]["headers"]))
        headers["content-length"] = str(len(body))
        headers["content-encoding"] = "gzip"
        headers.add_vary_header("accept-encoding")
        for name in ("accept-ranges", "etag", "last-modified"):  # they mean the plain file
            del headers[name]
        if _HASHED.search(path):
            headers["cache-control"] = YEAR
        return headers.raw


def _is_file(start: Message) -> bool:
    """Whether it is what the address names: Streamlit answers unknown ones with a page."""
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == _OK and not kind.startswith("text/html")


def _is_compressible(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return (
        scope["method"] == "GET"
        and _WORTH_IT.search(scope["path"]) is not None
        and "range" not in headers
        and "gzip" in headers.get("accept-encoding", "")
    )


def _without_encoding(scope: Scope) -> Scope:
    """Ask for the plain file, and for it whole: whoever asked may have an older one."""
    unwanted = {b"accept-encoding", b"if-none-match", b"if-modified-since"}
    headers = [(name, value) for name, value in scope["headers"] if name not in unwanted]
    return {**scope, "headers": headers}


def _kept_long(path: str, send: Send) -> Send:
    async def send_kept_long(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if _WORTH_IT.search(path):
                headers.add_vary_header("accept-encoding")
            if _is_file(message) and _HASHED.search(path):
                headers["cache-control"] = YEAR
        await send(message)

    return send_kept_long


async def _reply(headers: list[tuple[bytes, bytes]], body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": _OK, "headers": headers})
    await send({"type": "http.response.body", "body": body})
