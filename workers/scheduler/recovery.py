"""Crash recovery in the leading scheduler: players that crashed or fell silent are restarted."""

import time
from typing import Final

from infoscreen_core.log import get_logger
from infoscreen_core.services.commands.recovery import recovery
from infoscreen_core.services.commands.recovery.recovery import Looked
from infoscreen_core.services.monitoring import sight
from workers.runtime import Session, Worker, in_transaction

log = get_logger()

LOOK_SECONDS: Final = 2.0
"""How often it is looked whether there is a player to decide about."""
_MOST_LOGGED: Final = 20


class CrashRecovery:
    """Decides about players in trouble; each round is one short transaction."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._is_enabled = worker.settings.crash_recovery_enabled
        self._limits = worker.settings.recovery_limits
        self._next_look = 0.0
        self._is_cleared = False

    def step(self) -> bool:
        """Do what is due; return whether more players may be waiting."""
        if not self._is_enabled:
            self._clear()
            return False
        moment = time.monotonic()
        if moment < self._next_look:
            return False
        is_more_due = self._has_work() and self._look()
        self._next_look = 0.0 if is_more_due else moment + LOOK_SECONDS
        return is_more_due

    def _has_work(self) -> bool:
        now = self._worker.clock()
        with self._worker.read_sessions() as session:  # which waits for nobody
            seen = sight.read(session, now=now)
            return recovery.has_work(session, self._limits, sight=seen, now=now)

    def _look(self) -> bool:
        def work(session: Session) -> Looked:
            now = self._worker.clock()
            seen = sight.read(session, now=now)
            return recovery.look(session, self._limits, sight=seen, now=now)

        looked = in_transaction(self._worker.sessions, work)
        self._tell(looked)
        return looked.is_more_due

    def _clear(self) -> None:
        """End what was decided while recovery was on."""
        if self._is_cleared:
            return
        with self._worker.sessions.begin() as session:
            count = recovery.switch_off(session, now=self._worker.clock())
        if count:
            log.info("recovery.switched_off", decisions=count)
        self._is_cleared = True

    def _tell(self, looked: Looked) -> None:
        for change in looked.changes[:_MOST_LOGGED]:
            log.info(
                "recovery.decided",
                client_uuid=change.client_uuid,
                verdict=change.verdict,
                trouble=change.trouble,
                command_id=change.command_id,
                cycle_id=change.cycle_id,
            )
