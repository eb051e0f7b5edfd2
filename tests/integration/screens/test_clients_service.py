"""Players: approval, assignment, removal, and what is published with each."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry, Client, ClientGroup, ClientLog
from infoscreen_core.db.queries.clients import list_pending_uuids
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services.screens import clients, groups
from tests.support.people import ADMIN, EDITOR, NOW, actions_of, add_client, outbox_of, uuid_of


def _add_group(session: Session, name: str = "Aula") -> ClientGroup:
    return groups.create_group(session, name, actor=ADMIN, now=NOW)


def test_approval_lets_players_in_once(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        for number in (1, 2):
            add_client(session, number, is_approved=False)
        uuids = [uuid_of(1), uuid_of(2).upper(), uuid_of(1)]
        approved = clients.approve_clients(session, uuids, actor=ADMIN, now=NOW)
        assert [client.uuid for client in approved] == [uuid_of(1), uuid_of(2)]
        assert all(client.approved_at == NOW for client in approved)
        assert outbox_of(session) == []
        clients.approve_clients(session, uuids, actor=ADMIN, now=NOW)
        assert actions_of(session) == ["client.approved"] * 2


def test_approval_with_a_group_tells_each_player_its_group(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        group = _add_group(session)
        for number in (1, 2):
            add_client(session, number, is_approved=False)
        uuids = [uuid_of(1), uuid_of(2)]
        clients.approve_clients(session, uuids, group_id=group.id, actor=ADMIN, now=NOW)
        payload = str(group.id).encode()
        assert outbox_of(session) == [
            (f"infoscreen/{uuid}/group_id", payload, True) for uuid in uuids
        ]


def standing_of(client: Client) -> Standing:
    """What it is now; a property, asked twice in one function, counts as the same for mypy."""
    return client.standing


def test_a_rejected_player_waits_no_more_and_may_be_approved_after_all(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        client = add_client(session, 1, is_approved=False)
        clients.reject_clients(
            session, [client.uuid], reason=" gehört woandershin ", actor=ADMIN, now=NOW
        )
        assert standing_of(client) is Standing.REJECTED
        assert (client.rejected_name, client.rejection_reason) == ("an admin", "gehört woandershin")
        assert list_pending_uuids(session) == []
        clients.approve_clients(session, [client.uuid], actor=ADMIN, now=NOW)
        assert standing_of(client) is Standing.IN_SERVICE
        assert (client.rejected_at, client.rejection_reason) == (None, None)
        assert actions_of(session) == ["client.rejected", "client.approved"]


def test_rejecting_needs_a_reason_an_admin_and_a_player_that_waits(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        waiting = add_client(session, 1, is_approved=False).uuid
        approved = add_client(session, 2).uuid
        with pytest.raises(InvalidInputError):
            clients.reject_clients(session, [waiting], reason="  ", actor=ADMIN, now=NOW)
        with pytest.raises(NotAllowedError):
            clients.reject_clients(session, [waiting], reason="x", actor=EDITOR, now=NOW)
        with pytest.raises(ConflictError):
            clients.reject_clients(session, [waiting, approved], reason="x", actor=ADMIN, now=NOW)
        assert list_pending_uuids(session) == [waiting]


def test_assignment_publishes_one_retained_message_each(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        group = _add_group(session)
        uuids = [add_client(session, number).uuid for number in range(1, 31)]
        clients.assign_clients(session, uuids, group.id, actor=ADMIN, now=NOW)
        assert [topic for topic, _, _ in outbox_of(session)] == [
            f"infoscreen/{uuid}/group_id" for uuid in uuids
        ]
        assert set(session.scalars(select(Client.group_id))) == {group.id}


def test_an_unassigned_player_reads_an_empty_payload(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        group = _add_group(session)
        client = add_client(session, group_id=group.id)
        clients.assign_clients(session, [client.uuid], None, actor=ADMIN, now=NOW)
        assert outbox_of(session) == [(f"infoscreen/{client.uuid}/group_id", b"", True)]
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "client.assigned")
        ).one()
        assert (entry.before, entry.after) == ({"group_id": group.id}, {"group_id": None})


def test_pending_players_get_no_group(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        group = _add_group(session)
        add_client(session, 1)
        add_client(session, 2, is_approved=False)
        with pytest.raises(ConflictError, match="not approved yet"):
            clients.assign_clients(
                session, [uuid_of(1), uuid_of(2)], group.id, actor=ADMIN, now=NOW
            )
        assert outbox_of(session) == []


def test_unknown_groups_and_players_change_nothing(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        group = _add_group(session)
        add_client(session, 1)
        with pytest.raises(NotFoundError, match=uuid_of(9)):
            clients.assign_clients(
                session, [uuid_of(1), uuid_of(9)], group.id, actor=ADMIN, now=NOW
            )
        with pytest.raises(NotFoundError, match="group"):
            clients.assign_clients(session, [uuid_of(1)], 99, actor=ADMIN, now=NOW)
        assert outbox_of(session) == []


@pytest.mark.parametrize(
    "text", ["", "abc", uuid_of(1)[:-1], uuid_of(1).replace("-", ""), "x" * 36]
)
def test_a_malformed_uuid_is_refused_with_an_example(
    sqlite_sessions: sessionmaker[Session], text: str
) -> None:
    with (
        sqlite_sessions.begin() as session,
        pytest.raises(InvalidInputError, match="looks like") as caught,
    ):
        clients.get_client(session, text)
    assert caught.value.field == "uuid"


def test_a_screen_can_be_named(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        client = add_client(session, hostname="pi-7")
        clients.describe_client(session, client.uuid, " Aula\tlinks ", actor=ADMIN, now=NOW)
        assert client.display_name == "Aula links"
        clients.describe_client(session, client.uuid, "", actor=ADMIN, now=NOW)
        assert client.display_name == "pi-7"
        with pytest.raises(InvalidInputError):
            clients.describe_client(session, client.uuid, "x" * 256, actor=ADMIN, now=NOW)


def test_a_player_can_be_taken_out_of_service_and_back(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        client = add_client(session)
        for is_active in (False, False, True):
            clients.set_active(session, [client.uuid], is_active=is_active, actor=ADMIN, now=NOW)
            assert client.is_active is is_active
        assert actions_of(session) == ["client.deactivated", "client.activated"]


def test_removal_forgets_the_player_and_clears_its_retained_topics(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        client = add_client(session, group_id=_add_group(session).id)
        row = ClientLog(
            client_uuid=client.uuid,
            level="ERROR",
            message="x",
            received_at=NOW,
            ordered_at=NOW,
            digest="d",
        )
        session.add(row)
    with sessions.begin() as session:
        clients.remove_clients(session, [uuid_of(1)], actor=ADMIN, now=NOW)
        topics = ("group_id", "power/intent", "service_failed")
        assert outbox_of(session) == [
            (f"infoscreen/{uuid_of(1)}/{topic}", b"", True) for topic in topics
        ]
        assert list(session.scalars(select(Client.uuid))) == []
        assert list(session.scalars(select(ClientLog.id))) == []
        assert actions_of(session)[-1] == "client.removed"


def test_an_acknowledged_service_failure_is_cleared_here_and_at_the_broker(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        client = add_client(session, service_failed_at=NOW, service_failed_unit="player.service")
        clients.clear_service_failed(session, client.uuid, actor=ADMIN, now=NOW)
        assert outbox_of(session) == [(f"infoscreen/{client.uuid}/service_failed", b"", True)]
        columns = select(Client.service_failed_at, Client.service_failed_unit)
        assert list(session.execute(columns)) == [(None, None)]
        entry = session.scalars(select(AuditEntry)).one()
        assert entry.before
        assert entry.before["service_failed_unit"] == "player.service"


def test_editors_change_no_players(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        uuid = add_client(session).uuid
        with pytest.raises(NotAllowedError):
            clients.approve_clients(session, [uuid], actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            clients.assign_clients(session, [uuid], None, actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            clients.describe_client(session, uuid, "x", actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            clients.set_active(session, [uuid], is_active=False, actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            clients.remove_clients(session, [uuid], actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            clients.clear_service_failed(session, uuid, actor=EDITOR, now=NOW)
