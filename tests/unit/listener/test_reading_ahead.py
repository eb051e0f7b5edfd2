import threading
from collections.abc import Iterator, Sequence

import pytest

from tests.support.listener.telemetry import say
from tests.support.ports import wait_until
from workers.listener import buffer as ingest_buffer
from workers.listener.batch import Batch, read_batch
from workers.listener.buffer import InboundBuffer
from workers.listener.memory import PlayerMemory
from workers.listener.reading import BatchReader
from workers.mqtt.connection import ReceivedMessage

UUID = "00000000-0000-0000-0000-000000000001"
WAIT = 30.0


class Reading:
    """Reads batches, and tells which; the one with the word "poison" cannot be read."""

    def __init__(self) -> None:
        self.read_payloads: list[list[bytes]] = []
        self.threads: set[int] = set()

    def __call__(self, messages: Sequence[ReceivedMessage]) -> Batch:
        self.threads.add(threading.get_ident())
        payloads = [message.payload for message in messages]
        self.read_payloads.append(payloads)
        if b"poison" in payloads:
            raise ValueError("poison")
        return read_batch(messages, PlayerMemory())


@pytest.fixture
def buffer(monkeypatch: pytest.MonkeyPatch) -> InboundBuffer:
    monkeypatch.setattr(ingest_buffer, "BATCH_MESSAGES", 2)
    return InboundBuffer()


@pytest.fixture
def reading() -> Reading:
    return Reading()


@pytest.fixture
def reader(buffer: InboundBuffer, reading: Reading) -> Iterator[BatchReader]:
    reader = BatchReader(buffer, reading)
    yield reader
    reader.stop()


def put(buffer: InboundBuffer, *payloads: bytes) -> None:
    for payload in payloads:
        buffer.put(say(UUID, "health", payload))


def test_one_batch_is_read_ahead_and_no_more(
    buffer: InboundBuffer, reading: Reading, reader: BatchReader
) -> None:
    put(buffer, b"1", b"2", b"3", b"4", b"5", b"6")
    reader.start()
    wait_until(lambda: len(reading.read_payloads) == 1, what="the first batch")
    first = reader.take(WAIT)
    assert first
    wait_until(lambda: len(reading.read_payloads) == 2, what="the next, while one is stored")
    assert not threading.Event().wait(0.1)
    assert reading.read_payloads == [[b"1", b"2"], [b"3", b"4"]]
    assert reading.threads.isdisjoint({threading.get_ident()})
    assert buffer.unfinished == 6, "nothing is done before it is stored"


def test_batches_keep_their_order(buffer: InboundBuffer, reader: BatchReader) -> None:
    reader.start()
    expected = [str(number).encode() for number in range(101)]
    put(buffer, *expected)
    found: list[bytes] = []
    while len(found) < len(expected):
        batch = reader.take(WAIT)
        assert batch
        found += [message.payload for message in batch.messages]
    assert found == expected
    assert reader.take(0) is None


def test_a_batch_that_cannot_be_read_is_handed_over_unread(
    buffer: InboundBuffer, reader: BatchReader
) -> None:
    put(buffer, b"1", b"poison", b"{}", b"{}")
    reader.start()
    bad, good = reader.take(WAIT), reader.take(WAIT)
    assert bad
    assert (len(bad.messages), bad.batch) == (2, None)
    assert good
    assert good.batch is not None


def test_without_its_thread_taking_reads(
    buffer: InboundBuffer, reading: Reading, reader: BatchReader
) -> None:
    put(buffer, b"{}")
    batch = reader.take(0)
    assert batch
    assert batch.batch is not None
    assert reading.threads == {threading.get_ident()}
