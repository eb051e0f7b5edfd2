"""Players with a wrong clock, or of which an old connection says its last words late."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import Client, ClientStatus, ClientStatusChange, Incident
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.services.monitoring import status_history
from tests.support.listener.telemetry import NOW, Desk, at, health, say, stamp

GRACE = timedelta(seconds=170)
YEAR = timedelta(days=365)


def running(desk: Desk) -> str:
    """Return a player that is known, approved, and on record from now on."""
    uuid = desk.new_client(approved_at=NOW)
    with desk.sessions.begin() as session:
        status_history.add_players(session, now=NOW)
    return uuid


def says_health(desk: Desk, uuid: str, *, received_at: datetime, behind: timedelta) -> None:
    payload = health(timestamp=stamp(received_at - behind))
    desk.hear(say(uuid, "health", payload, qos=0, received_at=received_at))
    judge(desk, received_at)


def judge(desk: Desk, now: datetime) -> None:
    with desk.sessions.begin() as session:
        status_history.judge_due(session, now=now, grace=GRACE)


def record(desk: Desk) -> list[tuple[Status | None, StatusReason]]:
    with desk.sessions() as session:
        rows = session.scalars(select(ClientStatusChange).order_by(ClientStatusChange.id))
        return [(row.status, row.reason) for row in rows]


@pytest.mark.parametrize("behind", [YEAR, -YEAR])
def test_a_clock_that_is_off_by_a_year_is_said_and_moves_no_status(
    desk: Desk, behind: timedelta
) -> None:
    uuid = running(desk)
    says_health(desk, uuid, received_at=at(0), behind=timedelta())
    for seconds in range(60, 301, 60):
        says_health(desk, uuid, received_at=at(seconds), behind=behind)
    assert record(desk) == [(Status.HEALTHY, StatusReason.ALL_WELL)]
    assert desk.client(uuid).last_alive == at(300)
    with desk.sessions() as session:
        (incident,) = session.scalars(select(Incident))
    assert (incident.kind, incident.closed_at) == (IncidentKind.CLOCK_WRONG, None)
    assert incident.evidence == {"behind_seconds": behind.total_seconds()}
    says_health(desk, uuid, received_at=at(310), behind=timedelta())
    judge(desk, at(371))
    assert record(desk) == [(Status.HEALTHY, StatusReason.ALL_WELL)]


@pytest.mark.parametrize("behind", [YEAR, -YEAR])
def test_a_player_whose_clock_is_off_falls_silent_on_the_servers_clock(
    desk: Desk, behind: timedelta
) -> None:
    uuid = running(desk)
    says_health(desk, uuid, received_at=at(0), behind=behind)
    judge(desk, at(169))
    assert record(desk) == [(Status.HEALTHY, StatusReason.ALL_WELL)]
    judge(desk, at(171))
    with desk.sessions() as session:
        row = session.get_one(ClientStatus, uuid)
    assert (row.status, row.since) == (Status.OFFLINE, at(170))


def test_an_old_connections_last_will_does_not_end_the_new_one(desk: Desk) -> None:
    uuid = running(desk)
    for seconds in range(0, 20, 5):
        says_health(desk, uuid, received_at=at(seconds), behind=timedelta())
    wills = product(("status", "lwt", "heartbeat", "health"), (b"offline", b'{"status": 0}', b""))
    desk.hear(*(say(uuid, leaf, words, received_at=at(20)) for leaf, words in wills))
    judge(desk, at(20))
    says_health(desk, uuid, received_at=at(21), behind=timedelta())
    judge(desk, at(82))
    assert record(desk) == [(Status.HEALTHY, StatusReason.ALL_WELL)]
    with desk.sessions() as session:
        assert session.get_one(Client, uuid).last_alive == at(21)
        assert list(session.scalars(select(Incident))) == []
