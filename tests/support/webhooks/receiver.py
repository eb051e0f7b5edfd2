"""A real receiver of webhooks on a free port of this machine, which answers as it is told."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

MOST_SECONDS = 60.0


@dataclass(frozen=True)
class Heard:
    """One message as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content

    def checked(self, secret: str) -> dict[str, Any]:
        """What it says, if the library finds its signature right; raises otherwise."""
        content: dict[str, Any] = Webhook(secret).verify(self.body, dict(self.headers))
        return content


@dataclass(frozen=True)
class Says:
    """What the receiver answers."""

    status: int = 204
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Receiver:
    """`answering` may be replaced at any time; `heard` has all that came, in order."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answering: Callable[[Heard], Says] = lambda _heard: Says()
        self.heard: list[Heard] = []
        self.hold = threading.Event()
        self.hold.set()
        """While it is not set, messages are taken in and not answered."""
        self._scheme = "https" if tls else "http"
        handler = type("Handler", (_Handler,), {"receiver": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        if tls:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, path: str = "/hooks", host: str = "127.0.0.1") -> str:
        return f"{self._scheme}://{host}:{self._http.server_address[1]}{path}"

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer everything like this from now on."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answering = lambda _heard: Says(status, body, named)

    def ids(self) -> list[str]:
        return [one.id for one in self.heard]

    def kinds(self) -> list[str]:
        return [one.said["type"] for one in self.heard]

    def close(self) -> None:
        self.hold.set()
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        heard = Heard(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        self.receiver.heard.append(heard)
        self.receiver.hold.wait(MOST_SECONDS)
        says = self.receiver.answering(heard)
        with suppress(OSError):  # the sender may be dead
            self.send_response(says.status)
            for name, value in says.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(says.body)))
            self.end_headers()
            self.wfile.write(says.body)

    def do_GET(self) -> None:
        self.receiver.heard.append(Heard(f"GET {self.path}", {}, b""))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    made = Receiver(tls)
    try:
        yield made
    finally:
        made.close()
