"""Office documents as PDF, by a Gotenberg service (`GOTENBERG_URL`).

The document is sent, and the PDF taken, piece by piece: neither is ever held in memory. The time
for all of it is limited, and so is the size of what comes.
"""

import secrets
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import httpcore

from infoscreen_core.domain.media.conversion import Failure
from workers.converter.bench import Bench, ConversionError
from workers.converter.sandbox import StoppedError

ROUTE: Final = "/forms/libreoffice/convert"
_PIECE: Final = 64 * 1024
_SAID_BYTES: Final = 500
_CONNECT_SECONDS: Final = 10.0
_BUSY: Final = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""Answers that say nothing about the document: too much to do, down, or set up wrongly."""


@dataclass(frozen=True)
class _Form:
    """One file as a form sends it."""

    source: Path
    name: str
    mark: str

    @property
    def head(self) -> bytes:
        return (
            f"--{self.mark}\r\n"
            f'Content-Disposition: form-data; name="files"; filename="{self.name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode("ascii")

    @property
    def tail(self) -> bytes:
        return f"\r\n--{self.mark}--\r\n".encode("ascii")

    def size(self) -> int:
        return len(self.head) + self.source.stat().st_size + len(self.tail)

    def pieces(self, watch: "_Watch") -> Iterator[bytes]:
        yield self.head
        with self.source.open("rb") as file:
            while piece := file.read(_PIECE):
                watch.check()
                yield piece
        yield self.tail


class _Watch:
    """Ends the talk when its time is over or nobody waits for it any more."""

    def __init__(self, bench: Bench) -> None:
        self._stop = bench.stop
        self._end = time.monotonic() + bench.rules.seconds

    def check(self) -> None:
        if self._stop.is_set():
            raise StoppedError
        if self.left() <= 0:
            raise httpcore.ReadTimeout

    def left(self) -> float:
        return self._end - time.monotonic()


def make_pdf(bench: Bench, source: Path, name: str) -> Path:
    """Return the PDF that the service makes of a document.

    `name` tells it the kind of document. Raises `ConversionError`.
    """
    made = bench.place("service") / "document.pdf"
    watch = _Watch(bench)
    try:
        _convert(bench, _Form(source, name, secrets.token_hex(16)), made, watch)
    except httpcore.TimeoutException as error:
        is_deaf = isinstance(error, httpcore.ConnectTimeout)
        raise _failed(Failure.SERVICE_AWAY if is_deaf else Failure.TIMEOUT, error) from None
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise _failed(Failure.SERVICE_AWAY, error) from None
    return made


def _convert(bench: Bench, form: _Form, made: Path, watch: _Watch) -> None:
    url = urlsplit(bench.rules.service_url or "")
    address = f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path.rstrip('/')}{ROUTE}"
    left = watch.left()
    timeout = {"connect": min(left, _CONNECT_SECONDS), "read": left, "write": left, "pool": left}
    headers = [
        ("Content-Type", f"multipart/form-data; boundary={form.mark}"),
        ("Content-Length", str(form.size())),
        *_login(url.username, url.password),
    ]
    with (
        httpcore.ConnectionPool(max_connections=1) as pool,
        pool.stream(
            "POST",
            address,
            headers=headers,
            content=form.pieces(watch),
            extensions={"timeout": timeout},
        ) as response,
    ):
        if response.status != HTTPStatus.OK:
            raise _refused(response.status, _beginning(response.iter_stream()))
        _take(response.iter_stream(), made, bench, watch)


def _take(pieces: Iterator[bytes], made: Path, bench: Bench, watch: _Watch) -> None:
    size = 0
    with made.open("wb") as file:
        for piece in pieces:
            watch.check()
            size += len(piece)
            if size > bench.rules.file_bytes:
                raise ConversionError(Failure.TOO_LARGE, f"the service sent over {size} bytes")
            file.write(piece)


def _beginning(pieces: Iterator[bytes]) -> str:
    text = b""
    for piece in pieces:
        text += piece
        if len(text) >= _SAID_BYTES:
            break
    return text[:_SAID_BYTES].decode("utf-8", "replace").strip()


def _refused(status: int, text: str) -> ConversionError:
    message = f"HTTP {status}: {text}"
    if status in _BUSY:
        return ConversionError(Failure.SERVICE_AWAY, message)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return ConversionError(Failure.TOO_LARGE, message)
    if "password" in text.casefold():
        return ConversionError(Failure.PASSWORD, message)
    return ConversionError(Failure.SERVICE_REFUSED, message)


def _failed(failure: Failure, error: Exception) -> ConversionError:
    return ConversionError(failure, f"{type(error).__name__}: {error}".rstrip(": "))


def _login(user: str | None, password: str | None) -> list[tuple[str, str]]:
    if user is None:
        return []
    pair = f"{unquote(user)}:{unquote(password or '')}".encode()
    return [("Authorization", f"Basic {b64encode(pair).decode('ascii')}")]
