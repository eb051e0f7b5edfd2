"""What happens is told in the transaction that changes it, and nothing is written for nobody."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import Client, ClientGroup, Incident, WebhookDelivery
from infoscreen_core.domain.commands.lifecycle import Action, Cause
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.commands import commands
from infoscreen_core.services.monitoring import incident_record, incidents, status_history
from infoscreen_core.services.monitoring.sight import SightChange
from tests.support.listener.telemetry import empty
from tests.support.people import ADMIN, NOW, add_client, uuid_of
from tests.support.sql.plans import statements
from tests.support.webhooks.post import Sessions, add_webhook

GRACE = timedelta(minutes=3)
URL = "https://hooks.example.org/infoscreen"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def school(shared: sessionmaker[Session]) -> Sessions:
    """Two screens in the group "Foyer", both well."""
    empty(shared)
    with shared.begin() as session:
        session.add(ClientGroup(id=1, name="Foyer", created_at=NOW))
        session.flush()
        for number, name in ((1, "Aula"), (2, "Bibliothek")):
            add_client(
                session,
                number,
                description=name,
                group_id=1,
                last_alive=NOW,
                process_status=ProcessStatus.RUNNING,
            )
        status_history.add_players(session, now=NOW)
    _judge(shared, NOW)
    return shared


def _judge(sessions: Sessions, at: datetime) -> None:
    with sessions.begin() as session:
        while status_history.judge_due(session, now=at, grace=GRACE).count:
            pass


def _told(sessions: Sessions) -> list[dict[str, Any]]:
    with sessions() as session:
        bodies = session.scalars(select(WebhookDelivery.body).order_by(WebhookDelivery.id))
        return [orjson.loads(body) for body in bodies]


def _kinds(sessions: Sessions) -> list[str]:
    return sorted(one["type"] for one in _told(sessions))


def _data(sessions: Sessions, kind: str) -> list[dict[str, Any]]:
    return [one["data"] for one in _told(sessions) if one["type"] == kind]


def test_a_screen_that_falls_silent_and_comes_back_is_told(school: Sessions) -> None:
    add_webhook(school, URL)
    _judge(school, NOW + 10 * MINUTE)
    assert _kinds(school) == ["client.status_changed"] * 2 + ["incident.opened"] * 2
    [first, _second] = sorted(
        _data(school, "client.status_changed"), key=lambda one: str(one["clientName"])
    )
    assert first == {
        "clientUuid": uuid_of(1),
        "clientName": "Aula",
        "groupId": 1,
        "groupName": "Foyer",
        "status": "offline",
        "previousStatus": "healthy",
        "reason": "heartbeat_stale",
        "since": (NOW + GRACE).isoformat().replace("+00:00", "Z"),
    }
    opened = _data(school, "incident.opened")
    assert {one["kind"] for one in opened} == {"silent"}
    assert all(one["closedAt"] is None for one in opened)


def test_an_incident_is_told_from_its_opening_to_its_end(school: Sessions) -> None:
    _judge(school, NOW + 10 * MINUTE)
    add_webhook(school, URL, ["incident.closed", "incident.acknowledged"])
    with school() as session:
        first, second = session.scalars(select(Incident.id).order_by(Incident.id)).all()
    at = NOW + 11 * MINUTE
    with school.begin() as session:
        incidents.acknowledge(session, first, note="I go there", actor=ADMIN, now=at)
    with school.begin() as session:
        incidents.acknowledge(session, first, note="I am there", actor=ADMIN, now=at)
        incidents.close(session, second, actor=ADMIN, now=at)
    [taken] = _data(school, "incident.acknowledged")
    assert (taken["incidentId"], taken["note"]) == (first, "I go there")
    assert taken["acknowledgedBy"] == ADMIN.name
    [closed] = _data(school, "incident.closed")
    assert (closed["incidentId"], closed["closedBy"]) == (second, ADMIN.name)
    _come_back(school, NOW + 12 * MINUTE)
    assert [one["incidentId"] for one in _data(school, "incident.closed")] == [second, first]
    assert _data(school, "incident.closed")[1]["closedBy"] is None


def _come_back(sessions: Sessions, at: datetime) -> None:
    with sessions.begin() as session:
        for client in session.scalars(select(Client)):
            client.last_alive = at
        status_history.judge_soon(session, [uuid_of(1), uuid_of(2)], now=at)
    _judge(sessions, at)


def test_a_command_is_told_when_it_ends(school: Sessions) -> None:
    add_webhook(school, URL, ["command.ended"])
    with school.begin() as session:
        first = _issue(session, 1)
        second = _issue(session, 2)
        for _again in range(3):
            blocked = _issue(session, 1)
    assert [one["status"] for one in _data(school, "command.ended")] == ["blocked_safety"]
    with school.begin() as session:
        commands.cancel_command(session, first, actor=ADMIN, now=NOW)
    with school.begin() as session:
        command = commands.get_command(session, second)
        commands.move_all(session, [command], Cause.EXPIRED, now=NOW)
    told = _data(school, "command.ended")
    assert told[0]["commandId"] == blocked
    assert [one["status"] for one in told] == ["blocked_safety", "canceled", "expired"]
    assert told[1]["clientName"] == "Aula"
    assert (told[1]["reason"], told[1]["action"]) == ("stuck", "reboot_host")


def _issue(session: Session, number: int) -> str:
    return commands.issue_command(
        session, uuid_of(number), Action.REBOOT_HOST, reason="stuck", actor=ADMIN, now=NOW
    ).command_id


def test_what_is_taken_back_is_not_told(school: Sessions) -> None:
    add_webhook(school, URL)

    def fail() -> None:
        with school.begin() as session:
            status_history.judge_due(session, now=NOW + 10 * MINUTE, grace=GRACE)
            assert session.scalar(select(WebhookDelivery.id).limit(1)) is not None
            commands.get_command(session, "nobody's")

    with pytest.raises(NotFoundError):
        fail()
    assert _told(school) == []


def test_each_webhook_is_told_what_it_wants(school: Sessions) -> None:
    one = add_webhook(school, URL, ["client.status_changed"], name="One").webhook.id
    two = add_webhook(school, URL, ["incident.opened"], name="Two").webhook.id
    _judge(school, NOW + 10 * MINUTE)
    with school() as session:
        found = session.execute(select(WebhookDelivery.webhook_id, WebhookDelivery.kind)).all()
    assert sorted((number, kind.value) for number, kind in found) == sorted(
        [(one, "client.status_changed")] * 2 + [(two, "incident.opened")] * 2
    )


@pytest.fixture
def asked(school: Sessions) -> Iterator[list[Any]]:
    with school() as session:
        engine = session.get_bind().engine
    assert isinstance(engine, Engine)
    with statements(engine) as found:
        yield found


def test_without_a_webhook_nothing_is_written_and_one_look_is_taken(
    school: Sessions, asked: list[Any]
) -> None:
    _judge(school, NOW + 10 * MINUTE)
    looks = [statement for statement, _ in asked if "webhooks" in statement]
    assert len(looks) == 2, "one for statuses, one for incidents, however many screens"
    assert _told(school) == []


def test_when_nothing_changes_not_even_a_look_is_taken(school: Sessions, asked: list[Any]) -> None:
    with school.begin() as session:
        status_history.judge_soon(session, [uuid_of(1), uuid_of(2)], now=NOW)
    _judge(school, NOW + MINUTE)
    assert not [statement for statement, _ in asked if "webhook" in statement]


def test_an_outage_of_ours_is_told_as_one_incident(school: Sessions) -> None:
    add_webhook(school, URL)
    change = SightChange(BlindCause.STANDSTILL, NOW, NOW + 5 * MINUTE)
    with school.begin() as session:
        incident_record.note_outages(session, [change], now=NOW + 6 * MINUTE)
    told = _told(school)
    assert [one["type"] for one in told] == ["incident.opened", "incident.closed"]
    assert {one["data"]["kind"] for one in told} == {"outage"}
    assert told[0]["data"]["clientUuid"] is None
