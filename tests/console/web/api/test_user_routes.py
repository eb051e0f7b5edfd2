"""`/api/users`: what administrators may do to accounts, and what nobody may."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.types import ASGIApp

from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console
from tests.support.http.api import Api, problem_of
from tests.support.people import actions_of, add_user

AsRole = Callable[[Role], Api]
_PASSWORD = "vier-woerter-sind-es"
_NEW = {"username": "berta", "role": "editor", "displayName": "Berta Huber"}


def _made(caller: Api, **fields: object) -> dict[str, Any]:
    answer = caller.call("POST", "/users", {**_NEW, **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_an_account_is_made_with_a_password_told_once(as_role: AsRole, app: ASGIApp) -> None:
    admin = as_role(Role.ADMIN)
    made = _made(admin)
    user, password = made["user"], made["firstPassword"]
    assert (user["username"], user["role"], user["isActive"]) == ("berta", "editor", True)
    assert user["createdBy"] == "admin"
    assert user["createdAt"].endswith("Z")
    assert admin.read(f"/users/{user['id']}") == user
    berta = Api(app)
    begun = berta.call("POST", "/auth/login", {"username": "berta", "password": password})
    assert begun.json()["user"]["mustChangePassword"] is True


def test_a_newcomer_may_only_change_their_password(as_role: AsRole, app: ASGIApp) -> None:
    made = _made(as_role(Role.ADMIN), role="admin")
    berta, old = Api(app), made["firstPassword"]
    berta.call("POST", "/auth/login", {"username": "berta", "password": old})
    assert problem_of(berta.call("GET", "/users")) == (403, "password_change_required")
    assert berta.read("/auth/me")["mustChangePassword"] is True
    new = {"currentPassword": old, "newPassword": "fuenf-andere-woerter"}
    assert berta.call("PUT", "/auth/change-password", new).status_code == 200
    berta.call("POST", "/auth/login", {"username": "berta", "password": "fuenf-andere-woerter"})
    assert berta.call("GET", "/users").status_code == 200


def test_what_is_left_out_of_a_change_stays(as_role: AsRole, console: Console) -> None:
    admin = as_role(Role.ADMIN)
    user = _made(admin, email="b@example.org")["user"]
    path = f"/users/{user['id']}"
    changed = admin.call("PUT", path, {"role": "user", "displayName": None}).json()
    assert (changed["role"], changed["displayName"]) == ("user", None)
    assert (changed["username"], changed["email"]) == ("berta", "b@example.org")
    off = admin.call("PUT", path, {"isActive": False}).json()
    assert (off["isActive"], off["deactivatedBy"]) == (False, "admin")
    assert "reactivate" in off["actions"]
    assert admin.call("PUT", path, {"isActive": True}).json()["isActive"] is True
    with console.sessions() as session:
        kinds = [one for one in actions_of(session) if one.startswith("user.")]
    assert kinds == [
        "user.created",
        "user.edited",
        "user.role_changed",
        "user.deactivated",
        "user.reactivated",
    ]


def test_a_change_is_done_as_a_whole_or_not_at_all(as_role: AsRole) -> None:
    admin = as_role(Role.ADMIN)
    user = _made(admin)["user"]
    answer = admin.call("PUT", f"/users/{user['id']}", {"displayName": "B", "role": "superadmin"})
    assert problem_of(answer) == (403, "not_allowed")
    assert admin.read(f"/users/{user['id']}") == user


def test_a_password_is_reset_for_others_only(as_role: AsRole) -> None:
    admin = as_role(Role.ADMIN)
    user = _made(admin)["user"]
    reset = admin.call("PUT", f"/users/{user['id']}/password", {}).json()
    assert len(reset["firstPassword"]) >= 10
    own = admin.read("/auth/me")["id"]
    answer = admin.call("PUT", f"/users/{own}/password", {"password": "vier-woerter-sind-es"})
    assert problem_of(answer) == (403, "not_allowed")
    for change in ({"role": "user"}, {"isActive": False}):
        assert problem_of(admin.call("PUT", f"/users/{own}", change)) == (403, "not_allowed")


def test_only_superadmins_delete_and_only_what_they_named(as_role: AsRole) -> None:
    admin, chief = as_role(Role.ADMIN), as_role(Role.SUPERADMIN)
    path = f"/users/{_made(admin)['user']['id']}"
    assert problem_of(admin.call("DELETE", f"{path}?typed_name=berta")) == (403, "not_allowed")
    assert problem_of(chief.call("DELETE", path)) == (422, "invalid")
    assert problem_of(chief.call("DELETE", f"{path}?typed_name=anna")) == (422, "invalid")
    assert chief.call("DELETE", f"{path}?typed_name=berta").json()["success"] is True
    assert problem_of(chief.call("GET", path)) == (404, "not_found")


def test_administrators_neither_see_nor_touch_superadmins(as_role: AsRole) -> None:
    chief = as_role(Role.SUPERADMIN)
    hidden = chief.read("/auth/me")["id"]
    admin = as_role(Role.ADMIN)
    assert "superadmin" not in {one["role"] for one in admin.read("/users")}
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "", {"role": "user"}),
        ("PUT", "/password", {}),
    ):
        answer = admin.call(method, f"/users/{hidden}{path}", body)
        assert problem_of(answer) == (404, "not_found")
    answer = admin.call("POST", "/users", {"username": "x", "role": "superadmin"})
    assert problem_of(answer) == (403, "not_allowed")


@pytest.mark.parametrize("query", ["", "&sort=role", "&sort=last_login&descending=true"])
def test_a_list_goes_on_where_its_piece_ended(
    as_role: AsRole, console: Console, query: str
) -> None:
    admin = as_role(Role.ADMIN)
    with console.sessions.begin() as session:
        for number in range(7):
            add_user(session, f"user-{number}", _PASSWORD, list(Role)[number % 3])
    whole = [one["id"] for one in admin.read(f"/users?limit=1000{query}")]
    path, found = f"/users?limit=3{query}", []
    while path:
        answer = admin.call("GET", path)
        found += [one["id"] for one in answer.json()]
        path = answer.links["next"]["url"].removeprefix("/api") if answer.links else ""
        assert ("x-next-cursor" in answer.headers) == bool(path)
    assert found == whole
    assert len(whole) == 8


def test_a_cursor_belongs_to_its_list(as_role: AsRole, console: Console) -> None:
    admin = as_role(Role.ADMIN)
    with console.sessions.begin() as session:
        add_user(session, "berta", _PASSWORD, Role.USER)
    cursor = admin.call("GET", "/users?limit=1").headers["x-next-cursor"]
    assert len(admin.read(f"/users?limit=1&cursor={cursor}")) == 1
    for path in (
        f"/users?limit=1&role=user&cursor={cursor}",
        f"/users?limit=1&sort=role&cursor={cursor}",
        f"/users?limit=1&cursor={cursor[:-2]}AA",
        "/users?cursor=ä",
        "/users?cursor=",
    ):
        answer = admin.call("GET", path)
        assert problem_of(answer) == (422, "invalid")
        assert answer.json()["details"][0]["field"] == "cursor"


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "role=king", "is_active=7"])
def test_a_question_that_makes_no_sense_is_refused(as_role: AsRole, query: str) -> None:
    answer = as_role(Role.ADMIN).call("GET", f"/users?{query}")
    assert problem_of(answer) == (422, "invalid")


def test_editors_do_not_see_who_there_is(as_role: AsRole) -> None:
    editor = as_role(Role.EDITOR)
    for method, path, body in (
        ("GET", "/users", None),
        ("GET", "/users/1", None),
        ("POST", "/users", _NEW),
        ("PUT", "/users/1", {"role": "admin"}),
    ):
        assert problem_of(editor.call(method, path, body)) == (403, "not_allowed")
