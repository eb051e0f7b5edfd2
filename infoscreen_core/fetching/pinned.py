"""Connections to addresses that were checked, with one deadline for everything on them."""

import ssl
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

import httpcore
from httpcore import NetworkBackend, NetworkStream, SyncBackend

CONNECT_SECONDS: Final = 8.0
"""For each of a host's addresses: the next one may answer."""


class Deadline:
    """An instant on the monotonic clock by which all has to be over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; raise `httpcore.ReadTimeout` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left


class PinnedBackend(NetworkBackend):
    """Connects to the given addresses, whatever the host is called; TLS still checks its name."""

    def __init__(self, addresses: Sequence[str], deadline: Deadline) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._plain = SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - it was looked up before
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is what counts
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        """Return a connection to the first address that answers."""
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in self._addresses:
            seconds = min(CONNECT_SECONDS, self._deadline.left())
            try:
                stream = self._plain.connect_tcp(
                    address, port, seconds, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure or httpcore.ConnectError


class _TimedStream(NetworkStream):
    """A connection on which no step lasts beyond the deadline, however slowly bytes drip."""

    def __init__(self, stream: NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's own signature
        return self._stream.get_extra_info(info)
