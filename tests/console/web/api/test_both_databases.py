"""What the foundation of the API asks a database, on both of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from console.asgi import middleware, routes
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console, console_on
from tests.support.http.api import Api, problem_of
from tests.support.people import add_user

_PASSWORD = "vier-woerter-sind-es"


@pytest.fixture
def either(database_url: str, tmp_path: Path) -> Iterator[Console]:
    with console_on(database_url, tmp_path / "var") as console:
        yield console


@pytest.fixture
def admin(either: Console) -> Api:
    app = Starlette(routes=routes(), middleware=middleware())
    return Api(app, token=either.sign_in_as(Role.ADMIN))


def _walk(caller: Api, path: str) -> list[int]:
    found = []
    while path:
        answer = caller.call("GET", path)
        assert answer.status_code == 200, answer.text
        found += [one["id"] for one in answer.json()]
        path = answer.links["next"]["url"].removeprefix("/api") if answer.links else ""
    return found


@pytest.mark.parametrize("sort", ["name", "role", "last_login", "created"])
@pytest.mark.parametrize("descending", ["false", "true"])
def test_pieces_make_the_whole(admin: Api, either: Console, sort: str, descending: str) -> None:
    with either.sessions.begin() as session:
        for number, name in enumerate(("Özil", "ozan", "Berta", "émile", "zoe", "Änne")):
            add_user(session, name, _PASSWORD, list(Role)[number % 3])
    query = f"sort={sort}&descending={descending}"
    whole = [one["id"] for one in admin.read(f"/users?{query}")]
    assert _walk(admin, f"/users?limit=2&{query}") == whole
    assert len(whole) == 7


def test_signing_in_counts_failures_and_repeats_are_done_once(admin: Api, either: Console) -> None:
    with either.sessions.begin() as session:
        add_user(session, "berta", _PASSWORD, Role.ADMIN)
    berta = Api(admin._app)  # noqa: SLF001 - another program on the same application
    wrong = berta.call("POST", "/auth/login", {"username": "berta", "password": "wrong"})
    assert problem_of(wrong) == (401, "signed_out")
    right = {"username": "berta", "password": _PASSWORD}
    assert berta.call("POST", "/auth/login", right).status_code == 200
    new = {"username": "carla", "role": "editor"}
    first = berta.call("POST", "/users", new, idempotency_key="k-1")
    again = berta.call("POST", "/users", new, idempotency_key="k-1")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert problem_of(berta.call("POST", "/users", new)) == (409, "conflict")


def test_a_setting_is_changed(admin: Api) -> None:
    changed = admin.call("PUT", "/system-settings/organization_name", {"value": "BG Ödenwald 🏫"})
    assert changed.json()["value"] == "BG Ödenwald 🏫"
    assert admin.read("/system-settings/organization_name") == changed.json()
