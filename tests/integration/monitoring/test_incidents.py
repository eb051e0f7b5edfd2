"""Incidents: who looks after them, their end by hand, and what holds when several do so at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry, Client, ClientGroup, Incident, User
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind, open_key
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.errors import ConflictError, InfoscreenError, NotAllowedError, NotFoundError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring import incidents, status_history
from infoscreen_core.services.monitoring.incidents import IncidentFilter
from infoscreen_core.services.monitoring.views import IncidentView
from tests.support.people import ADMIN, NOW, actions_of, add_client, uuid_of

Sessions = sessionmaker[Session]
GRACE = timedelta(minutes=3)
MINUTE = timedelta(minutes=1)
SILENT_SINCE = NOW - timedelta(minutes=20)
MARIA = Actor(None, "maria", Role.EDITOR, "10.0.0.2")
PAUL = Actor(None, "paul", Role.EDITOR, "10.0.0.3")
LOOKER = Actor(None, "somebody", Role.USER, "10.0.0.4")


def _fill(sessions: Sessions) -> Sessions:
    """Screen 1 is silent, 2 crashed, 3 is well; all are judged."""
    with sessions.begin() as session:
        session.add(ClientGroup(id=1, name="Foyer", created_at=NOW))
        session.flush()
        add_client(session, 1, description="Aula", last_alive=SILENT_SINCE, group_id=1)
        for number, status in ((2, ProcessStatus.CRASHED), (3, ProcessStatus.RUNNING)):
            add_client(session, number, last_alive=NOW, process_status=status)
        status_history.add_players(session, now=NOW)
    _judge(sessions, NOW)
    return sessions


@pytest.fixture
def school(sqlite_sessions: Sessions) -> Sessions:
    return _fill(sqlite_sessions)


@pytest.fixture
def both(sessions: Sessions) -> Sessions:
    return _fill(sessions)


def _judge(sessions: Sessions, at: datetime) -> None:
    with sessions.begin() as session:
        status_history.judge_due(session, now=at, grace=GRACE)


def _of(sessions: Sessions, number: int) -> IncidentView:
    with sessions() as session:
        wanted = IncidentFilter(is_open_only=False, client_uuid=uuid_of(number))
        return incidents.list_incidents(session, wanted, limit=1).incidents[0]


def _acknowledge(sessions: Sessions, actor: Actor, note: str = "") -> IncidentView:
    wanted = _of(sessions, 1).id
    with sessions.begin() as session:
        return incidents.acknowledge(session, wanted, note=note, actor=actor, now=NOW)


def _end(sessions: Sessions, at: datetime) -> None:
    """Let screen 1 report that all is well, and judge it."""
    with sessions.begin() as session:
        client = session.get_one(Client, uuid_of(1))
        client.last_alive, client.process_status = at, ProcessStatus.RUNNING
        status_history.judge_soon(session, [client.uuid], now=at)
    _judge(sessions, at)


def test_open_ones_come_by_urgency_and_all_by_age(school: Sessions) -> None:
    with school() as session:
        found = incidents.list_incidents(session, IncidentFilter(), limit=10)
        kinds = [(one.kind, one.client_name, one.group_name) for one in found.incidents]
        assert kinds[0] == (IncidentKind.SILENT, "Aula", "Foyer")
        assert [kind for kind, *_ in kinds] == [IncidentKind.SILENT, IncidentKind.PROCESS_CRASHED]
        assert (found.total, incidents.count_incidents(session)) == (2, 2)
        assert incidents.count_incidents(session, group_ids=frozenset({1})) == 1
        assert incidents.count_incidents(session, group_ids=frozenset({None})) == 1
        page = incidents.list_incidents(session, IncidentFilter(), limit=1, offset=1)
        assert [one.kind for one in page.incidents] == [IncidentKind.PROCESS_CRASHED]
        assert page.total == 2
        everything = incidents.list_incidents(session, IncidentFilter(is_open_only=False), limit=9)
        assert [one.opened_at for one in everything.incidents] == [NOW, SILENT_SINCE + GRACE]


def test_who_looks_after_an_incident_is_shown_to_all_with_time_and_note(school: Sessions) -> None:
    _acknowledge(school, MARIA, " Netzteil ")
    _acknowledge(school, MARIA, "Netzteil ist da")
    found = _of(school, 1)
    assert found.acknowledged_name == "maria"
    assert (found.acknowledged_at, found.note) == (NOW, "Netzteil ist da")
    with school() as session:
        assert actions_of(session) == ["incident.taken"] * 2


def test_nobody_takes_what_somebody_has_or_what_is_over(school: Sessions) -> None:
    _acknowledge(school, MARIA)
    with pytest.raises(ConflictError, match="maria looks after Aula already"):
        _acknowledge(school, PAUL)
    with pytest.raises(NotAllowedError):
        _acknowledge(school, LOOKER)
    _end(school, NOW + MINUTE)
    with pytest.raises(ConflictError, match="is over"):
        _acknowledge(school, PAUL)
    with school.begin() as session, pytest.raises(NotFoundError, match="no incident 999"):
        incidents.acknowledge(session, 999, actor=MARIA, now=NOW)


def test_only_who_took_it_or_an_admin_releases_it(school: Sessions) -> None:
    def release(actor: Actor) -> None:
        wanted = _of(school, 1).id
        with school.begin() as session:
            incidents.release(session, wanted, actor=actor, now=NOW)

    _acknowledge(school, MARIA)
    with pytest.raises(NotAllowedError, match="maria"):
        release(PAUL)
    release(MARIA)
    with pytest.raises(ConflictError):
        release(MARIA)
    _acknowledge(school, PAUL, "sehe nach")
    release(ADMIN)
    found = _of(school, 1)
    assert (found.acknowledged_at, found.acknowledged_name, found.note) == (None, None, "")


def test_an_incident_that_ends_by_itself_keeps_who_looked_after_it(school: Sessions) -> None:
    _acknowledge(school, MARIA, "unterwegs")
    _end(school, NOW + MINUTE)
    found = _of(school, 1)
    assert (found.closed_at, found.closed_name) == (NOW + MINUTE, None)
    assert (found.acknowledged_name, found.note) == ("maria", "unterwegs")
    _judge(school, NOW + timedelta(hours=1))
    again = _of(school, 1)
    assert again.id != found.id
    assert (again.opened_at, again.acknowledged_at) == (NOW + MINUTE + GRACE, None)


def test_what_is_closed_by_hand_opens_again_only_after_its_cause_has_ended(both: Sessions) -> None:
    first = _of(both, 1)
    with both.begin() as session:
        incidents.close(session, first.id, actor=MARIA, now=NOW)
    with both.begin() as session, pytest.raises(ConflictError):
        incidents.close(session, first.id, actor=MARIA, now=NOW)
    for minute in (2, 4):
        _judge(both, NOW + minute * MINUTE)
    found = _of(both, 1)
    assert (found.id, found.closed_at, found.closed_name) == (first.id, NOW, "maria")
    _end(both, NOW + 5 * MINUTE)
    assert _of(both, 1) == found
    _judge(both, NOW + 10 * MINUTE)
    assert _of(both, 1).id != first.id
    with both() as session:
        assert actions_of(session) == ["incident.closed"]
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.entity, entry.entity_id) == ("client", uuid_of(1))


def test_nobody_closes_what_somebody_else_looks_after(school: Sessions) -> None:
    wanted = _acknowledge(school, MARIA).id
    with school.begin() as session, pytest.raises(NotAllowedError, match="maria"):
        incidents.close(session, wanted, actor=PAUL, now=NOW)
    with school.begin() as session:
        assert incidents.close(session, wanted, actor=ADMIN, now=NOW).closed_name == ADMIN.name


def test_the_name_of_who_took_it_outlives_the_account(school: Sessions) -> None:
    with school.begin() as session:
        user = User(
            username="maria", password_hash="x", role=Role.EDITOR, created_at=NOW, updated_at=NOW
        )
        session.add(user)
        session.flush()
        user_id = user.id
    _acknowledge(school, Actor(user_id, "maria", Role.EDITOR, "10.0.0.2"))
    with school.begin() as session:
        session.delete(session.get_one(User, user_id))
    found = _of(school, 1)
    assert (found.acknowledged_by, found.acknowledged_name) == (None, "maria")


def test_an_outage_of_ours_is_taken_and_closed_like_any_other(school: Sessions) -> None:
    key = open_key(IncidentKind.OUTAGE, None)
    with school.begin() as session:
        row = Incident(kind=IncidentKind.OUTAGE, opened_at=NOW, open_key=key)
        session.add(row)
        session.flush()
        wanted = row.id
        incidents.acknowledge(session, wanted, note="Switch", actor=MARIA, now=NOW)
    with school.begin() as session, pytest.raises(ConflictError, match="looks after the outage"):
        incidents.acknowledge(session, wanted, actor=PAUL, now=NOW)
    with school.begin() as session:
        assert incidents.close(session, wanted, actor=MARIA, now=NOW).closed_name == "maria"
    with school.begin() as session, pytest.raises(ConflictError, match="outage is over"):
        incidents.release(session, wanted, actor=MARIA, now=NOW)
    with school() as session:
        assert session.scalars(select(AuditEntry.entity)).all() == ["incident"] * 2


def test_of_two_who_acknowledge_at_once_one_is_told_of_the_other(both: Sessions) -> None:
    wanted, gate = _of(both, 1).id, Barrier(2)

    def take(actor: Actor) -> str:
        def work(session: Session) -> str:
            found = incidents.acknowledge(session, wanted, actor=actor, now=NOW)
            return found.acknowledged_name or ""

        return _said(gate, lambda: in_transaction(both, work))

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(take, (MARIA, PAUL)))
    winner = _of(both, 1).acknowledged_name
    assert sorted(said) == sorted([str(winner), f"{winner} looks after Aula already."])


def test_of_judge_and_person_who_close_at_once_nobody_is_undone(both: Sessions) -> None:
    with both.begin() as session:
        session.get_one(Client, uuid_of(1)).last_alive = NOW + MINUTE
        status_history.judge_soon(session, [uuid_of(1)], now=NOW + MINUTE)
    wanted, gate = _of(both, 1).id, Barrier(2)

    def close(session: Session) -> str:
        return incidents.close(session, wanted, actor=MARIA, now=NOW + MINUTE).closed_name or ""

    def judge(session: Session) -> str:
        judged = status_history.judge_due(session, now=NOW + 2 * MINUTE, grace=GRACE)
        return f"{judged.closed} closed"

    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(_said, gate, lambda: in_transaction(both, close)),
            pool.submit(_said, gate, lambda: in_transaction(both, judge)),
        ]
        by_hand, by_judge = (job.result(timeout=60) for job in jobs)
    found = _of(both, 1)
    assert by_judge == "1 closed"
    if by_hand == "maria":
        assert (found.closed_name, found.closed_at) == ("maria", NOW + MINUTE)
    else:
        assert "is over" in by_hand
        assert (found.closed_name, found.closed_at) == (None, NOW + 2 * MINUTE)
    with both() as session:
        assert session.get_one(Incident, wanted).open_key is None


def _said(gate: Barrier, work: Callable[[], str]) -> str:
    gate.wait(timeout=60)
    try:
        return work()
    except InfoscreenError as error:
        return str(error)
