"""Speaks with plugs: carries power cycles out, and tests plugs that somebody asks about.

One step of the fetcher beside the reading of calendars, with threads of its own: no calendar can
make a plug wait. What is done with a plug is claimed first, and stored by the main thread.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Final

from infoscreen_core.log import get_logger
from infoscreen_core.services.commands.plugs import plug_checks as checks
from infoscreen_core.services.commands.plugs import plug_steps as steps
from infoscreen_core.services.commands.plugs.plug_access import PlugTools
from infoscreen_core.services.commands.plugs.plug_checks import Check, Checked
from infoscreen_core.services.commands.plugs.plug_steps import Outcome, Task
from infoscreen_core.services.exchange.subscription_reading import new_owner
from workers.fetcher.actor import FETCHER
from workers.runtime import DatabaseError, Session, Worker, is_outage

log = get_logger()

FINISH_SECONDS: Final = 4.0
_REST_SECONDS: Final = 0.05
MAX_AT_ONCE: Final = 8
"""Plugs that are spoken to at the same time."""


@dataclass(frozen=True)
class _DoneTask:
    task: Task
    outcome: Outcome


@dataclass(frozen=True)
class _DoneCheck:
    check: Check
    checked: Checked


_Done = _DoneTask | _DoneCheck


class PlugKeeper:
    """Claims what is due of plugs, speaks with them, and stores what they said."""

    def __init__(self, worker: Worker, tools: PlugTools) -> None:
        self._worker = worker
        self._tools = tools
        self._owner = new_owner("fetcher")
        self._done: SimpleQueue[_Done] = SimpleQueue()
        self._unstored: _Done | None = None
        """What the database did not take yet."""
        self._under_way = 0
        self.switched = 0
        """Steps of power cycles."""

    def step(self) -> bool:
        """Store what has come and begin what is due; return whether there was anything."""
        has_stored = self._store_next()
        return self._begin_due(self._worker.clock()) or has_stored

    def finish(self) -> None:
        """Store what plugs say that are being spoken to, for a few seconds at most.

        Of an order to switch off that nobody stored, nobody would know whether it was obeyed.
        """
        end = time.monotonic() + FINISH_SECONDS
        while self._under_way and time.monotonic() < end:
            if not self._store_next():
                time.sleep(_REST_SECONDS)

    def metrics(self) -> dict[str, int]:
        """Return the figures that `infoscreen status` shows."""
        return {"plug_steps": self.switched, "plugs_under_way": self._under_way}

    def _begin_due(self, now: datetime) -> bool:
        room = MAX_AT_ONCE - self._under_way
        if room <= 0:
            return False
        with self._worker.read_sessions() as session:
            due = steps.list_due(session, now=now, limit=room)
            wanted = checks.list_wanted(session, now=now, limit=room)
        begun = [self._begin_task(cycle_id) for cycle_id in due]
        begun += [self._begin_check(uuid) for uuid in wanted]
        return any(begun)

    def _begin_task(self, cycle_id: str) -> bool:
        """Take a step of a cycle; return whether its plug is spoken to now."""
        now = self._worker.clock()
        with self._worker.sessions.begin() as session:
            task = steps.claim(session, cycle_id, self._owner, self._tools, actor=FETCHER, now=now)
        if task is None:
            return False
        log.info("plug.begun", cycle_id=cycle_id, status=task.status.value)
        self._start(lambda: _DoneTask(task, self._carry_out(task)))
        return True

    def _begin_check(self, uuid: str) -> bool:
        now = self._worker.clock()
        with self._worker.sessions.begin() as session:
            check = checks.claim(session, uuid, self._owner, self._tools, now=now)
        if check is None:
            return False
        self._start(lambda: _DoneCheck(check, self._look_at(check)))
        return True

    def _start(self, deed: Callable[[], _Done]) -> None:
        self._under_way += 1
        threading.Thread(target=lambda: self._done.put(deed()), name="plug", daemon=True).start()

    def _carry_out(self, task: Task) -> Outcome:
        try:
            return steps.carry_out(task, self._tools)
        except Exception as error:  # whatever it is, the plug must be looked at again
            log.exception("plug.failed", cycle_id=task.cycle_id)
            return steps.unforeseen(task, error)

    def _look_at(self, check: Check) -> Checked:
        try:
            return checks.carry_out(check, self._tools)
        except Exception as error:
            log.exception("plug.check_failed", client_uuid=check.client_uuid)
            return checks.unforeseen(error)

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
            with self._worker.sessions.begin() as session:
                self._write(session, done, self._worker.clock())
        except Exception as error:
            if isinstance(error, DatabaseError) and is_outage(error):
                raise
            # The claim runs out, and the plug is looked at again.
            log.exception("plug.store_failed")

    def _write(self, session: Session, done: _Done, now: datetime) -> None:
        if isinstance(done, _DoneCheck):
            checks.store(session, done.check, done.checked, now=now)
            return
        task, outcome = done.task, done.outcome
        state = steps.store(session, task, outcome, self._tools, actor=FETCHER, now=now)
        if state is None:
            log.info("plug.claim_lost", cycle_id=task.cycle_id)
            return
        self.switched += 1
        problem = outcome.problem.value if outcome.problem else None
        log.info("plug.stepped", cycle_id=task.cycle_id, status=state.value, problem=problem)
