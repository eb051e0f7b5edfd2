"""Sends messages to webhooks: one step of the fetcher beside calendars and plugs.

With threads of its own, so that no receiver makes a calendar or a plug wait. What is sent is
claimed first, and stored by the main thread.
"""

import threading
import time
from collections import Counter
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final

from infoscreen_core.domain.monitoring.histograms import SECONDS, Histogram
from infoscreen_core.domain.webhooks.kinds import DeliveryState
from infoscreen_core.log import get_logger
from infoscreen_core.services.exchange.subscription_reading import new_owner
from infoscreen_core.services.webhooks import delivering
from infoscreen_core.services.webhooks.delivering import Claimed, Courier, Outcome
from workers.fetcher.actor import FETCHER
from workers.runtime import DatabaseError, Worker, is_outage

log = get_logger()

MAX_AT_ONCE: Final = 16
"""Messages that are sent at the same time, to all receivers together."""
FINISH_SECONDS: Final = 4.0
POLL_SECONDS: Final = 1.0
_REST_SECONDS: Final = 0.05
_SWEEP_SECONDS: Final = 600.0


@dataclass(frozen=True)
class _Done:
    claimed: Claimed
    outcome: Outcome


class WebhookPost:
    """Claims messages that are due, posts them, and stores what their receivers answered."""

    def __init__(self, worker: Worker, courier: Courier) -> None:
        self._worker = worker
        self._courier = courier
        self._owner = new_owner("fetcher")
        self._done: SimpleQueue[_Done] = SimpleQueue()
        self._unstored: _Done | None = None
        """What the database did not take yet."""
        self._under_way: Counter[int] = Counter()
        """How many messages of each webhook are under way."""
        self._next_sweep = 0.0
        self._durations = Histogram(SECONDS)
        self.delivered = 0
        self.failed = 0
        """Tries that failed."""

    def step(self) -> bool:
        """Store what has come and send what is due; return whether there was anything."""
        has_stored = self._store_next()
        self._sweep()
        return self._begin_due() or has_stored

    def rest(self) -> float:
        """Return for how many seconds to wait after a step that did nothing."""
        return _REST_SECONDS if self._under_way.total() else POLL_SECONDS

    def finish(self) -> None:
        """Store what receivers still answer, for a few seconds at most, and give the rest back."""
        end = time.monotonic() + FINISH_SECONDS
        while self._under_way.total() and time.monotonic() < end:
            if not self._store_next():
                time.sleep(_REST_SECONDS)
        with self._worker.sessions.begin() as session:
            delivering.release(session, self._owner)

    def metrics(self) -> dict[str, object]:
        """Return the figures that `infoscreen status` shows."""
        return {
            "webhooks_delivered": self.delivered,
            "webhooks_failed": self.failed,
            "webhook_seconds": self._durations.said(),
        }

    def _begin_due(self) -> bool:
        room = MAX_AT_ONCE - self._under_way.total()
        if room <= 0:
            return False
        with self._worker.read_sessions() as session:
            due = delivering.list_due(session, self._under_way, now=self._worker.clock())
        begun = [self._begin(delivery_id) for delivery_id in due[:room]]
        return any(begun)

    def _begin(self, delivery_id: int) -> bool:
        with self._worker.sessions.begin() as session:
            claimed = delivering.claim(session, delivery_id, self._owner, now=self._worker.clock())
        if claimed is None:
            return False
        self._under_way[claimed.webhook_id] += 1
        threading.Thread(target=self._send, args=(claimed,), name="webhook", daemon=True).start()
        return True

    def _send(self, claimed: Claimed) -> None:
        try:
            outcome = delivering.send(claimed, self._courier, now=self._worker.clock())
        except Exception as error:  # whatever it is, the message is tried again
            log.exception("webhook.send_failed", message_id=claimed.message_id)
            outcome = delivering.unforeseen(error)
        self._done.put(_Done(claimed, outcome))

    def _store_next(self) -> bool:
        if self._unstored is None:
            try:
                self._unstored = self._done.get_nowait()
            except Empty:
                return False
        self._store(self._unstored)
        self._under_way[self._unstored.claimed.webhook_id] -= 1
        self._unstored = None
        return True

    def _store(self, done: _Done) -> None:
        claimed, outcome = done.claimed, done.outcome
        try:
            with self._worker.sessions.begin() as session:
                state = delivering.store(
                    session, claimed, outcome, actor=FETCHER, now=self._worker.clock()
                )
        except Exception as error:
            if isinstance(error, DatabaseError) and is_outage(error):
                raise
            # The claim runs out, and the message is sent again.
            log.exception("webhook.store_failed", message_id=claimed.message_id)
            return
        self._note(claimed, outcome, state)

    def _note(self, claimed: Claimed, outcome: Outcome, state: DeliveryState | None) -> None:
        facts = {"webhook_id": claimed.webhook_id, "message_id": claimed.message_id}
        self._durations.note(outcome.seconds)
        if state is None:
            log.info("webhook.claim_lost", **facts)
        elif state is DeliveryState.DELIVERED:
            self.delivered += 1
            log.info("webhook.delivered", **facts)
        else:
            self.failed += 1
            problem = str(outcome.problem) if outcome.problem else None
            log.warning(
                "webhook.failed", **facts, status=outcome.status, problem=problem, state=state.value
            )

    def _sweep(self) -> None:
        if time.monotonic() < self._next_sweep:
            return
        with self._worker.sessions.begin() as session:
            swept = delivering.sweep(session, now=self._worker.clock())
        # When there was much, the rest goes soon, but not all at once.
        self._next_sweep = time.monotonic() + (1.0 if swept else _SWEEP_SECONDS)
