"""Whether everything that `infoscreen up` started does its work."""

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.clock import utc_now
from infoscreen_core.services.monitoring.signs_of_life import count_running, is_process_at_work
from workers.runtime import DatabaseError, SessionFactory

WORKERS = ("listener", "scheduler", "dispatcher", "fetcher", "converter")
_CONSOLE_TIMEOUT_SECONDS = 5.0


@dataclass
class Readiness:
    """Asks each part; what was ready once is not asked again."""

    sessions: SessionFactory
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
                now = utc_now()
                missing = [
                    name
                    for name in WORKERS
                    if not is_process_at_work(session, name, pids.get(name), now=now)
                ]
                unseen = len(self.players) - count_running(session, self.players, since=self.since)
        except DatabaseError:
            return ["database"]
        if not self._has_console():
            missing.append("console")
        if unseen:
            missing.append(f"{unseen} players")
        return missing

    def _has_console(self) -> bool:
        self._is_console_ready = self._is_console_ready or answers_ready(
            self.console_host, self.console_port
        )
        return self._is_console_ready


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
