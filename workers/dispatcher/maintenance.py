"""The leading dispatcher's part in maintenance: it begins what is due, every few seconds."""

import time
from functools import partial
from typing import Final

from infoscreen_core.domain.commands.maintenance import FiringStatus
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.log import get_logger
from infoscreen_core.services.commands.maintenance import firing
from infoscreen_core.services.commands.maintenance.firing import Fired
from workers.runtime import Worker, in_transaction

log = get_logger()

LOOK_SECONDS: Final = 10.0
"""How often it is looked whether a window has opened, or screens can take part by now."""


class Maintenance:
    """Carries plans out; each plan's turn is one transaction, done again after a collision."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._next_look = 0.0

    def step(self) -> int:
        """Begin or skip what is due; return how many days of plans were settled."""
        if time.monotonic() < self._next_look:
            return 0
        self._next_look = time.monotonic() + LOOK_SECONDS
        with self._worker.read_sessions() as session:
            due = firing.list_due(session, now=self._worker.clock())
        return sum(self._run(plan_id) for plan_id in due)

    def _run(self, plan_id: int) -> int:
        work = partial(firing.run_due, plan_id=plan_id, now=self._worker.clock())
        try:
            found = in_transaction(self._worker.sessions, work)
        except InfoscreenError as error:
            # Others hold its rows, or a group went this moment: it is tried again.
            log.warning("maintenance.run_failed", plan_id=plan_id, error=str(error))
            return 0
        for one in found:
            _tell(one)
        return len(found)


def _tell(one: Fired) -> None:
    say = log.warning if one.status is FiringStatus.SKIPPED else log.info
    say(
        f"maintenance.{one.status}",
        plan_id=one.plan_id,
        name=one.name,
        day=one.day.isoformat(),
        reason=one.reason,
        rollout_id=one.rollout_id,
    )
