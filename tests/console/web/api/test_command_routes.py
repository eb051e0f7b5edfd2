"""Commands over the API: given, followed, withdrawn, blocked."""

from collections.abc import Callable

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientCommand, User
from infoscreen_core.domain.commands.lifecycle import Action, Cause, State
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.commands.commands import move
from tests.support.console import Console
from tests.support.http.api import Api, pages_of, problem_of
from tests.support.people import actions_of, add_client, uuid_of

AsRole = Callable[[Role], Api]
ONE = f"/clients/{uuid_of(1)}"
KEYS = {
    "commandId",
    "clientUuid",
    "action",
    "status",
    "reason",
    "requestedBy",
    "issuedAt",
    "expiresAt",
    "publishedAt",
    "ackedAt",
    "executionStartedAt",
    "completedAt",
    "failedAt",
    "errorCode",
    "errorMessage",
    "createdAt",
    "updatedAt",
}
"""Exactly what the contract lists."""
BLACK = {"reason": "Picture is black"}


@pytest.fixture(autouse=True)
def _player(console: Console) -> None:
    with console.sessions.begin() as session:
        add_client(session, 1)


@pytest.fixture
def admin(as_role: AsRole) -> Api:
    return as_role(Role.ADMIN)


@pytest.mark.parametrize(
    ("route", "action"),
    [
        ("restart", Action.REBOOT_HOST),
        ("shutdown", Action.SHUTDOWN_HOST),
        ("restart_app", Action.RESTART_APP),
    ],
)
def test_a_command_is_taken_and_followed(
    admin: Api, console: Console, route: str, action: Action
) -> None:
    answer = admin.call("POST", f"{ONE}/{route}", BLACK)
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert body.keys() == {"success", "message", "command"}
    assert body["success"] is True
    command = body["command"]
    assert command.keys() == KEYS
    assert (command["action"], command["status"], command["reason"]) == (
        action.value,
        "queued",
        "Picture is black",
    )
    with console.sessions() as session:
        assert command["requestedBy"] == session.query(User).one().id
        assert actions_of(session) == ["command.issued"]
    assert command["clientUuid"] == uuid_of(1)
    assert command["publishedAt"] is None
    assert command["issuedAt"].endswith("Z")
    assert admin.read(f"/clients/commands/{command['commandId']}") == command
    assert admin.read(f"/clients/commands/{command['commandId'].upper()}") == command


@pytest.mark.parametrize("role", list(Role))
def test_only_admins_command(as_role: AsRole, console: Console, role: Role) -> None:
    script = as_role(role)
    command_id = uuid_of(7)
    calls = [
        *(("POST", f"{ONE}/{route}", BLACK) for route in ("restart", "shutdown", "restart_app")),
        ("GET", f"{ONE}/commands", None),
        ("GET", f"/clients/commands/{command_id}", None),
        ("POST", f"/clients/commands/{command_id}/cancel", None),
    ]
    statuses = [script.call(*call).status_code for call in calls]
    if role in {Role.USER, Role.EDITOR}:
        assert statuses == [403] * 6
        with console.sessions() as session:
            assert session.query(ClientCommand).all() == []
    else:
        assert statuses == [202, 202, 202, 200, 404, 404]


def test_the_fourth_restart_is_answered_with_the_command_that_was_stopped(
    admin: Api, console: Console
) -> None:
    routes = ("restart", "restart_app", "restart")
    assert [admin.call("POST", f"{ONE}/{one}", BLACK).status_code for one in routes] == [202] * 3
    answer = admin.call("POST", f"{ONE}/restart", BLACK, accept_language="en")
    assert answer.status_code == 429
    assert 800 < int(answer.headers["retry-after"]) <= 901
    body = answer.json()
    assert body["code"] == "blocked_safety"
    assert body["error"] == (
        "The screen already had 3 restarts within 15 minutes. The command was not sent; look for "
        "the cause, or try again in 15 minutes."
    )
    command = body["command"]
    assert command.keys() == KEYS
    assert body["details"] == {"command": command}
    assert (command["status"], command["errorCode"]) == ("blocked_safety", "lockout_threshold")
    assert command["failedAt"] == command["issuedAt"]
    with console.sessions() as session:
        assert session.get_one(ClientCommand, command["commandId"]).status is State.BLOCKED_SAFETY
    assert admin.read(f"/clients/commands/{command['commandId']}") == command
    assert admin.call("POST", f"{ONE}/shutdown", BLACK).status_code == 202


def test_a_command_is_withdrawn_until_it_is_sent(admin: Api, console: Console) -> None:
    first, second = (
        admin.call("POST", f"{ONE}/restart", BLACK).json()["command"]["commandId"] for _ in "12"
    )
    gone = admin.call("POST", f"/clients/commands/{first}/cancel")
    assert gone.status_code == 200, gone.text
    assert gone.json()["command"]["status"] == "canceled"
    with console.sessions.begin() as session:
        assert move(session, session.get_one(ClientCommand, second), Cause.CLAIMED, now=utc_now())
    late = admin.call("POST", f"/clients/commands/{second}/cancel")
    assert problem_of(late) == (409, "conflict")
    assert "Wird gesendet" in late.json()["error"]


def test_the_commands_of_a_player_come_newest_first_in_pieces(admin: Api) -> None:
    given = [
        admin.call("POST", f"{ONE}/shutdown", BLACK).json()["command"]["commandId"] for _ in "123"
    ]
    walked = pages_of(admin, f"{ONE}/commands?limit=2")
    assert [len(page) for page in walked] == [2, 1]
    assert [one["commandId"] for page in walked for one in page] == given[::-1]


def test_what_there_is_not_is_not_found(admin: Api) -> None:
    unknown = uuid_of(2)
    for path in (f"/clients/{unknown}/restart", f"/clients/{unknown}/shutdown"):
        assert problem_of(admin.call("POST", path, BLACK)) == (404, "not_found")
    assert problem_of(admin.call("GET", f"/clients/{unknown}/commands")) == (404, "not_found")
    assert problem_of(admin.call("GET", f"/clients/commands/{unknown}")) == (404, "not_found")
    wrong = admin.call("GET", "/clients/commands/17")
    assert problem_of(wrong) == (422, "invalid")
    assert wrong.json()["details"][0]["field"] == "commandId"


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_command_needs_a_reason(admin: Api, reason: str) -> None:
    answer = admin.call("POST", f"{ONE}/restart", {"reason": reason})
    assert problem_of(answer) == (422, "invalid")
    assert answer.json()["details"][0]["field"] == "reason"
