"""Reconnects of the last hour, however long they go on: from the listener to the incident."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import ClientStatusChange, Incident
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.liveness import StatusReason
from infoscreen_core.services.monitoring import status_history
from tests.support.listener.telemetry import Desk, health, say
from tests.support.people import NOW

GRACE = timedelta(seconds=180)
MINUTE = timedelta(minutes=1)


class Shaky:
    """A player that reports and is judged every minute, and reconnects now and then."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.uuid = desk.new_client(approved_at=NOW)
        self.count = 40
        with desk.sessions.begin() as session:
            status_history.add_players(session, now=NOW)

    def live(self, minutes: int, *, reconnects: tuple[int, ...] = ()) -> None:
        """Live for so long; it has reconnected by each of these minutes."""
        for minute in range(minutes):
            at = NOW + minute * MINUTE
            self.count += minute in reconnects
            said = health(broker_connection={"reconnect_count": self.count})
            self.desk.hear(say(self.uuid, "health", said, received_at=at))
            self.desk.listener.ingest.health.finish(seconds=60)
            with self.desk.sessions.begin() as session:
                status_history.judge_due(session, now=at, grace=GRACE)

    def storms(self) -> list[tuple[datetime, datetime | None]]:
        with self.desk.sessions() as session:
            rows = session.scalars(
                select(Incident)
                .where(Incident.kind == IncidentKind.RESTART_STORM)
                .order_by(Incident.id)
            )
            return [(row.opened_at, row.closed_at) for row in rows]

    def reasons(self) -> list[StatusReason]:
        with self.desk.sessions() as session:
            query = select(ClientStatusChange.reason).order_by(ClientStatusChange.id)
            return list(session.scalars(query))


@pytest.fixture
def shaky(sessions: sessionmaker[Session], tmp_path: Path) -> Shaky:
    return Shaky(Desk(sessions, tmp_path))


def test_a_storm_that_goes_on_for_hours_is_one_incident_until_an_hour_without_one(
    shaky: Shaky,
) -> None:
    shaky.live(250, reconnects=tuple(range(10, 181, 10)))
    ((opened, closed),) = shaky.storms()
    assert opened == NOW + 30 * MINUTE
    assert closed is not None
    assert timedelta(minutes=55) <= closed - (NOW + 180 * MINUTE) <= timedelta(minutes=61)
    assert shaky.reasons() == [
        StatusReason.ALL_WELL,
        StatusReason.RECONNECTS,
        StatusReason.ALL_WELL,
    ]


def test_three_within_an_hour_are_seen_also_where_the_first_was_an_hour_after_the_first_report(
    shaky: Shaky,
) -> None:
    shaky.live(63, reconnects=(59, 61, 62))
    assert shaky.storms() == [(NOW + 62 * MINUTE, None)]


def test_three_within_an_hour_are_seen_whatever_was_in_the_hour_before(shaky: Shaky) -> None:
    shaky.live(80, reconnects=(10, 60, 72, 75))
    assert shaky.storms() == [(NOW + 75 * MINUTE, None)]


def test_reconnects_now_and_then_are_no_storm(shaky: Shaky) -> None:
    shaky.live(240, reconnects=(5, 40, 70, 105, 140, 175, 210))
    assert shaky.storms() == []
