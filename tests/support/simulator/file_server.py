"""An HTTP server that hands out files by ranges, and misbehaves on request."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum, auto
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from workers.simulator.media.files import WantedFile


class Quirk(StrEnum):
    """What is wrong with how a file is handed out."""

    NONE = auto()
    CUT = auto()
    """The first answer breaks off after half of its bytes."""
    ALWAYS_CUT = auto()
    NO_RANGES = auto()
    NO_TAG = auto()
    FORBIDDEN = auto()
    MISSING = auto()
    FAULT_ONCE = auto()
    NOT_SATISFIABLE = auto()
    """No range is ever right."""
    OTHER_RANGE = auto()
    """An answer holds other bytes than were asked for."""
    CHANGES = auto()
    """After the first answer, the content is another one."""
    EMPTY_RANGES = auto()
    """Answers promise a part, and hold nothing."""


@dataclass
class Offered:
    """One file of the server."""

    content: bytes
    quirk: Quirk = Quirk.NONE
    next_content: bytes = b""
    """For `Quirk.CHANGES`."""
    ranges: list[str] = field(default_factory=list)
    """Of the requests, in order; an empty text for none."""
    conditions: list[str] = field(default_factory=list)
    """`If-Range` of the requests."""


class FileServer:
    """Files by their names."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.files: dict[str, Offered] = {}

    def offer(self, name: str, content: bytes, quirk: Quirk = Quirk.NONE) -> Offered:
        self.files[name] = Offered(content, quirk)
        return self.files[name]

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._port}/{name}?signature=secret"

    def wanted(self, name: str, content: bytes | None = None) -> WantedFile:
        """Return the file as a list for players names it: with checksum and size."""
        content = self.files[name].content if content is None else content
        return WantedFile(self.url(name), name, hashlib.sha256(content).hexdigest(), len(content))


@contextmanager
def file_server() -> Iterator[FileServer]:
    server = _Server(("127.0.0.1", 0), _Handler)
    files = FileServer(server.server_address[1])
    server.files = files  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield files
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: Any) -> None:  # noqa: ANN401 - the base's own signature
        """Say nothing of a player that hangs up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        files: FileServer = self.server.files  # type: ignore[attr-defined]
        offered = files.files.get(self.path.partition("?")[0].strip("/"))
        if offered is None:
            self._answer(HTTPStatus.NOT_FOUND)
            return
        is_first = not offered.ranges
        offered.ranges.append(self.headers.get("Range", ""))
        offered.conditions.append(self.headers.get("If-Range", ""))
        if offered.quirk is Quirk.CHANGES and not is_first:
            offered.content = offered.next_content
        refusal = {
            Quirk.FORBIDDEN: HTTPStatus.FORBIDDEN,
            Quirk.MISSING: HTTPStatus.NOT_FOUND,
            Quirk.FAULT_ONCE: HTTPStatus.BAD_GATEWAY if is_first else None,
        }.get(offered.quirk)
        if refusal is not None:
            self._answer(refusal)
        else:
            self._hand_out(offered, is_first=is_first)

    def _hand_out(self, offered: Offered, *, is_first: bool) -> None:
        content, size = offered.content, len(offered.content)
        tag = f'"{hashlib.sha256(content).hexdigest()}"'
        headers = {} if offered.quirk is Quirk.NO_TAG else {"ETag": tag}
        wants = self.headers.get("Range", "")
        if offered.quirk is Quirk.NO_RANGES or self.headers.get("If-Range", tag) != tag:
            wants = ""
        if not wants:
            self._send(HTTPStatus.OK, content, headers)
            return
        first, _, last = wants.removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last), size - 1)
        if start >= size or offered.quirk is Quirk.NOT_SATISFIABLE:
            self._answer(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {"Content-Range": f"bytes */{size}"}
            )
            return
        if offered.quirk is Quirk.OTHER_RANGE:
            start = max(start - 1, 0) if start else 1
        body = b"" if offered.quirk is Quirk.EMPTY_RANGES else content[start : end + 1]
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
        is_cut = offered.quirk is Quirk.ALWAYS_CUT or (offered.quirk is Quirk.CUT and is_first)
        self._send(HTTPStatus.PARTIAL_CONTENT, body, headers, is_cut=is_cut)

    def _answer(self, status: HTTPStatus, headers: dict[str, str] | None = None) -> None:
        self._send(status, b"", headers or {})

    def _send(
        self, status: HTTPStatus, body: bytes, headers: dict[str, str], *, is_cut: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if is_cut else body)
        if is_cut:
            self.close_connection = True

    def log_message(self, *_arguments: Any) -> None:  # noqa: ANN401 - the base's own signature
        """Say nothing."""
