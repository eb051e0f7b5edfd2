"""Seals the entries of the audit trail a moment after they were written."""

import time
from typing import Final

from infoscreen_core.log import get_logger
from infoscreen_core.services.audit_trail import sealing
from workers.runtime import Worker

log = get_logger()

LOOK_SECONDS: Final = 3.0
_NOTE_SECONDS: Final = 3600.0


class AuditSealing:
    """Looks for entries without a seal: among the newest, and part by part among all.

    The latter finds those of transactions that lasted long. Each hour the end of the chain is
    logged: who changes the database, and the chain with it, would have to change the log, too.
    """

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._next_look = 0.0
        self._next_note = 0.0
        self._swept = 0

    def step(self) -> None:
        """Do what is due."""
        moment = time.monotonic()
        if moment < self._next_look:
            return
        self._next_look = moment + LOOK_SECONDS
        self._seal(None)
        self._seal(self._swept)
        with self._worker.read_sessions() as session:
            self._swept = sealing.next_sweep(session, self._swept)
        if moment >= self._next_note:
            self._next_note = moment + _NOTE_SECONDS
            self._note_end()

    def _seal(self, after: int | None) -> None:
        with self._worker.read_sessions() as session:  # which waits for nobody
            if not sealing.has_unsealed(session, after=after):
                return
        with self._worker.sessions.begin() as session:
            sealing.seal_entries(session, after=after, now=self._worker.clock())

    def _note_end(self) -> None:
        with self._worker.read_sessions() as session:
            end = sealing.find_end(session)
        if end.number:
            log.info("audit.sealed", end=str(end))
