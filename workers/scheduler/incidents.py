"""Keeps the record of incidents: when each began, and who looked after it until its end."""

import time
from typing import Final

from infoscreen_core.log import get_logger
from infoscreen_core.services.monitoring import incidents
from workers.runtime import Worker

log = get_logger()

LOOK_SECONDS: Final = 10.0
"""How often screens are looked at; an incident may be on record so much later than it began."""


class IncidentWatch:
    """Looks every few seconds which incidents began and ended."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._next_look = 0.0

    def step(self) -> bool:
        """Look if it is time; return whether anything changed. Nothing is locked unless it did."""
        moment = time.monotonic()
        if moment < self._next_look:
            return False
        self._next_look = moment + LOOK_SECONDS
        now, grace = self._worker.clock(), self._worker.settings.heartbeat_grace
        with self._worker.read_sessions() as session:
            changes = incidents.find_changes(session, now=now, grace=grace)
        if not any(changes):
            return False
        with self._worker.sessions.begin() as session:
            noted = incidents.note(session, now=now, grace=grace)
        log.info("incidents.noted", began=len(noted.began), ended=len(noted.ended))
        return True
