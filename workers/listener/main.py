"""`infoscreen listener`: receives and stores everything that players send."""

import gc
import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from infoscreen_core.clock import utc_now
from infoscreen_core.contracts.topics import BACKLOG_END_TOPIC, SERVER_SUBSCRIPTIONS
from infoscreen_core.domain.monitoring.histograms import NUMBERS, SECONDS, Histogram
from infoscreen_core.log import get_logger
from infoscreen_core.services.monitoring.signs_of_life import CLIENT_ID_TAKEN, TROUBLE
from infoscreen_core.services.screens.pictures import pictures_directory
from infoscreen_core.settings import Settings
from workers.listener.buffer import InboundBuffer
from workers.listener.ingest import Ingest
from workers.listener.letters import RefusalLog
from workers.listener.orphans import PictureSweep
from workers.listener.pictures import PictureDesk
from workers.listener.precedence import Precedence
from workers.listener.reading import BatchReader, ReadBatch
from workers.listener.web_players import WebPlayerPost, is_from_broker
from workers.mqtt.connection import MqttConnection, ReceivedMessage
from workers.mqtt.kinds import ConnectionKind
from workers.runtime import (
    SessionFactory,
    Worker,
    is_outage,
    outage_of,
    tell_of_waits,
    worker_process,
)

log = get_logger()

IDLE_SECONDS = 0.05
RETRY_SECONDS = 0.1, 2.0
"""First and longest wait during an outage."""
PICTURES_RETRY_SECONDS = 2.0
SUSPECT_AFTER = 5
"""After so many failures in a row the batch is suspected, if the database stores other things."""
COLLECTED_AFTER = 100_000, 20, 50
"""When Python looks for garbage. What is remembered of players is many objects, none of them
garbage, and messages go by themselves: to look through them as often as usual took a fifth of the
listener's time with 100,000 players."""
TURN_SECONDS = 0.0005
"""How long a thread may go on when another one wants Python. Whoever stores wants it back after
each of the database's answers, and would wait 5 ms for it each time."""
LAST_WORK_SECONDS = 2.0
"""How long what is buffered may still be stored after the signal to stop."""


