"""`/api/clients`: what each role reads and changes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from console.web.api.models.clients import ClientModel
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, ClientGroup
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import ProcessStatus
from tests.support.console import Console
from tests.support.http.api import Api, pages_of, problem_of
from tests.support.people import actions_of, add_client, outbox_of, uuid_of

AsRole = Callable[[Role], Api]
ONE = f"/clients/{uuid_of(1)}"
LOOKING = (
    ("/clients", Role.USER),
    (ONE, Role.USER),
    ("/clients/with_alive_status", Role.ADMIN),
    ("/clients/crashed", Role.ADMIN),
    ("/clients/service_failed", Role.ADMIN),
)
CHANGING: tuple[tuple[str, str, object], ...] = (
    ("PUT", ONE, {"description": "Aula"}),
    ("PUT", f"{ONE}/description", {"description": "Aula"}),
    ("PUT", "/clients/group", {"clientUuids": [uuid_of(1)], "groupId": None}),
    ("POST", f"{ONE}/approve", None),
    ("POST", f"{ONE}/clear_service_failed", None),
    ("DELETE", ONE, None),
)


@pytest.fixture(autouse=True)
def _school(console: Console) -> None:
    """Five players: well, crashed, silent with a failed service, pending, and out of service."""
    now = utc_now()
    with console.sessions.begin() as session:
        session.add(ClientGroup(id=3, name="Aula", created_at=now))
        session.flush()
        well: dict[str, Any] = {"last_alive": now, "process_status": ProcessStatus.RUNNING}
        add_client(session, 1, hostname="player-1", group_id=3, **well)
        add_client(session, 2, last_alive=now, process_status=ProcessStatus.CRASHED)
        silent = now - timedelta(hours=1)
        add_client(session, 3, last_alive=silent, service_failed_at=silent)
        add_client(session, 4, is_approved=False, **well)
        add_client(session, 5, is_active=False, service_failed_at=silent)
    console.judge()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("path", "least"), LOOKING)
def test_who_may_look(as_role: AsRole, path: str, least: Role, role: Role) -> None:
    answer = as_role(role).call("GET", path)
    if list(Role).index(role) < list(Role).index(least):
        assert problem_of(answer) == (403, "not_allowed")
    else:
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("method", "path", "body"), CHANGING)
def test_who_may_change(
    as_role: AsRole, console: Console, method: str, path: str, body: object, role: Role
) -> None:
    answer = as_role(role).call(method, path, body)
    with console.sessions() as session:
        actions = actions_of(session)
    if role in {Role.USER, Role.EDITOR}:
        assert problem_of(answer) == (403, "not_allowed")
        assert actions == []
    else:
        assert answer.status_code == 200, answer.text
        assert actions or path.endswith("approve")  # which it was already


def test_nobody_looks_without_a_session(api: Api) -> None:
    for path, _least in LOOKING:
        assert problem_of(api.call("GET", path)) == (401, "signed_out")


def test_a_list_has_all_that_is_known_and_says_how_each_does(as_role: AsRole) -> None:
    found = as_role(Role.ADMIN).read("/clients/with_alive_status")
    assert [one["uuid"] for one in found] == [uuid_of(number) for number in range(1, 6)]
    assert [one["isAlive"] for one in found] == [True, True, False, True, False]
    assert [one["status"] for one in found] == [
        "healthy",
        "critical",
        "offline",
        "unknown",
        "offline",
    ]
    assert [one["statusReason"] for one in found] == [
        "all_well",
        "process_crashed",
        "heartbeat_stale",
        "pending",
        "deactivated",
    ]
    first = found[0]
    assert (first["name"], first["groupName"], first["standing"]) == (
        "player-1",
        "Aula",
        "in_service",
    )
    assert first["lastAlive"].endswith("Z")
    assert first.keys() == ClientModel(**first).model_dump(by_alias=True).keys()


def test_a_list_goes_on_where_it_ended(as_role: AsRole) -> None:
    script = as_role(Role.USER)
    walked = pages_of(script, "/clients?limit=2")
    assert [len(page) for page in walked] == [2, 2, 1]
    assert [one["uuid"] for page in walked for one in page] == [uuid_of(n) for n in range(1, 6)]
    assert [one["uuid"] for one in script.read("/clients?group_id=3")] == [uuid_of(1)]
    unknown = script.call("GET", "/clients?group_id=4")
    assert problem_of(unknown) == (404, "not_found")
    cursor = script.call("GET", "/clients?limit=2").headers["x-next-cursor"]
    forged = script.call("GET", f"/clients?limit=2&group_id=3&cursor={cursor}")
    assert problem_of(forged) == (422, "invalid")


def test_the_crashed_and_the_failed_are_listed_with_the_reason(as_role: AsRole) -> None:
    script = as_role(Role.ADMIN)
    crashed = pages_of(script, "/clients/crashed?limit=1")
    assert [(one["uuid"], one["crashReason"]) for page in crashed for one in page] == [
        (uuid_of(2), "process_crashed"),
        (uuid_of(3), "heartbeat_stale"),
    ]
    [failed] = script.read("/clients/service_failed")
    assert (failed["uuid"], failed["serviceFailedUnit"]) == (uuid_of(3), None)


def test_failed_services_go_on_after_the_page(as_role: AsRole, console: Console) -> None:
    with console.sessions.begin() as session:
        at = session.get_one(Client, uuid_of(3)).service_failed_at
        for number in (1, 2):
            session.get_one(Client, uuid_of(number)).service_failed_at = at
    walked = pages_of(as_role(Role.ADMIN), "/clients/service_failed?limit=2")
    assert [[one["uuid"] for one in page] for page in walked] == [
        [uuid_of(1), uuid_of(2)],
        [uuid_of(3)],
    ]


def test_what_is_left_out_stays_and_null_takes_away(as_role: AsRole, console: Console) -> None:
    script = as_role(Role.ADMIN)
    changed = script.call("PUT", ONE.upper().replace("/CLIENTS", "/clients"), {"isActive": False})
    assert changed.status_code == 200, changed.text
    body = changed.json()
    assert (body["isActive"], body["groupId"], body["isAlive"]) == (False, 3, False)
    body = script.call("PUT", ONE, {"groupId": None, "description": "Aula links"}).json()
    assert (body["groupId"], body["name"], body["isActive"]) == (None, "Aula links", False)
    body = script.call("PUT", f"{ONE}/description", {"description": None}).json()
    assert body["name"] == "player-1"
    with console.sessions() as session:
        assert actions_of(session) == [
            "client.deactivated",
            "client.assigned",
            "client.described",
            "client.described",
        ]


def test_all_or_none_are_put_into_a_group(as_role: AsRole, console: Console) -> None:
    script = as_role(Role.ADMIN)
    body: dict[str, object] = {"clientUuids": [uuid_of(2), uuid_of(3)], "groupId": 3}
    moved = script.call("PUT", "/clients/group", body).json()
    assert moved["success"] is True
    assert {one["uuid"]: one["groupName"] for one in moved["clients"]} == {
        uuid_of(2): "Aula",
        uuid_of(3): "Aula",
    }
    pending = {"clientUuids": [uuid_of(2), uuid_of(4)], "groupId": None}
    assert problem_of(script.call("PUT", "/clients/group", pending)) == (409, "conflict")
    unknown = {"clientUuids": [uuid_of(2), uuid_of(9)], "groupId": None}
    assert problem_of(script.call("PUT", "/clients/group", unknown)) == (404, "not_found")
    with console.sessions() as session:
        assert session.get_one(Client, uuid_of(2)).group_id == 3
        topics = [topic for topic, _payload, is_retained in outbox_of(session) if is_retained]
        assert len([topic for topic in topics if topic.endswith("/group_id")]) == 2


def test_a_pending_player_is_let_in_with_its_group(as_role: AsRole) -> None:
    script = as_role(Role.ADMIN)
    body = script.call("POST", f"/clients/{uuid_of(4)}/approve", {"groupId": 3}).json()
    assert (body["isApproved"], body["groupName"], body["standing"]) == (True, "Aula", "in_service")


def test_a_removed_player_is_gone(as_role: AsRole) -> None:
    script = as_role(Role.ADMIN)
    assert script.call("DELETE", ONE).json()["message"] == ("Der Bildschirm player-1 ist entfernt.")
    assert problem_of(script.call("GET", ONE)) == (404, "not_found")
    assert problem_of(script.call("DELETE", ONE)) == (404, "not_found")


def test_a_failure_is_cleared_unless_it_is_another_one(as_role: AsRole, console: Console) -> None:
    script, path = as_role(Role.ADMIN), f"/clients/{uuid_of(3)}/clear_service_failed"
    stale = {"note": "seen", "failedAt": "2026-01-01T00:00:00Z"}
    assert problem_of(script.call("POST", path, stale)) == (409, "conflict")
    done = script.call("POST", path, {"note": "Power supply changed."}, accept_language="en")
    assert done.json()["message"] == f"The failed service of {uuid_of(3)[:8]} is acknowledged."
    with console.sessions() as session:
        assert session.get_one(Client, uuid_of(3)).service_failed_at is None
        [cleared] = outbox_of(session)
        assert cleared[0].endswith("/service_failed")
        assert cleared[1:] == (b"", True)
