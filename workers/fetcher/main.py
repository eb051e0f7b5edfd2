"""`infoscreen fetcher`: reads subscribed calendars, speaks with plugs, and sends webhooks.

A process of its own, since other servers may be slow: nothing here can delay a screen. Any number
may run; each calendar is read by the one that claims it. A few servers are asked at once, each in
a thread; the results are stored one by one by the main thread. Plugs and webhooks have a step each.
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue

from infoscreen_core.errors import InfoscreenError
from infoscreen_core.log import get_logger
from infoscreen_core.services.commands.plugs.plug_access import PlugTools
from infoscreen_core.services.exchange import subscription_reading as reading
from infoscreen_core.services.exchange.subscription_reading import Claimed, Outcome, Reader
from infoscreen_core.services.webhooks.delivering import Courier
from workers.fetcher.actor import FETCHER
from workers.fetcher.plugs import PlugKeeper
from workers.fetcher.webhooks import WebhookPost
from workers.runtime import DatabaseError, Worker, is_outage, worker_process

log = get_logger()

POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0
MAX_AT_ONCE = 4
"""Servers that are asked at the same time: each may take as long as a fetch is allowed to."""


@dataclass(frozen=True)
class _Done:
    claimed: Claimed
    outcome: Outcome


class Fetcher:
    """Claims calendars that are due, asks their servers, and stores what they gave."""

    def __init__(self, worker: Worker, reader: Reader) -> None:
        self._worker = worker
        self._reader = reader
        self._owner = reading.new_owner("fetcher")
        self._done: SimpleQueue[_Done] = SimpleQueue()
        self._unstored: _Done | None = None
        """What the database did not take yet."""
        self._under_way = 0
        self.stored = 0
        self.failed = 0

    def step(self) -> bool:
        """Store what has come and ask for what is due; return whether there was anything."""
        has_stored = self._store_next()
        return bool(self._begin_due(self._worker.clock())) or has_stored

    def metrics(self) -> dict[str, int]:
        """Return the figures that `infoscreen status` shows."""
        return {"read": self.stored, "failed": self.failed, "under_way": self._under_way}

    def release(self) -> None:
        """Give back what was claimed, so that another one need not wait for the claims to end."""
        with self._worker.sessions.begin() as session:
            reading.release(session, self._owner)

    def _begin_due(self, now: datetime) -> int:
        room = MAX_AT_ONCE - self._under_way
        if room <= 0:
            return 0
        with self._worker.read_sessions() as session:
            due = reading.list_due(session, now=now, limit=room)
        claimed = [one for one in map(self._claim, due) if one is not None]
        for one in claimed:
            self._under_way += 1
            threading.Thread(target=self._fetch, args=(one,), name="fetch", daemon=True).start()
        return len(claimed)

    def _claim(self, subscription_id: int) -> Claimed | None:
        with self._worker.sessions.begin() as session:
            return reading.claim_due(
                session, subscription_id, self._owner, now=self._worker.clock()
            )

    def _fetch(self, claimed: Claimed) -> None:
        try:
            outcome = reading.fetch_claimed(claimed, self._reader, now=self._worker.clock())
        except Exception as error:  # whatever it is, the calendar must not wait for its claim's end
            log.exception("subscription.fetch_failed", subscription_id=claimed.id)
            outcome = reading.unforeseen(error)
        self._done.put(_Done(claimed, outcome))

    def _store_next(self) -> bool:
        if self._unstored is None:
            try:
                self._unstored = self._done.get_nowait()
            except Empty:
                return False
        self._store(self._unstored)
        self._unstored = None
        self._under_way -= 1
        return True

    def _store(self, done: _Done) -> None:
        try:
            self._write(done.claimed, done.outcome)
        except Exception as error:
            if isinstance(error, DatabaseError) and is_outage(error):
                raise
            log.exception("subscription.store_failed", subscription_id=done.claimed.id)
            self._write(done.claimed, reading.unforeseen(error))

    def _write(self, claimed: Claimed, outcome: Outcome) -> None:
        now = self._worker.clock()
        with self._worker.sessions.begin() as session:
            view = reading.store(session, claimed, outcome, actor=FETCHER, now=now)
            if view is not None and not isinstance(outcome, InfoscreenError):
                reading.renew_seal(session, claimed, self._reader.cipher)
        if view is None:
            log.info("subscription.claim_lost", subscription_id=claimed.id)
            return
        self.stored += 1
        problem = view.last_result.problem if view.last_result and view.failures else None
        if problem is None:
            log.info("subscription.read", subscription_id=view.id, group_id=view.group_id)
            return
        self.failed += 1
        log.warning("subscription.failed", subscription_id=view.id, problem=str(problem))


def run(worker: Worker) -> None:
    """Do all of it until the worker is told to stop; outages of the database are waited out."""
    fetcher = Fetcher(worker, Reader.of(worker.settings))
    keeper = PlugKeeper(worker, PlugTools.of(worker.settings))
    post = WebhookPost(worker, Courier.of(worker.settings))
    is_away = False
    while not worker.stop.is_set():
        try:
            has_done = [keeper.step(), fetcher.step(), post.step()]
            pause = 0.0 if any(has_done) else min(POLL_SECONDS, post.rest())
            is_away = False
        except DatabaseError as error:
            if not is_away:
                log.warning("fetcher.database_failed", error=str(error)[:300])
            is_away, pause = True, RETRY_SECONDS
        # It needs no broker: what it lacks is never the broker's fault.
        worker.show_sign_of_life(
            is_broker_connected=True,
            metrics={**fetcher.metrics(), **keeper.metrics(), **post.metrics()},
        )
        post.wait(pause)
    try:
        fetcher.release()
        keeper.finish()
        post.finish()
    except DatabaseError:
        log.info("fetcher.claims_left")  # they run out by themselves


def command() -> None:
    """Read subscribed calendars, switch plugs, send webhooks; of several, one does each."""
    with worker_process("fetcher") as worker:
        run(worker)


if __name__ == "__main__":
    command()
