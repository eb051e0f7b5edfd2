"""Takes messages out of the broker's byte stream before paho sees them.

paho spends 20 µs and five system calls on a message; with a busy fleet, that alone would use up the
listener's time. So a socket of our own sits beneath paho, as its WebSocket transport does. It reads
large chunks, hands over PUBLISH packets of QoS 0 and 1 directly, and passes everything else on
untouched: connecting, subscribing, pings and reconnecting remain paho's business. It is for MQTT
3.1.1 with manual acknowledgement only.

The buffer always begins at a packet's first byte, unless paho is in the middle of one: then `_owed`
counts the bytes still to be given to it. A packet that we cannot read, or that paho has to judge
(QoS 2, a broken topic), is paho's as a whole.
"""

from collections.abc import Callable
from typing import Any, Final

from paho.mqtt.client import Client

PublishHandler = Callable[[str, bytes, int, bool, int], None]
"""Called with topic, payload, QoS, retain flag and packet id."""

_CHUNK: Final = 256 * 1024
_PUBLISH: Final = 0x30
_MAX_LENGTH_BYTES: Final = 4


class IntakeClient(Client):
    """A paho client whose messages go to `on_publish` instead of `on_message`."""

    def __init__(self, *arguments: Any, on_publish_packet: PublishHandler, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **options)
        self._on_publish_packet = on_publish_packet

    def _create_socket(self) -> Any:  # noqa: ANN401 - paho's SocketLike, which it does not export at run time
        # The only private name of paho used here. Without it, messages take the slow way, through
        # on_message.
        return IntakeSocket(super()._create_socket(), self._on_publish_packet)


class IntakeSocket:
    """A non-blocking socket that keeps PUBLISH packets to itself."""

    def __init__(self, raw: Any, on_publish: PublishHandler) -> None:  # noqa: ANN401 - a socket, plain or TLS
        self._raw = raw
        self._on_publish = on_publish
        self._buffer = bytearray()
        self._owed = 0
        """Bytes at the buffer's start that belong to a packet paho is reading."""
        self._is_scanned = True
        """Whether what is left in the buffer is known to be less than one packet."""

    def recv(self, size: int) -> bytes:
        """Return bytes that are paho's; raise `BlockingIOError` when there are none now."""
        if not self._owed and not self._scan():
            data = self._raw.recv(_CHUNK)
            if not data:
                return b""
            self._buffer += data
            # Only one chunk at a time: pings, acknowledgements and other writes need their turn.
            if not self._scan():
                raise BlockingIOError
        data = bytes(self._buffer[: min(size, self._owed)])
        del self._buffer[: len(data)]
        self._owed -= len(data)
        self._is_scanned = not self._buffer
        return data

    def pending(self) -> int:
        """Return 0 unless there is something to read that `select()` cannot see."""
        if self._owed or not self._is_scanned:
            return 1
        pending = getattr(self._raw, "pending", None)
        return pending() if pending else 0

    def send(self, data: bytes) -> int:
        """Send as much as fits; return how many bytes that was."""
        return int(self._raw.send(data))

    def close(self) -> None:
        """Close the socket."""
        self._raw.close()

    def fileno(self) -> int:
        """Return the descriptor for `select()`."""
        return int(self._raw.fileno())

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - a socket's own signature
        """Set the socket's mode."""
        self._raw.setblocking(flag)

    def _scan(self) -> bool:
        """Hand over the PUBLISH packets that are complete; True when a packet of paho's follows."""
        buffer = self._buffer
        start, end = 0, len(buffer)
        try:
            while end - start > 1:
                body, stop = _bounds(buffer, start)
                if stop > end:
                    break
                message = _read_publish(buffer, start, body, stop)
                if message is None:
                    self._owed = stop - start
                    return True
                start = stop
                self._on_publish(*message)
        finally:
            del buffer[:start]
            self._is_scanned = True
        return False


def _bounds(buffer: bytearray, start: int) -> tuple[int, int]:
    """Return where a packet's body begins and ends: beyond the buffer while it is incomplete."""
    length = shift = 0
    for place in range(start + 1, start + 1 + _MAX_LENGTH_BYTES):
        if place == len(buffer):
            return place, place + 1
        digit = buffer[place]
        length |= (digit & 127) << shift
        if digit < 128:  # noqa: PLR2004 - the continuation bit
            return place + 1, place + 1 + length
        shift += 7
    return len(buffer) + 1, len(buffer)  # no such length: all that follows is paho's to refuse


def _read_publish(
    buffer: bytearray, start: int, body: int, stop: int
) -> tuple[str, bytes, int, bool, int] | None:
    """Take a PUBLISH packet apart; None for other packets, and for those paho should judge."""
    header = buffer[start]
    qos = header >> 1 & 3
    if header & 0xF0 != _PUBLISH or qos > 1 or body + 2 > stop:
        return None
    payload = body + 2 + (buffer[body] << 8 | buffer[body + 1])
    try:
        topic = buffer[body + 2 : payload].decode()
    except UnicodeDecodeError:
        return None
    if qos:
        payload += 2
    if payload > stop or not topic:
        return None
    mid = buffer[payload - 2] << 8 | buffer[payload - 1] if qos else 0
    return topic, bytes(buffer[payload:stop]), qos, bool(header & 1), mid
