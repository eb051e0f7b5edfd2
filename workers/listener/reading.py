"""Reads the next batch while the one before is stored.

Storing a batch is mostly waiting for the database, and reading one is mostly work; one after the
other, neither uses its core. So a thread reads ahead, by one batch and no more: there are always
at most two in the making, and whatever else arrives waits in the buffer, which is bounded, and
behind it in the broker. Batches keep their order, since one thread reads and one stores.

What has been read is not acknowledged: that comes after the commit, as ever. A batch that could not
be stored is read again for each attempt, by whoever stores it.
"""

import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import NamedTuple

from infoscreen_core.log import get_logger
from workers.listener.batch import Batch
from workers.listener.buffer import InboundBuffer
from workers.mqtt.connection import ReceivedMessage

log = get_logger()

_LOOK_SECONDS = 0.2
"""How soon the thread notices that it should end."""
_END_SECONDS = 2.0


class ReadBatch(NamedTuple):
    """Messages that belong together, and what they say."""

    messages: list[ReceivedMessage]
    batch: Batch | None
    """None if reading failed: it will again, and then the message to blame is looked for."""


class BatchReader:
    """Reads ahead between `start()` and `stop()`; else `take()` itself reads."""

    def __init__(
        self, buffer: InboundBuffer, read: Callable[[Sequence[ReceivedMessage]], Batch]
    ) -> None:
        self._buffer = buffer
        self._read = read
        self._ready: SimpleQueue[ReadBatch] = SimpleQueue()
        self._room = threading.Semaphore(1)
        """Taken from when the next batch is begun until the one that stores has it."""
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to read ahead."""
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End reading ahead; what was read and not taken stays unstored and unacknowledged."""
        self._stopped.set()
        if self._thread:
            self._thread.join(_END_SECONDS)

    def take(self, wait_seconds: float) -> ReadBatch | None:
        """Return the next batch; wait for it at most `wait_seconds`."""
        if self._thread is None:
            return self._read_one(wait_seconds)
        if not self._thread.is_alive():
            raise RuntimeError("The thread that reads messages has died.")
        try:
            batch = self._ready.get(wait_seconds > 0, wait_seconds)
        except Empty:
            return None
        self._room.release()
        return batch

    def _run(self) -> None:
        while not self._stopped.is_set():
            if not self._room.acquire(timeout=_LOOK_SECONDS):
                continue
            batch = None
            while batch is None and not self._stopped.is_set():
                batch = self._read_one(_LOOK_SECONDS)
            if batch:
                self._ready.put(batch)

    def _read_one(self, wait_seconds: float) -> ReadBatch | None:
        messages = self._buffer.take(wait_seconds)
        if not messages:
            return None
        try:
            return ReadBatch(messages, self._read(messages))
        except Exception:
            log.exception("listener.batch_not_read", messages=len(messages))
            return ReadBatch(messages, None)
