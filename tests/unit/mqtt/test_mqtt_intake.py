import random
from collections import deque
from itertools import pairwise

import pytest

from workers.mqtt.intake import IntakeSocket

Message = tuple[str, bytes, int, bool, int]


class Stream:
    """A non-blocking socket that gives prepared pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = deque(pieces)

    def recv(self, _size: int) -> bytes:
        if not self.pieces:
            raise BlockingIOError
        return self.pieces.popleft()


def frame(header: int, body: bytes) -> bytes:
    length, rest = bytearray(), len(body)
    while True:
        rest, digit = divmod(rest, 128)
        length.append(digit | (128 if rest else 0))
        if not rest:
            return bytes([header]) + bytes(length) + body


def publish(
    topic: str, payload: bytes, *, qos: int = 0, retain: bool = False, mid: int = 0
) -> bytes:
    name = topic.encode()
    packet_id = mid.to_bytes(2, "big") if qos else b""
    return frame(
        0x30 | qos << 1 | retain, len(name).to_bytes(2, "big") + name + packet_id + payload
    )


def read_all(intake: IntakeSocket, calls: int = 10_000) -> bytes:
    """What paho gets, asking as it does: one byte, then what it believes to come."""
    out = b""
    for _ in range(calls):
        try:
            piece = intake.recv(3)
        except BlockingIOError:
            if not intake.pending() and not intake._raw.pieces:  # noqa: SLF001 - the test's own stream
                return out
            continue
        if not piece:
            return out
        out += piece
    pytest.fail("the stream never ended")


PINGRESP, SUBACK = b"\xd0\x00", b"\x90\x03\x00\x01\x01"
LARGE = b"x" * 300_000
TALK: list[tuple[bytes, Message | None]] = [
    (b"\x20\x02\x00\x00", None),
    (publish("a/b", b"{}"), ("a/b", b"{}", 0, False, 0)),
    (publish("a/b", b"", qos=1, retain=True, mid=513), ("a/b", b"", 1, True, 513)),
    (SUBACK, None),
    (publish("ä", LARGE, qos=1, mid=65_535), ("ä", LARGE, 1, False, 65_535)),
    (PINGRESP, None),
    (PINGRESP, None),
    (publish("c", b"y" * 127), ("c", b"y" * 127, 0, False, 0)),
    (publish("two", b"qos 2 is paho's", qos=2, mid=9), None),
    (publish("last", b"z"), ("last", b"z", 0, False, 0)),
]
STREAM = b"".join(raw for raw, _ in TALK)
PAHOS = b"".join(raw for raw, message in TALK if message is None)
OURS = [message for _, message in TALK if message is not None]


@pytest.mark.parametrize("seed", range(30))
def test_messages_come_out_and_paho_gets_the_rest_however_the_stream_is_cut(seed: int) -> None:
    chance = random.Random(seed)
    cuts = sorted(chance.randrange(len(STREAM)) for _ in range(chance.choice([0, 3, 50])))
    near = [offset + chance.randrange(-2, 6) for offset in (4, 11, 30, 300_060)]
    edges = [0, *sorted(cuts + [cut for cut in near if 0 < cut < len(STREAM)]), len(STREAM)]
    pieces = [STREAM[a:b] for a, b in pairwise(edges) if a < b]
    messages: list[Message] = []
    intake = IntakeSocket(Stream(*pieces), lambda *message: messages.append(message))
    assert read_all(intake) == PAHOS
    assert messages == OURS


def test_single_bytes_are_enough() -> None:
    small = [(raw, message) for raw, message in TALK if len(raw) < 1000]
    messages: list[Message] = []
    stream = Stream(*(bytes([byte]) for raw, _ in small for byte in raw))
    intake = IntakeSocket(stream, lambda *message: messages.append(message))
    assert read_all(intake) == PAHOS
    assert messages == [message for _, message in small if message is not None]


@pytest.mark.parametrize(
    "broken",
    [
        b"\x30\xff\xff\xff\xff\x7f" + b"z" * 20,  # a length of five bytes
        frame(0x30, b"\x00\x09abc"),  # a topic longer than the packet
        frame(0x30, b"\x00\x02\xff\xfe{}"),  # a topic that is not UTF-8
        frame(0x30, b"\x00\x00{}"),  # no topic
        frame(0x32, b"\x00\x01a\x00"),  # half a packet id
        frame(0x30, b""),
    ],
)
def test_what_is_malformed_is_left_to_paho(broken: bytes) -> None:
    messages: list[Message] = []
    intake = IntakeSocket(Stream(broken), lambda *message: messages.append(message))
    assert read_all(intake) == broken
    assert messages == []


def test_the_end_of_the_stream_is_told_after_its_last_message() -> None:
    messages: list[Message] = []
    intake = IntakeSocket(
        Stream(publish("a", b"1"), b""), lambda *message: messages.append(message)
    )
    with pytest.raises(BlockingIOError):
        intake.recv(1)
    assert intake.recv(1) == b""
    assert len(messages) == 1


def test_half_a_packet_is_waited_for_and_not_polled() -> None:
    intake = IntakeSocket(Stream(publish("a", b"123")[:-1]), lambda *_: None)
    with pytest.raises(BlockingIOError):
        intake.recv(1)
    assert intake.pending() == 0
