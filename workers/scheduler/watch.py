"""Keeps the record of how players do, of their incidents, and of when nobody could tell."""

import time
from typing import Final

from infoscreen_core.log import get_logger
from infoscreen_core.services.monitoring import incident_record, sight, status_history
from workers.runtime import Worker

log = get_logger()

LOOK_SECONDS: Final = 2.0
"""How often it is looked whether the server sees its screens."""
ADD_SECONDS: Final = 30.0
"""How often it is looked for players that are new."""
_MOST_LOGGED: Final = 20


class StatusWatch:
    """Judges players when their turn comes; each round is one short transaction."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._next_look = 0.0
        self._next_addition = 0.0

    def step(self) -> bool:
        """Do what is due; return whether more players may be waiting."""
        moment = time.monotonic()
        if moment >= self._next_look:
            self._next_look = moment + LOOK_SECONDS
            self._look()
        if moment >= self._next_addition:
            self._next_addition = moment + ADD_SECONDS
            with self._worker.sessions.begin() as session:
                status_history.add_players(session, now=self._worker.clock())
        return self._judge()

    def _look(self) -> None:
        with self._worker.sessions.begin() as session:
            now = self._worker.clock()
            changes = sight.note(session, now=now)
            incident_record.note_outages(session, changes, now=now)
        for change in changes:
            log.warning(
                "sight.lost" if change.ended_at is None else "sight.back",
                cause=change.cause,
                began_at=change.began_at.isoformat(),
            )

    def _judge(self) -> bool:
        now, grace = self._worker.clock(), self._worker.settings.heartbeat_grace
        with self._worker.read_sessions() as session:  # which waits for nobody
            if not status_history.has_due(session, now=now):
                return False
        with self._worker.sessions.begin() as session:
            judged = status_history.judge_due(session, now=now, grace=grace)
        for uuid, change in judged.changes[:_MOST_LOGGED]:
            log.info(
                "client.status_changed",
                client_uuid=uuid,
                status=change.status,
                reason=change.reason,
            )
        if judged.opened or judged.closed:
            log.info("incidents.noted", opened=judged.opened, closed=judged.closed)
        return judged.is_more_due
