"""A real server of calendars on a free port of this machine, which answers as it is told."""

import gzip
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What the server says; `after` is how many seconds it waits before each byte of the body."""

    body: bytes = b""
    status: int = 200
    headers: Headers = field(default_factory=dict)
    length: int | None = None
    """Says so in Content-Length; None: the truth."""
    after: float = 0.0
    hangs_up: bool = False
    """Says nothing at all, and closes the connection."""


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]


Answering = Callable[[Request], Answer]


class CalendarServer:
    """`answering` may be replaced at any time; `requests` has all that was asked."""

    def __init__(self, answering: Answering, tls: ssl.SSLContext | None = None) -> None:
        self.answering = answering
        self.requests: list[Request] = []
        self.is_closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._scheme = "https" if tls else "http"
        if tls:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return self._http.server_address[1]

    def url(self, path: str = "/school.ics", host: str = "127.0.0.1") -> str:
        return f"{self._scheme}://{host}:{self.port}{path}"

    def give(self, body: bytes, **headers: str) -> None:
        """Answer everything with this body from now on."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answering = lambda _request: Answer(body, headers=named)

    def close(self) -> None:
        self.is_closing.set()
        self._http.shutdown()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        return type("Handler", (_Handler,), {"server_of_test": self})


class _Handler(BaseHTTPRequestHandler):
    server_of_test: CalendarServer

    def do_GET(self) -> None:
        request = Request(self.path, {k.lower(): v for k, v in self.headers.items()})
        self.server_of_test.requests.append(request)
        answer = self.server_of_test.answering(request)
        if not answer.hangs_up:
            self._say(answer)

    def _say(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        length = len(answer.body) if answer.length is None else answer.length
        if answer.status != 304:
            self.send_header("Content-Length", str(length))
        with suppress(OSError):  # the client may have seen enough
            self.end_headers()
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        if not answer.after:
            self.wfile.write(answer.body)
            return
        for byte in answer.body:
            if self.server_of_test.is_closing.wait(answer.after):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def calendar_server(
    body: bytes = b"", *, tls: ssl.SSLContext | None = None
) -> Iterator[CalendarServer]:
    server = CalendarServer(lambda _request: Answer(body), tls)
    try:
        yield server
    finally:
        server.close()


def conditional(body: bytes, *, etag: str = '"1"', modified: str = "") -> Answering:
    """Answer as a server with ETag, and Last-Modified if given, does."""

    def answer(request: Request) -> Answer:
        headers = {"ETag": etag} | ({"Last-Modified": modified} if modified else {})
        is_known = request.headers.get("if-none-match") == etag or (
            bool(modified) and request.headers.get("if-modified-since") == modified
        )
        return Answer(status=304, headers=headers) if is_known else Answer(body, headers=headers)

    return answer


def packed(body: bytes) -> Answer:
    return Answer(gzip.compress(body), headers={"Content-Encoding": "gzip"})


def redirect(target: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": target})
