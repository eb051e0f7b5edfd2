"""Puts on record what the broker confirmed, in the thread that may wait for the database."""

from collections import deque
from queue import SimpleQueue

from infoscreen_core.log import get_logger
from infoscreen_core.services.monitoring.content import published
from infoscreen_core.services.monitoring.content.published import Publication
from workers.runtime import Worker

log = get_logger()


class PublishedRecord:
    """Takes over publications from the publishing thread; during an outage they wait here."""

    def __init__(self, worker: Worker, confirmed: SimpleQueue[Publication]) -> None:
        self._worker = worker
        self._confirmed = confirmed
        self._waiting: deque[Publication] = deque()

    def step(self) -> None:
        """Put on record what was confirmed since the last step."""
        while not self._confirmed.empty():
            self._waiting.append(self._confirmed.get())
        if not self._waiting:
            return
        with self._worker.sessions.begin() as session:
            changed = published.record(session, self._waiting, now=self._worker.clock())
        self._waiting.clear()
        if changed:
            log.info("events.on_record", lists=changed)

    def forget(self) -> None:
        """Leave it to the scheduler that leads now, which publishes everything once more."""
        while not self._confirmed.empty():
            self._confirmed.get()
        self._waiting.clear()
