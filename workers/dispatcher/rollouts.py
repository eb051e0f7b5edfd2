"""The leading dispatcher's part in roll-outs: it takes each a step further, twice a second."""

import time
from datetime import datetime
from functools import partial
from typing import Final

from infoscreen_core.errors import InfoscreenError
from infoscreen_core.log import get_logger
from infoscreen_core.services.commands.rollouts import rollout_steps
from infoscreen_core.services.commands.rollouts.rollout_steps import Surroundings
from infoscreen_core.services.monitoring import sight
from workers.runtime import Worker, in_transaction

log = get_logger()

STEP_SECONDS: Final = 0.5


class Rollouts:
    """Takes roll-outs further; each step is one transaction, done again after a collision."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._next_step = 0.0

    def step(self, *, is_broker_connected: bool) -> int:
        """Take all that are due a step further; return how many commands were issued."""
        if time.monotonic() < self._next_step:
            return 0
        self._next_step = time.monotonic() + STEP_SECONDS
        with self._worker.read_sessions() as session:
            due = rollout_steps.list_due(session)
            is_watched = not sight.read(session, now=self._worker.clock()).is_blind
        grace = self._worker.settings.heartbeat_grace
        around = Surroundings(grace, is_broker_connected, is_watched)
        return sum(self._take(rollout_id, around, self._worker.clock()) for rollout_id in due)

    def _take(self, rollout_id: str, around: Surroundings, now: datetime) -> int:
        step = partial(rollout_steps.take_step, rollout_id=rollout_id, around=around, now=now)
        try:
            result = in_transaction(self._worker.sessions, step)
        except InfoscreenError as error:
            # Others hold its rows, or its request can no longer be read: the next ones go on.
            log.warning("rollout.step_failed", rollout_id=rollout_id, error=str(error))
            return 0
        if result is None:
            return 0
        if result.ended is not None:
            log.info("rollout.ended", rollout_id=rollout_id, status=result.status)
        return result.issued
