"""Screens that report when they are told to, and a scheduler that looks when it is told to."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import Client, WorkerStatus
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.services.monitoring import incident_record, sight, status_history
from tests.support.people import NOW, add_client, uuid_of

Sessions = sessionmaker[Session]
GRACE: Final = timedelta(seconds=170)
Changes = list[tuple[str, Status | None, StatusReason]]
"""UUIDs with their new status and its reason."""


class WatchedSchool:
    """Five screens that run."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        running: dict[str, Any] = {"last_alive": NOW, "process_status": ProcessStatus.RUNNING}
        with sessions.begin() as session:
            for number in range(1, 6):
                add_client(session, number, **running)

    def look(self, at: datetime) -> Changes:
        """Do what a leading scheduler does at this instant; return what changed."""
        with self.sessions.begin() as session:
            changes = sight.note(session, now=at)
            incident_record.note_outages(session, changes, now=at)
        return self.judge(at)

    def judge(self, at: datetime) -> Changes:
        """Judge whoever is due, as if we had seen all the time until then."""
        with self.sessions.begin() as session:
            status_history.add_players(session, now=at)
            judged = status_history.judge_due(session, now=at, grace=GRACE)
        return [(uuid, change.status, change.reason) for uuid, change in judged.changes]

    def report(self, at: datetime, *numbers: int, **facts: object) -> None:
        """Let screens say that they live, and this."""
        with self.sessions.begin() as session:
            for number in numbers:
                client = session.get_one(Client, uuid_of(number))
                client.last_alive = client.health_at = at
                for name, value in facts.items():
                    setattr(client, name, value)
            status_history.judge_soon(session, [uuid_of(number) for number in numbers], now=at)

    def listener(self, at: datetime, *, is_connected: bool = True) -> None:
        """Let the listener show a sign of life."""
        with self.sessions.begin() as session:
            session.merge(
                WorkerStatus(
                    name="listener",
                    pid=1,
                    host="here",
                    started_at=NOW,
                    seen_at=at,
                    is_broker_connected=is_connected,
                )
            )
