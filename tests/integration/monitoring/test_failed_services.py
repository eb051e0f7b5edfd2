"""Failed services: the list, and acknowledging one with a note."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry, Client, ClientGroup, Incident
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.errors import ConflictError, NotAllowedError
from infoscreen_core.services.commands.commands import issue_command
from infoscreen_core.services.monitoring import failed_services
from infoscreen_core.services.monitoring.fleet import read_alarms
from infoscreen_core.services.monitoring.incidents import acknowledge as take
from tests.support.cli import program_on
from tests.support.monitoring.watched_school import WatchedSchool
from tests.support.people import ADMIN, EDITOR, NOW, outbox_of, uuid_of

Sessions = sessionmaker[Session]
MINUTE = timedelta(minutes=1)
TTL = timedelta(seconds=120)


@pytest.fixture
def school(sessions: Sessions) -> WatchedSchool:
    """Five screens; a service of the second failed, then one of the fourth, which is in Foyer."""
    school = WatchedSchool(sessions)
    with sessions.begin() as session:
        session.add(ClientGroup(id=1, name="Foyer", sort_order=1, created_at=NOW))
        session.flush()
        session.get_one(Client, uuid_of(4)).group_id = 1
    _fail(school, 2, NOW, "old.service")
    _fail(school, 4, NOW + MINUTE, "new.service")
    return school


def _fail(school: WatchedSchool, number: int, at: object, unit: str) -> None:
    facts = {"service_failed_at": at, "service_failed_unit": unit}
    school.report(NOW + MINUTE, number, **facts)
    school.judge(NOW + MINUTE)


def _incident(session: Session, number: int) -> Incident:
    query = select(Incident).where(
        Incident.client_uuid == uuid_of(number), Incident.kind == IncidentKind.SERVICE_FAILED
    )
    return session.scalars(query).one()


def test_those_that_failed_last_come_first_with_what_was_tried_since(
    school: WatchedSchool,
) -> None:
    with school.sessions.begin() as session:
        for seconds in (-90, 61, 120):
            issue_command(
                session,
                uuid_of(4),
                Action.RESTART_APP,
                reason="x",
                actor=ADMIN,
                now=NOW + timedelta(seconds=seconds),
            )
        found = failed_services.list_failed(session, limit=9)
        alarms = read_alarms(session, now=NOW + MINUTE, priority_ttl=TTL)
    assert [(one.client_uuid, one.group_name, one.unit, one.restarts) for one in found] == [
        (uuid_of(4), "Foyer", "new.service", 2),
        (uuid_of(2), None, "old.service", 0),
    ]
    assert found[0].failed_at == NOW + MINUTE
    assert alarms.failed == len(found)


def test_the_note_stands_in_the_audit_trail_and_in_the_incident_and_the_broker_forgets(
    school: WatchedSchool,
) -> None:
    with school.sessions.begin() as session:
        name = failed_services.acknowledge(
            session, uuid_of(2), note=" neue Karte ", actor=ADMIN, now=NOW + 2 * MINUTE
        )
        assert name == uuid_of(2)[:8]
        assert outbox_of(session) == [(f"infoscreen/{uuid_of(2)}/service_failed", b"", True)]
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert entry.action == "client.service_failure_acknowledged"
        assert entry.before is not None
        assert entry.before["service_failed_unit"] == "old.service"
        assert entry.after is not None
        assert entry.after["note"] == "neue Karte"
    school.judge(NOW + 2 * MINUTE)
    with school.sessions() as session:
        incident = _incident(session, 2)
        assert (incident.note, incident.acknowledged_name) == ("neue Karte", "an admin")
        assert incident.closed_at == NOW + 2 * MINUTE
        found = failed_services.list_failed(session, limit=9)
        assert [one.client_uuid for one in found] == [uuid_of(4)]


def test_who_looks_after_the_incident_already_keeps_it(school: WatchedSchool) -> None:
    with school.sessions.begin() as session:
        take(session, _incident(session, 2).id, note="bin dran", actor=EDITOR, now=NOW + MINUTE)
        failed_services.acknowledge(session, uuid_of(2), note="ok", actor=ADMIN, now=NOW + MINUTE)
        incident = _incident(session, 2)
        assert (incident.note, incident.acknowledged_name) == ("bin dran", "an editor")


def test_a_failure_that_nobody_has_seen_is_not_acknowledged(school: WatchedSchool) -> None:
    _fail(school, 2, NOW + MINUTE, "other.service")
    with school.sessions.begin() as session:
        with pytest.raises(ConflictError, match="failed anew"):
            failed_services.acknowledge(
                session, uuid_of(2), failed_at=NOW, actor=ADMIN, now=NOW + MINUTE
            )
        with pytest.raises(NotAllowedError):
            failed_services.acknowledge(session, uuid_of(2), actor=EDITOR, now=NOW + MINUTE)
        assert len(failed_services.list_failed(session, limit=9)) == 2


def test_the_command_line_lists_and_acknowledges(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _fail(WatchedSchool(sqlite_sessions), 3, NOW, "x.service")
    run = program_on(sqlite_url, monkeypatch, capsys, "client")
    (row,) = json.loads(run("service-failed", "--json")[1])
    assert (row["client_uuid"], row["unit"], row["restarts"]) == (uuid_of(3), "x.service", 0)
    assert "x.service" in run("service-failed")[1]
    code, _out, errors = run("clear-service-failed", uuid_of(3), "--note", "x" * 501)
    assert (code != 0, "note" in errors) == (True, True)
    cleared = json.loads(run("clear-service-failed", uuid_of(3), "--note", "Kabel", "--json")[1])
    assert cleared["service_failed_at"] is None
    assert json.loads(run("service-failed", "--json")[1]) == []
