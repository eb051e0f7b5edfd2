"""Sends messages to webhooks: one step of the fetcher beside calendars and plugs.

With threads of its own, so that no receiver makes a calendar or a plug wait. What is sent is
claimed first, and stored by the main thread: both for many messages in one transaction, since one
for each would take longer than the receivers.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Final

from infoscreen_core.domain.monitoring.histograms import SECONDS, Histogram
from infoscreen_core.domain.webhooks.kinds import DeliveryState
from infoscreen_core.log import get_logger
from infoscreen_core.services.exchange.subscription_reading import new_owner
from infoscreen_core.services.webhooks import delivering
from infoscreen_core.services.webhooks.delivering import AHEAD, AT_ONCE, Claimed, Courier, Tried
from workers.fetcher.actor import FETCHER
from workers.runtime import DatabaseError, Worker, is_outage

log = get_logger()

MAX_AT_ONCE: Final = 16
"""Messages that are sent at the same time, to all receivers together."""
FINISH_SECONDS: Final = 4.0
POLL_SECONDS: Final = 1.0
_REST_SECONDS: Final = 0.05
_SWEEP_SECONDS: Final = 600.0
_STORED_AT_ONCE: Final = 64


class _Line:
    """Messages that are claimed for one receiver and wait, and how many threads send them."""

    def __init__(self) -> None:
        self._waiting: deque[Claimed] = deque()
        self._lock = threading.Lock()
        self._is_halted = False
        self.senders = 0

    def add(self, claimed: Claimed) -> None:
        """Let a message wait."""
        with self._lock:
            self._is_halted = False
            self._waiting.append(claimed)

    def take(self, now: datetime) -> Claimed | None:
        """Return the next one to send; None when the thread that asks is to end."""
        with self._lock:
            if self._waiting and not self._is_halted and now < self._waiting[0].send_until:
                return self._waiting.popleft()
            self.senders -= 1
            return None

    def halt(self) -> None:
        """Send no more of those that wait."""
        with self._lock:
            self._is_halted = True

    def empty(self) -> list[Claimed]:
        """Return what waits, which will not be sent."""
        with self._lock:
            found = list(self._waiting)
            self._waiting.clear()
            return found

    def is_late(self, now: datetime) -> bool:
        """Whether a message waits whose claim may end before its try."""
        with self._lock:
            return bool(self._waiting) and now >= self._waiting[0].send_until

    def engage(self, room: int) -> int:
        """Return how many threads more are to send, at most `room`; they count from now on."""
        with self._lock:
            wanted = 0 if self._is_halted else min(AT_ONCE - self.senders, len(self._waiting))
            found = max(min(wanted, room), 0)
            self.senders += found
            return found


class WebhookPost:
    """Claims messages that are due, posts them, and stores what their receivers answered."""

    def __init__(self, worker: Worker, courier: Courier) -> None:
        self._worker = worker
        self._courier = courier
        self._owner = new_owner("fetcher")
        self._done: SimpleQueue[Tried] = SimpleQueue()
        self._unstored: list[Tried] = []
        """What the database did not take yet."""
        self._lines: dict[int, _Line] = {}
        """By webhook."""
        self._under_way: Counter[int] = Counter()
        """How many messages of each webhook are claimed, and not stored or given back."""
        self._next_sweep = 0.0
        self._durations = Histogram(SECONDS)
        self.delivered = 0
        self.failed = 0
        """Tries that failed."""

    def step(self) -> bool:
        """Store what has come and send what is due; return whether there was anything."""
        has_stored = self._store_done()
        self._sweep()
        has_claimed = self._claim_due()
        self._send()
        return has_claimed or has_stored

    def rest(self) -> float:
        """Return for how many seconds to wait after a step that did nothing."""
        return _REST_SECONDS if self._under_way.total() else POLL_SECONDS

    def wait(self, seconds: float) -> None:
        """Wait so long, or until a receiver answers whose message is under way."""
        if not self._under_way.total():
            self._worker.stop.wait(seconds)
            return
        with suppress(Empty):
            self._unstored.append(self._done.get(timeout=seconds))

    def finish(self) -> None:
        """Store what receivers still answer, for a few seconds at most, and give the rest back."""
        end = time.monotonic() + FINISH_SECONDS
        for line in self._lines.values():
            line.halt()
        while any(line.senders for line in self._lines.values()) and time.monotonic() < end:
            if not self._store_done():
                time.sleep(_REST_SECONDS)
        self._store_done()
        with self._worker.sessions.begin() as session:
            delivering.release(session, self._owner)

    def metrics(self) -> dict[str, object]:
        """Return the figures that `infoscreen status` shows."""
        return {
            "webhooks_delivered": self.delivered,
            "webhooks_failed": self.failed,
            "webhook_seconds": self._durations.said(),
        }

    def _claim_due(self) -> bool:
        # Not for each message that has gone out, but when half of them have.
        busy = {one: n if n <= AHEAD // 2 else AHEAD for one, n in self._under_way.items()}
        now = self._worker.clock()
        with self._worker.read_sessions() as session:
            due = delivering.list_due(session, busy, now=now)
        if not due:
            return False
        with self._worker.sessions.begin() as session:
            claimed = delivering.claim(session, due, self._owner, now=now)
        for one in claimed:
            self._under_way[one.webhook_id] += 1
            self._lines.setdefault(one.webhook_id, _Line()).add(one)
        return bool(claimed)

    def _send(self) -> None:
        """Let threads send what waits; what waited for too long is given back."""
        now = self._worker.clock()
        for webhook_id, line in self._lines.items():
            if line.is_late(now):
                self._give_back(webhook_id)
        room = MAX_AT_ONCE - sum(line.senders for line in self._lines.values())
        for line in self._lines.values():
            for _sender in range(engaged := line.engage(room)):
                threading.Thread(
                    target=self._send_all, args=(line,), name="webhook", daemon=True
                ).start()
            room -= engaged

    def _send_all(self, line: _Line) -> None:
        while (claimed := line.take(self._worker.clock())) is not None:
            tried = self._try(claimed)
            if not tried.is_taken:
                line.halt()
            self._done.put(tried)

    def _try(self, claimed: Claimed) -> Tried:
        try:
            outcome = delivering.send(claimed, self._courier, now=self._worker.clock())
        except Exception as error:  # whatever it is, the message is tried again
            log.exception("webhook.send_failed", message_id=claimed.message_id)
            outcome = delivering.unforeseen(error)
        return Tried(claimed, outcome)

    def _give_back(self, webhook_id: int) -> None:
        """Let others, or us later, send what waits for a receiver."""
        waiting = self._lines[webhook_id].empty()
        if waiting:
            self._under_way[webhook_id] -= len(waiting)  # first: else claims run out by themselves
            with self._worker.sessions.begin() as session:
                delivering.release(session, self._owner, [one.id for one in waiting])

    def _store_done(self) -> bool:
        with suppress(Empty):
            while len(self._unstored) < _STORED_AT_ONCE:
                self._unstored.append(self._done.get_nowait())
        tried = self._unstored
        if not tried:
            return False
        self._store(tried)
        self._unstored = []
        for one in tried:
            self._under_way[one.claimed.webhook_id] -= 1
        for webhook_id in {one.claimed.webhook_id for one in tried if not one.is_taken}:
            self._give_back(webhook_id)
        return True

    def _store(self, tried: Sequence[Tried]) -> None:
        try:
            with self._worker.sessions.begin() as session:
                states = delivering.store(session, tried, actor=FETCHER, now=self._worker.clock())
        except Exception as error:
            if isinstance(error, DatabaseError) and is_outage(error):
                raise
            if len(tried) > 1:  # each by itself: one that cannot be stored keeps back no other
                for one in tried:
                    self._store([one])
                return
            # The claim runs out, and the message is sent again.
            log.exception("webhook.store_failed", message_id=tried[0].claimed.message_id)
            return
        for one, state in zip(tried, states, strict=True):
            self._note(one, state)

    def _note(self, tried: Tried, state: DeliveryState | None) -> None:
        claimed, outcome = tried.claimed, tried.outcome
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
