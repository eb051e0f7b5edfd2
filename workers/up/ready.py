"""Whether everything that `infoscreen up` started does its work."""

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, WorkerStatus
from infoscreen_core.domain.monitoring.liveness import is_at_work
from infoscreen_core.domain.screens.player import ProcessStatus
from workers.runtime import STANDBY

WORKERS = ("listener", "scheduler", "dispatcher")
_CONSOLE_TIMEOUT_SECONDS = 5.0


@dataclass
class Readiness:
    """Asks each part; what was ready once is not asked again."""

    sessions: sessionmaker[Session]
    console_host: str
    console_port: int
    players: Sequence[str]
    """UUIDs of the demo fleet."""
    since: datetime
    _is_console_ready: bool = False

    def list_missing(self, pids: Mapping[str, int]) -> list[str]:
        """Return the names of the parts that are not ready yet."""
        try:
            with self.sessions() as session:
                missing = [name for name in WORKERS if not _is_at_work(session, name, pids.get(name))]
                unseen = len(self.players) - self._count_players(session)
        except SQLAlchemyError:
            return ["database"]
        if not self._has_console():
            missing.append("console")
        if unseen:
            missing.append(f"{unseen} players")
        return missing

    def _has_console(self) -> bool:
        self._is_console_ready = self._is_console_ready or answers_ready(self.console_host, self.console_port)
        return self._is_console_ready

    def _count_players(self, session: Session) -> int:
        if not self.players:
            return 0
        query = select(func.count()).where(
            Client.uuid.in_(self.players),
            Client.last_alive >= self.since,
            Client.process_status == ProcessStatus.RUNNING,
        )
        return session.scalar(query) or 0


def answers_ready(host: str, port: int) -> bool:
    """Whether the console says at `/readyz` that it has database, schema and broker."""
    connection = http.client.HTTPConnection(host, port, timeout=_CONSOLE_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return response.status == http.client.OK and b'"ready"' in response.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _is_at_work(session: Session, name: str, pid: int | None) -> bool:
    rows = (session.get(WorkerStatus, row_name) for row_name in (name, f"{name}{STANDBY}"))
    return any(
        row.pid == pid and row.is_broker_connected and is_at_work(row.seen_at, now=utc_now())
        for row in rows
        if row
    )
