"""The leading scheduler notices silence on its deadline, as a process beside a real broker."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, ClientStatusChange, ClientWeek, Incident
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.services.monitoring.status_history import judge_soon
from tests.support.events.planning import Sessions
from tests.support.people import add_client, uuid_of
from tests.support.playing.scheduling import SchedulerProcess
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto

pytestmark = pytest.mark.slow
GRACE = timedelta(seconds=4)


def test_a_screen_that_falls_silent_is_on_record_since_the_end_of_its_grace(
    sqlite_url: str, sqlite_sessions: Sessions, mosquitto: Mosquitto, tmp_path: Path
) -> None:
    with sqlite_sessions.begin() as session:
        add_client(session, 1, last_alive=utc_now(), process_status=ProcessStatus.RUNNING)
        session.add(
            ClientStatusChange(
                client_uuid=uuid_of(1),
                at=utc_now() - timedelta(days=9),
                status=Status.HEALTHY,
                reason=StatusReason.ALL_WELL,
            )
        )
    more = {"HEARTBEAT_GRACE_PERIOD_DEV": str(int(GRACE.total_seconds()))}
    scheduler = SchedulerProcess(sqlite_url, mosquitto, tmp_path / "log", more).start()
    try:
        wait_until(lambda: _weeks(sqlite_sessions) >= 2, seconds=60, what="its weeks counted")
        with sqlite_sessions.begin() as session:
            heard = session.get_one(Client, uuid_of(1)).last_alive = utc_now()
            judge_soon(session, [uuid_of(1)], now=heard)
        silent = (heard + GRACE, Status.OFFLINE, StatusReason.HEARTBEAT_STALE)
        wait_until(
            lambda: _record(sqlite_sessions)[-1] == silent, seconds=60, what="the silence noticed"
        )
        with sqlite_sessions() as session:
            # On a busy machine it may have fallen silent before, too, while its weeks were counted.
            (incident,) = session.scalars(select(Incident).where(Incident.closed_at.is_(None)))
            assert (incident.kind, incident.opened_at) == (IncidentKind.SILENT, heard + GRACE)
            assert (incident.client_uuid, incident.closed_at) == (uuid_of(1), None)
    finally:
        scheduler.stop()


def _weeks(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(ClientWeek)) or 0


def _record(sessions: Sessions) -> list[tuple[object, object, object]]:
    with sessions() as session:
        rows = session.scalars(select(ClientStatusChange).order_by(ClientStatusChange.id))
        return [(row.at, row.status, row.reason) for row in rows]
