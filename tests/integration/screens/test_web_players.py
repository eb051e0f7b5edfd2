"""Browsers as screens: addresses, who they open for, and the box for what they say."""

import hashlib
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry, Client, WebPlayer, WebPlayerMessage
from infoscreen_core.errors import (
    BusyError,
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services import changes
from infoscreen_core.services.screens import clients, groups
from infoscreen_core.services.screens import web_player_box as box
from infoscreen_core.services.screens import web_players as service
from infoscreen_core.services.screens.web_players import NewAddress
from tests.support.people import ADMIN, EDITOR, NOW, actions_of, add_client, uuid_of


def _add(session: Session, name: str = "Bibliothek") -> NewAddress:
    group = groups.create_group(session, f"Gruppe {name}", actor=ADMIN, now=NOW)
    return service.add_web_player(session, name, group_id=group.id, actor=ADMIN, now=NOW)


def test_a_browser_is_an_approved_screen_of_its_group(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        made = _add(session)
        client = session.get_one(Client, made.player.uuid)
        assert client.approved_at == NOW
        assert (client.display_name, client.type) == ("Bibliothek", "web player")
        assert made.player.group_name == "Gruppe Bibliothek"
        found = service.find_web_player(session, made.token)
        assert found is not None
        assert (found.uuid, found.group_id) == (client.uuid, client.group_id)


def test_a_token_is_long_and_kept_only_as_its_hash(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        made = _add(session)
        row = session.get_one(WebPlayer, made.player.uuid)
        assert len(made.token) >= 22  # 128 bits
        assert row.token_hash == hashlib.sha256(made.token.encode()).hexdigest()
        trail = orjson.dumps([(e.before, e.after) for e in session.scalars(select(AuditEntry))])
        assert made.token.encode() not in trail
        assert row.token_hash.encode() not in trail
        assert "web_player.added" in actions_of(session)


def test_a_revoked_address_opens_nothing_and_the_screen_stays(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        changes.add_counter(session)
        made = _add(session)
        before = changes.current(session)
        ended = service.revoke_address(
            session, made.player.uuid, actor=ADMIN, now=NOW + timedelta(hours=1)
        )
        assert ended.revoked_at == NOW + timedelta(hours=1)
        assert service.find_web_player(session, made.token) is None
        assert service.list_open(session) == []
        assert changes.current(session) > before
        assert session.get(Client, made.player.uuid) is not None
        with pytest.raises(ConflictError, match="already"):
            service.revoke_address(session, made.player.uuid, actor=ADMIN, now=NOW)


def test_a_new_address_ends_the_one_before(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        made = _add(session)
        again = service.renew_address(session, made.player.uuid, actor=ADMIN, now=NOW)
        assert service.find_web_player(session, made.token) is None
        assert service.find_web_player(session, again.token) is not None
        service.revoke_address(session, made.player.uuid, actor=ADMIN, now=NOW)
        last = service.renew_address(session, made.player.uuid, actor=ADMIN, now=NOW)
        assert last.player.revoked_at is None


def test_removing_the_screen_ends_its_address(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        made = _add(session)
        player = service.find_web_player(session, made.token)
        assert player is not None
        box.post(session, player, [_said("heartbeat")], address="10.0.0.7", now=NOW)
    with sessions.begin() as session:
        clients.remove_clients(session, [made.player.uuid], actor=ADMIN, now=NOW)
    with sessions.begin() as session:
        assert service.find_web_player(session, made.token) is None
        assert box.list_waiting(session, limit=9) == []


def test_only_admins_hand_out_addresses(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        made = _add(session)
        with pytest.raises(NotAllowedError):
            service.add_web_player(session, "Aula", group_id=1, actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            service.renew_address(session, made.player.uuid, actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            service.revoke_address(session, made.player.uuid, actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            service.list_web_players(session, actor=EDITOR)


def test_other_players_have_no_address(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        add_client(session, 5)
        with pytest.raises(NotFoundError, match="no browser"):
            service.revoke_address(session, uuid_of(5), actor=ADMIN, now=NOW)


def test_a_screen_needs_a_name_and_a_group(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        group = groups.create_group(session, "Aula", actor=ADMIN, now=NOW)
        with pytest.raises(InvalidInputError, match="called"):
            service.add_web_player(session, "  ", group_id=group.id, actor=ADMIN, now=NOW)
        with pytest.raises(NotFoundError):
            service.add_web_player(session, "Aula", group_id=999, actor=ADMIN, now=NOW)


def test_what_is_said_waits_under_the_topics_of_players(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        made, other = _add(session), _add(session, "Mensa")
        player = service.find_web_player(session, made.token)
        assert player is not None
        said = [
            _said("discovery", uuid=other.player.uuid, ip="1.2.3.4", hostname="h"),
            _said("ack", command_id=uuid_of(9)),
            _said("error", message="m"),
        ]
        box.post(session, player, said, address="10.0.0.7", now=NOW)
        waiting = box.list_waiting(session, limit=9)
        assert [one.topic for one in waiting] == [
            "infoscreen/discovery",
            f"infoscreen/{player.uuid}/commands/ack",
            f"infoscreen/{player.uuid}/logs/error",
        ]
        described = orjson.loads(waiting[0].payload)
        assert (described["uuid"], described["ip"], described["type"]) == (
            player.uuid,
            "10.0.0.7",
            "web player",
        )
        box.delete_taken(session, [one.id for one in waiting[:2]])
        assert [one.received_at for one in box.list_waiting(session, limit=9)] == [NOW]


def test_of_states_only_the_newest_waits_but_every_word_of_others(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        players = [service.find_web_player(session, _add(session, name).token) for name in "AB"]
        for number in range(3):
            for player in players:
                assert player is not None
                said = [_said("heartbeat", n=number), _said("info", message=str(number))]
                box.post(session, player, said, address="", now=NOW)
        kept = session.scalars(select(WebPlayerMessage)).all()
        beats = [one for one in kept if one.topic.endswith("heartbeat")]
        assert [orjson.loads(one.payload)["n"] for one in beats] == [2, 2]
        assert len(kept) - len(beats) == 6


def test_the_box_does_not_grow_without_end(
    sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "MAX_WAITING", 3)
    with sessions.begin() as session:
        player = service.find_web_player(session, _add(session).token)
        assert player is not None
        box.post(session, player, [_said("info")] * 3, address="", now=NOW)
        with pytest.raises(BusyError):
            box.post(session, player, [_said("info")], address="", now=NOW)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "commands", "payload": {}},
        {"kind": "health"},
        {"kind": "health", "payload": []},
        {"kind": ["health"], "payload": {}},
        "health",
    ],
)
def test_words_that_are_none_are_refused(sessions: sessionmaker[Session], said: object) -> None:
    with sessions.begin() as session:
        player = service.find_web_player(session, _add(session).token)
        assert player is not None
        with pytest.raises(InvalidInputError, match="kind"):
            box.post(session, player, [said], address="", now=NOW)  # type: ignore[list-item] # from outside


def _said(kind: str, **payload: object) -> dict[str, object]:
    return {"kind": kind, "payload": payload}