class Listener:
    """Broker → buffer → batch, read ahead → one transaction for each → acknowledgement.

    A QoS 1 message is acknowledged after the commit: what a killed listener had not stored is
    delivered again, and storing it twice changes nothing. After a reconnect older messages can no
    longer be acknowledged; they are stored all the same, in case the broker lost them when it died,
    and come again otherwise.
    """

    def __init__(
        self,
        settings: Settings,
        sessions: SessionFactory,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        directory = pictures_directory(settings.data_dir)
        self.buffer = InboundBuffer()
        self.refusals = RefusalLog()
        self.ingest = Ingest(sessions, self.refusals, grace=settings.heartbeat_grace)
        self.precedence = Precedence()
        tell_of_waits(sessions, self.precedence.begin_wait, self.precedence.end_wait)
        self.reader = BatchReader(self.buffer, partial(self.ingest.read, rest=self.precedence.rest))
        self.pictures = PictureDesk(sessions, directory, self.refusals)
        self.sweep = PictureSweep(sessions, directory)
        self.web_players = WebPlayerPost(sessions, self.ingest)
        self.connection = MqttConnection(
            settings,
            client_id=f"{settings.mqtt_client_prefix}-listener",
            on_message=self.buffer.put,
            subscriptions=SERVER_SUBSCRIPTIONS,
            kind=ConnectionKind(
                is_persistent=True, is_manual_ack=True, backlog_topic=BACKLOG_END_TOPIC
            ),
            clock=clock,
        )
        self._batch: ReadBatch | None = None
        """What is to be stored now."""
        self._failures = 0
        self._outage: str | None = None
        self._retry_at = 0.0
        self._pictures_retry_at = 0.0
        self._batch_size = 0
        self._batch_ms = 0.0
        self._sizes = Histogram(NUMBERS)
        self._durations = Histogram(SECONDS)
        self._lags = Histogram(SECONDS)
        """How long the oldest message of a batch waited, from its arrival until it was stored."""
        self._clock = clock

    def step(self, *, now: datetime) -> bool:
        """Store one batch, look at some pictures, sweep a little; return whether there was work."""
        if time.monotonic() < self._retry_at:
            time.sleep(IDLE_SECONDS)
            return False
        try:
            is_busy = self._store_batch() | self._store_pictures() | self.ingest.health.step()
            self._take_web_players(now)
            return self.sweep.step(now=now) or is_busy
        except Exception as error:
            if not is_outage(error):
                raise
            self._wait_for_database(error)
            return False
        finally:
            self.precedence.release()
            self.connection.check_thread()

    def metrics(self) -> dict[str, Any]:
        """Return figures for the worker's row."""
        return {
            "received": self.buffer.received,
            "applied": self.ingest.applied,
            "dead_lettered": self.refusals.counts.total(),
            "refusals": dict(self.refusals.counts),
            "dropped": self.buffer.dropped,
            "queue_length": self.buffer.unfinished,
            "batch_size": self._batch_size,
            "batch_ms": round(self._batch_ms, 1),
            "from_web_players": self.web_players.taken,
            "pictures_kept": self.pictures.kept,
            "pictures_waiting": self.pictures.waiting,
            "pictures_let_go": self.pictures.let_go_count,
            "outage": self._outage,
            "batch_sizes": self._sizes.said(),
            "batch_seconds": self._durations.said(),
            "lag_seconds": self._lags.said(),
            **({TROUBLE: CLIENT_ID_TAKEN} if self.connection.is_evicted else {}),
        }

    def _store_batch(self) -> bool:
        if self._batch is None:
            self._batch = self.reader.take(0 if self.pictures.is_ready else IDLE_SECONDS)
        if self._batch is None:
            return False
        self.precedence.claim()
        started = time.monotonic()
        messages, batch = self._batch
        self._batch = ReadBatch(messages, None)  # another attempt has to read it anew
        requests = self.ingest.store(
            messages, batch=batch, is_suspect=self._failures >= SUSPECT_AFTER
        )
        self._batch = None
        self._database_is_back()
        self._note_batch(messages, time.monotonic() - started)
        self.pictures.add(requests)
        later = {id(request.message) for request in requests}
        self._finish([message for message in messages if id(message) not in later])
        return True

    def _note_batch(self, messages: list[ReceivedMessage], seconds: float) -> None:
        self._batch_size, self._batch_ms = len(messages), seconds * 1000
        self._sizes.note(self._batch_size)
        self._durations.note(seconds)
        waited = (self._clock() - messages[0].received_at).total_seconds()
        self._lags.note(max(waited, 0.0))  # a clock may be set back

    def _take_web_players(self, now: datetime) -> None:
        if not self.connection.is_evicted:  # else another listener does it
            self.pictures.add(self.web_players.step(now=now))

    def _store_pictures(self) -> bool:
        if time.monotonic() < self._pictures_retry_at:
            return False
        try:
            finished = self.pictures.take_turn()
        except OSError as error:  # no room for files: all else goes on
            if not is_outage(error):
                raise
            self._pictures_retry_at = time.monotonic() + PICTURES_RETRY_SECONDS
            log.warning("listener.picture_not_written", outage=outage_of(error))
            finished = self.pictures.let_go()
        self._finish(finished)
        return bool(finished)

    def _finish(self, messages: list[ReceivedMessage]) -> None:
        for message in messages:
            if message.qos:
                self.connection.ack(message)
        self.buffer.done(filter(is_from_broker, messages))

    def _wait_for_database(self, error: Exception) -> None:
        first, longest = RETRY_SECONDS
        wait = min(first * 2**self._failures, longest)
        self._failures += 1
        self._outage = outage_of(error)
        self._retry_at = time.monotonic() + wait
        log.warning(
            "listener.database_failed",
            error=type(error).__name__,
            outage=self._outage,
            retry_seconds=round(wait, 1),
        )

    def _database_is_back(self) -> None:
        if self._failures:
            log.info("listener.database_back", failures=self._failures)
        self._failures, self._outage = 0, None


def run(worker: Worker) -> None:
    """Listen until the worker is told to stop; database and broker outages are waited out."""
    listener = Listener(worker.settings, worker.sessions, clock=worker.clock)
    listener.reader.start()
    listener.pictures.start()
    listener.connection.start()
    try:
        while not worker.stop.is_set():
            listener.step(now=worker.clock())
            worker.show_sign_of_life(
                is_broker_connected=listener.connection.is_connected, metrics=listener.metrics()
            )
        _finish_work(listener, worker.clock)
    finally:
        listener.reader.stop()
        listener.pictures.stop()
        listener.buffer.close()
        listener.connection.stop()


def _finish_work(listener: Listener, clock: Callable[[], datetime]) -> None:
    end = time.monotonic() + LAST_WORK_SECONDS
    while listener.buffer.unfinished and time.monotonic() < end:
        listener.step(now=clock())
    listener.ingest.health.finish(LAST_WORK_SECONDS)


def command() -> None:
    """Take in everything players say and store it."""
    gc.set_threshold(*COLLECTED_AFTER)
    sys.setswitchinterval(TURN_SECONDS)
    with worker_process("listener") as worker:
        run(worker)
