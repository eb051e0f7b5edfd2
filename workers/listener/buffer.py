"""Between the network thread and the database: a bounded buffer that hands out batches."""

import threading
import time
from collections import deque
from collections.abc import Iterable

from workers.mqtt.connection import ReceivedMessage

MAX_MESSAGES = 20_000
MAX_BYTES = 64 * 1024 * 1024
BATCH_MESSAGES = 5_000
BATCH_BYTES = 16 * 1024 * 1024
BATCH_SECONDS = 0.25
"""The longest a message waits for company while others keep coming."""
QUIET_SECONDS = 0.02
"""When nothing more came for this long, the batch goes."""
PATIENCE_SECONDS = 5.0
"""How long a QoS 0 message waits for room: a burst is smoothed by the socket, an outage is not."""
_URGENT_ENDINGS = ("/ack", "/discovery")


class InboundBuffer:
    """Messages between `put()` (network thread) and `done()` (main thread), bounded in size.

    When it is full, messages wait, and so does everything behind them in the socket: the broker
    keeps it. Only a QoS 0 message that has waited for seconds is dropped and counted: another
    follows soon.
    """

    def __init__(self, *, max_messages: int = MAX_MESSAGES, max_bytes: int = MAX_BYTES) -> None:
        self.dropped = 0
        """QoS 0 messages that found no room."""
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._queue: deque[ReceivedMessage] = deque()
        self._arrived = threading.Event()
        self._closed = threading.Event()
        self._is_urgent = False
        # Each pair is written by one thread alone, the differences are read by both: no lock is
        # needed.
        self._put_count = self._put_bytes = 0
        self._done_count = self._done_bytes = 0

    @property
    def received(self) -> int:
        """Messages accepted since the start."""
        return self._put_count

    @property
    def unfinished(self) -> int:
        """Messages accepted and not done yet."""
        return self._put_count - self._done_count

    def put(self, message: ReceivedMessage) -> None:
        """Accept a message, now or when there is room."""
        if not self._has_room() and not self._wait_for_room(message):
            return
        self._put_count += 1
        self._put_bytes += len(message.payload)
        self._queue.append(message)
        if message.topic.endswith(_URGENT_ENDINGS):
            self._is_urgent = True
        if not self._arrived.is_set():
            self._arrived.set()

    def take(self, wait_seconds: float) -> list[ReceivedMessage]:
        """Return the next batch; wait for a first message at most `wait_seconds`.

        A batch goes when it is full, when it has gathered for a quarter of a second, when nothing
        more comes, and at once when somebody waits for an answer: a command's acknowledgement, a
        discovery.
        """
        if not self._queue and not self._arrived.wait(wait_seconds):
            return []
        self._gather()
        self._arrived.clear()
        self._is_urgent = False
        batch: list[ReceivedMessage] = []
        size = 0
        while self._queue and len(batch) < BATCH_MESSAGES and size < BATCH_BYTES:
            message = self._queue.popleft()
            size += len(message.payload)
            batch.append(message)
        return batch

    def done(self, messages: Iterable[ReceivedMessage]) -> None:
        """Free the room of messages that were dealt with."""
        for message in messages:
            self._done_count += 1
            self._done_bytes += len(message.payload)

    def close(self) -> None:
        """Let a waiting `put()` go."""
        self._closed.set()

    def _has_room(self) -> bool:
        return (
            self._put_count - self._done_count < self._max_messages
            and self._put_bytes - self._done_bytes < self._max_bytes
        )

    def _wait_for_room(self, message: ReceivedMessage) -> bool:
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._has_room():
            if message.qos == 0 and time.monotonic() > end:
                self.dropped += 1
                return False
            if self._closed.wait(QUIET_SECONDS):
                return False  # not acknowledged: it comes again
        return True

    def _gather(self) -> None:
        end = time.monotonic() + BATCH_SECONDS
        before = 0
        while (
            before < len(self._queue) < BATCH_MESSAGES
            and not self._is_urgent
            and time.monotonic() < end
        ):
            before = len(self._queue)
            time.sleep(QUIET_SECONDS)
