"""The broker is away for longer than the grace of players: one incident, and nobody is down.

With two hundred simulated players and two minutes: `tests/trials/broker_stopped.py`.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_read_session_factory
from infoscreen_core.db.models import Client, ClientStatus, ClientStatusChange, Incident
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.services import system_settings
from infoscreen_core.services.monitoring import status_history
from tests.support.events.planning import Sessions
from tests.support.listener.listening import ListenerProcess
from tests.support.listener.steady_publisher import SteadyPublisher
from tests.support.people import SUPERADMIN, add_client, uuid_of
from tests.support.playing.scheduling import SchedulerProcess
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto

pytestmark = pytest.mark.slow
PLAYERS: Final = 12
GRACE: Final = timedelta(seconds=8)
PATIENCE: Final = 60.0


class Heartbeats(SteadyPublisher):
    """Every player says twice a second that it lives and runs."""

    def __init__(self, broker: Mosquitto) -> None:
        login = {"mqtt_user": broker.user, "mqtt_password": broker.password}
        place = {"mqtt_host": broker.host, "mqtt_port": broker.port}
        super().__init__(login | place, uuid_of(1), word="alive", per_second=2 * PLAYERS)

    def said(self, number: int) -> tuple[str, dict[str, Any]]:
        uuid = uuid_of(1 + number % PLAYERS)
        return f"infoscreen/{uuid}/heartbeat", {"process_status": "running"}


@pytest.fixture
def broker(
    sqlite_url: str, sqlite_sessions: Sessions, own_mosquitto: Mosquitto, tmp_path: Path
) -> Iterator[Mosquitto]:
    """A broker with listener and scheduler, and players that are heard over it."""
    with sqlite_sessions.begin() as session:
        for number in range(1, 1 + PLAYERS):
            add_client(session, number)
        status_history.add_players(session, now=utc_now())
        system_settings.set_settings(
            session, {"incident_outage_seconds": 1}, actor=SUPERADMIN, now=utc_now()
        )
    with ExitStack() as stack:
        listener = ListenerProcess(own_mosquitto, sqlite_url, tmp_path / "listener", "away")
        stack.callback(listener.close)
        listener.start()
        more = {"HEARTBEAT_GRACE_PERIOD_DEV": str(int(GRACE.total_seconds()))}
        scheduler = SchedulerProcess(sqlite_url, own_mosquitto, tmp_path / "log", more).start()
        stack.callback(scheduler.stop)
        stack.enter_context(Heartbeats(own_mosquitto))
        yield own_mosquitto


@pytest.fixture
def reading(sqlite_sessions: Sessions) -> Sessions:
    """Sessions that wait for no writer, and hold none up."""
    return make_read_session_factory(sqlite_sessions.kw["bind"])


def test_a_broker_that_is_away_is_one_incident_and_no_player_is_down(
    broker: Mosquitto, reading: Sessions
) -> None:
    wait_until(lambda: count_up(reading) == PLAYERS, seconds=PATIENCE, what="all up")
    broker.stop()
    last_heard = utc_now()
    wait_until(lambda: incidents(reading), seconds=PATIENCE, what="the outage")
    wait_until(lambda: utc_now() > last_heard + GRACE * 1.2, seconds=PATIENCE, what="no grace")
    broker.start()
    back = utc_now()
    wait_until(lambda: heard_since(reading, back) == PLAYERS, seconds=PATIENCE, what="all")
    wait_until(lambda: is_over(reading), seconds=PATIENCE, what="the outage over")
    assert incidents(reading) == [("outage", None, {"cause": "broker"})]
    assert count_falls(reading) == 0


def count_up(sessions: Sessions) -> int:
    with sessions() as session:
        query = select(func.count()).where(ClientStatus.status == Status.HEALTHY)
        return session.scalar(query) or 0


def heard_since(sessions: Sessions, moment: datetime) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).where(Client.last_alive > moment)) or 0


def incidents(sessions: Sessions) -> list[tuple[str, str | None, Any]]:
    with sessions() as session:
        rows = session.scalars(select(Incident).order_by(Incident.id))
        return [(row.kind.value, row.client_uuid, row.evidence) for row in rows]


def is_over(sessions: Sessions) -> bool:
    with sessions() as session:
        query = select(func.count()).select_from(Incident).where(Incident.closed_at.is_(None))
        return session.scalar(query) == 0


def count_falls(sessions: Sessions) -> int:
    with sessions() as session:
        query = select(func.count()).where(ClientStatusChange.status == Status.OFFLINE)
        return session.scalar(query) or 0
