import threading
import time

import pytest

from tests.support.listener.telemetry import say
from tests.support.ports import wait_until
from workers.listener import buffer as ingest_buffer
from workers.listener.buffer import InboundBuffer
from workers.mqtt.connection import ReceivedMessage

UUID = "00000000-0000-0000-0000-000000000001"


def telemetry(qos: int = 0, size: int = 2) -> ReceivedMessage:
    return say(UUID, "health", b"x" * size, qos=qos)


def test_messages_come_out_in_order_and_free_their_room_when_done() -> None:
    buffer = InboundBuffer()
    messages = [telemetry() for _ in range(5)]
    for message in messages:
        buffer.put(message)
    batch = buffer.take(0)
    assert batch == messages
    assert (buffer.received, buffer.unfinished) == (5, 5)
    buffer.done(batch)
    assert buffer.unfinished == 0
    assert buffer.take(0) == []


def test_a_batch_is_bounded_in_number_and_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_buffer, "BATCH_MESSAGES", 3)
    monkeypatch.setattr(ingest_buffer, "BATCH_BYTES", 100)
    buffer = InboundBuffer()
    for size in (1, 1, 1, 1, 150, 1):
        buffer.put(telemetry(size=size))
    assert [len(buffer.take(0)) for _ in range(3)] == [3, 2, 1]


def test_a_lone_message_does_not_wait_for_company() -> None:
    buffer = InboundBuffer()
    buffer.put(telemetry())
    started = time.monotonic()
    assert len(buffer.take(1.0)) == 1
    assert time.monotonic() - started < 0.2


def test_while_messages_trickle_in_a_batch_goes_after_a_quarter_of_a_second() -> None:
    buffer = InboundBuffer()
    over = threading.Event()

    def trickle() -> None:
        while not over.wait(0.005):
            buffer.put(telemetry())

    thread = threading.Thread(target=trickle)
    thread.start()
    started = time.monotonic()
    batch = buffer.take(1.0)
    took = time.monotonic() - started
    over.set()
    thread.join()
    assert len(batch) > 3
    assert took < 1.0


def test_an_acknowledgement_makes_the_batch_go_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_buffer, "QUIET_SECONDS", 30.0)
    buffer = InboundBuffer()
    buffer.put(telemetry())
    buffer.put(say(UUID, "commands/ack"))
    assert len(buffer.take(0)) == 2  # with the usual wait this would take 30 seconds


def test_a_full_buffer_lets_qos_1_wait_until_there_is_room() -> None:
    buffer = InboundBuffer(max_messages=2)
    for _ in range(2):
        buffer.put(telemetry(qos=1))
    thread = threading.Thread(target=buffer.put, args=(telemetry(qos=1),))
    thread.start()
    assert buffer.received == 2
    buffer.done(buffer.take(0))
    thread.join(5)
    assert (buffer.received, buffer.dropped) == (3, 0)


def test_a_full_buffer_drops_qos_0_after_a_while_and_counts_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ingest_buffer, "PATIENCE_SECONDS", 0.05)
    buffer = InboundBuffer(max_bytes=10)
    buffer.put(telemetry(size=10))
    buffer.put(telemetry(size=1))
    assert (buffer.received, buffer.dropped) == (1, 1)


def test_closing_lets_a_waiting_message_go_unaccepted() -> None:
    buffer = InboundBuffer(max_messages=1)
    buffer.put(telemetry(qos=1))
    thread = threading.Thread(target=buffer.put, args=(telemetry(qos=1),))
    thread.start()
    buffer.close()
    wait_until(lambda: not thread.is_alive(), what="the waiting message let go")
    assert buffer.received == 1
