"""Incidents: since when, who looks after them, and their end, which frees whoever did."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry, Client, Incident, User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.errors import ConflictError, NotAllowedError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring import incidents
from infoscreen_core.services.monitoring.fleet import list_fleet
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.clients import set_active
from infoscreen_core.settings import Settings
from tests.support.people import ADMIN, NOW, actions_of, add_client, uuid_of
from workers.runtime import Worker, open_database
from workers.scheduler.incidents import IncidentWatch

Sessions = sessionmaker[Session]
GRACE = timedelta(minutes=3)
MINUTE = timedelta(minutes=1)
SILENT_SINCE = NOW - timedelta(minutes=20)
MARIA = Actor(None, "maria", Role.EDITOR, "10.0.0.2")
PAUL = Actor(None, "paul", Role.EDITOR, "10.0.0.3")
LOOKER = Actor(None, "somebody", Role.USER, "10.0.0.4")


@pytest.fixture
def school(sqlite_sessions: Sessions) -> Sessions:
    """Screen 1 is silent, 2 crashed, 3 is well."""
    with sqlite_sessions.begin() as session:
        _add_fleet(session)
    return sqlite_sessions


def _add_fleet(session: Session) -> None:
    running: dict[str, Any] = {"last_alive": NOW, "process_status": ProcessStatus.RUNNING}
    add_client(session, 1, description="Aula", last_alive=SILENT_SINCE)
    add_client(session, 2, **running | {"process_status": ProcessStatus.CRASHED})
    add_client(session, 3, **running)


def _note(sessions: Sessions, *, at: datetime = NOW) -> incidents.Noted:
    with sessions.begin() as session:
        return incidents.note(session, now=at, grace=GRACE)


def _take(sessions: Sessions, actor: Actor, note: str = "", *, at: datetime = NOW) -> None:
    with sessions.begin() as session:
        incidents.take(session, uuid_of(1), note=note, actor=actor, now=at, grace=GRACE)


def _release(sessions: Sessions, actor: Actor) -> None:
    with sessions.begin() as session:
        incidents.release(session, uuid_of(1), actor=actor, now=NOW)


def _wake(sessions: Sessions, at: datetime) -> None:
    with sessions.begin() as session:
        client = session.get_one(Client, uuid_of(1))
        client.last_alive, client.process_status = at, ProcessStatus.RUNNING


def _view(sessions: Sessions, number: int = 1) -> ClientView:
    with sessions() as session:
        fleet = list_fleet(
            session, now=NOW, grace=GRACE, window=timedelta(hours=24), priority_ttl=MINUTE
        )
    return next(view for view in fleet if view.uuid == uuid_of(number))


def test_what_began_and_ended_is_noted_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        _add_fleet(session)
        assert incidents.note(session, now=NOW, grace=GRACE).began == [uuid_of(1), uuid_of(2)]
        assert not any(incidents.note(session, now=NOW, grace=GRACE))
        session.get_one(Client, uuid_of(2)).process_status = ProcessStatus.RUNNING
        session.flush()
        assert incidents.find_changes(session, now=NOW, grace=GRACE) == ([], [uuid_of(2)])
        assert incidents.note(session, now=NOW, grace=GRACE).ended == [uuid_of(2)]
        assert list(session.scalars(select(Incident.client_uuid))) == [uuid_of(1)]


def test_an_incident_says_since_when(school: Sessions) -> None:
    crashed = _view(school, 2).incident
    assert crashed is not None
    assert crashed.began_at is None  # nobody saw it begin yet
    _note(school)
    assert [
        incident and incident.began_at
        for incident in (_view(school, number).incident for number in (1, 2, 3))
    ] == [SILENT_SINCE, NOW, None]


def test_who_takes_an_incident_is_shown_to_all_with_name_time_and_note(school: Sessions) -> None:
    _take(school, MARIA, " Netzteil ", at=NOW)
    _take(school, MARIA, "Netzteil ist da", at=NOW + MINUTE)
    taken = _view(school).incident
    assert taken is not None
    assert (taken.taken_name, taken.taken_at, taken.note) == ("maria", NOW, "Netzteil ist da")
    assert taken.began_at == SILENT_SINCE
    with school() as session:
        assert actions_of(session) == ["incident.taken"] * 2


def test_nobody_takes_what_somebody_has_or_what_is_well(school: Sessions) -> None:
    _take(school, MARIA)
    with pytest.raises(ConflictError, match="maria looks after Aula already"):
        _take(school, PAUL)
    with pytest.raises(NotAllowedError):
        _take(school, LOOKER)
    _wake(school, NOW)
    with pytest.raises(ConflictError, match="is over"):
        _take(school, PAUL)


def test_only_who_took_it_or_an_admin_releases_it(school: Sessions) -> None:
    _take(school, MARIA)
    with pytest.raises(NotAllowedError, match="maria"):
        _release(school, PAUL)
    _release(school, MARIA)
    with pytest.raises(ConflictError):
        _release(school, MARIA)
    _take(school, PAUL, "sehe nach")
    _release(school, ADMIN)
    free = _view(school).incident
    assert free is not None
    assert (free.taken_at, free.taken_name, free.note) == (None, None, "")
    assert free.began_at == SILENT_SINCE


def test_an_incident_that_ends_frees_who_took_it_and_the_next_one_begins_anew(
    school: Sessions,
) -> None:
    _take(school, MARIA, "unterwegs")
    _wake(school, NOW)
    assert _view(school).incident is None
    _note(school)
    with school() as session:
        ended = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert ended is not None
    assert (ended.action, ended.actor_name) == ("incident.ended", "system")
    assert ended.before is not None
    assert (ended.before["taken_name"], ended.before["note"]) == ("maria", "unterwegs")
    _note(school, at=NOW + timedelta(hours=1))
    with school() as session:
        again = session.get_one(Incident, uuid_of(1))
        assert (again.began_at, again.taken_at) == (NOW, None)


def test_a_screen_that_leaves_service_has_no_incident(school: Sessions) -> None:
    _note(school)
    with school.begin() as session:
        set_active(session, [uuid_of(1)], is_active=False, actor=ADMIN, now=NOW)
    view = _view(school)
    assert (view.standing, view.incident) == (Standing.OUT_OF_SERVICE, None)
    assert _note(school).ended == [uuid_of(1)]


def test_the_name_of_who_took_it_outlives_the_account(school: Sessions) -> None:
    with school.begin() as session:
        user = User(
            username="maria",
            password_hash="x",
            role=Role.EDITOR,
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(user)
        session.flush()
        actor = Actor(user.id, "maria", Role.EDITOR, "10.0.0.2")
        incidents.take(session, uuid_of(1), actor=actor, now=NOW, grace=GRACE)
        session.delete(user)
    taken = _view(school).incident
    assert taken is not None
    assert (taken.taken_by, taken.taken_name) == (None, "maria")


def test_the_scheduler_keeps_the_record_but_does_not_look_all_the_time(sqlite_url: str) -> None:
    settings = Settings(db_conn=sqlite_url, _env_file=None)
    with open_database(settings) as database:
        with database.sessions.begin() as session:
            add_client(session, 1)  # never heard of
        watch = IncidentWatch(Worker("scheduler", settings, database))
        assert watch.step()
        assert not watch.step()
        with database.sessions.begin() as session:
            assert [row.client_uuid for row in session.scalars(select(Incident))] == [uuid_of(1)]
            session.get_one(Client, uuid_of(1)).is_active = False
        assert not watch.step()  # not yet
        assert IncidentWatch(Worker("scheduler", settings, database)).step()
        with database.sessions() as session:
            assert session.scalars(select(Incident)).all() == []
