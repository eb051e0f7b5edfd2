"""Lists are kept for a moment, and no longer than they are true as far as we know."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from starlette.responses import Response
from starlette.types import ASGIApp

from console.runtime import SESSION_COOKIE
from console.web.api import kept
from console.web.api.app import ROUTERS
from console.web.api.paging import listed
from infoscreen_core.db.models import User
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console
from tests.support.http.api import Api
from tests.support.people import add_user

AsRole = Callable[[Role], Api]
_PASSWORD = "vier-woerter-sind-es"


@pytest.fixture
def admin(as_role: AsRole, console: Console) -> Api:
    with console.sessions.begin() as session:
        add_user(session, "berta", _PASSWORD, Role.USER)
    return as_role(Role.ADMIN)


def _rename(console: Console, name: str) -> None:
    """As another program would."""
    with console.sessions.begin() as session:
        session.execute(update(User).where(User.username == "berta").values(display_name=name))


def _names(caller: Api) -> list[str | None]:
    return [one["displayName"] for one in caller.read("/users") if one["username"] == "berta"]


def test_a_list_is_kept_for_a_moment(
    admin: Api, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SECONDS", 600.0)
    first = admin.call("GET", "/users?limit=1")
    again = admin.call("GET", "/users?limit=1")
    assert again.content == first.content
    assert again.headers["x-next-cursor"] == first.headers["x-next-cursor"]
    assert again.headers["ratelimit-remaining"] != first.headers["ratelimit-remaining"]
    assert _names(admin) == [None]
    _rename(console, "Berta Huber")
    assert _names(admin) == [None]


def test_a_kept_list_ends_with_its_moment(
    admin: Api, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SECONDS", 0.0)
    assert _names(admin) == [None]
    _rename(console, "Berta Huber")
    assert _names(admin) == ["Berta Huber"]


def test_what_is_changed_here_is_seen_at_once(admin: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SECONDS", 600.0)
    berta = next(one for one in admin.read("/users") if one["username"] == "berta")
    admin.call("PUT", f"/users/{berta['id']}", {"displayName": "Berta Huber"})
    assert _names(admin) == ["Berta Huber"]


def test_nobody_gets_what_another_may_see(
    admin: Api, as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SECONDS", 600.0)
    seen = {one["role"] for one in admin.read("/users")}
    chief = as_role(Role.SUPERADMIN)
    assert {one["role"] for one in chief.read("/users")} - seen == {"superadmin"}
    assert as_role(Role.EDITOR).call("GET", "/users").status_code == 403


def test_whoever_comes_while_it_is_read_is_told_the_same(
    app: ASGIApp, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SECONDS", 600.0)
    readings = _counted_readings(monkeypatch)
    answers = asyncio.run(_at_once(app, console.sign_in_as(Role.ADMIN), "/api/users?limit=7", 5))
    assert len(answers) == 5
    assert len(set(answers)) == 1
    assert len(readings) == 1


def test_what_is_aged_is_told_at_once_and_read_anew_meanwhile(
    app: ASGIApp, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    with console.sessions.begin() as session:
        add_user(session, "berta", _PASSWORD, Role.USER)
    monkeypatch.setattr(kept, "SECONDS", 600.0)
    monkeypatch.setattr(kept, "AGED_AFTER", 0.0)
    token = console.sign_in_as(Role.ADMIN)

    async def ask_again_and_again() -> list[bytes]:
        async with _program(app, token) as client:
            answers = [(await client.get("/api/users")).content]
            _rename(console, "Berta Huber")
            answers.append((await client.get("/api/users")).content)
            while answers[-1] == answers[0]:
                await asyncio.sleep(0.01)
                answers.append((await client.get("/api/users")).content)
            return answers

    first, second, *_, last = asyncio.run(asyncio.wait_for(ask_again_and_again(), 30))
    assert first == second
    assert "Berta Huber" in last.decode()


def _program(app: ASGIApp, token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://console",
        cookies={SESSION_COOKIE: token},
    )


def _counted_readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found = []

    def read(*args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - as the original
        found.append("reading")
        return listed(*args, **kwargs)

    monkeypatch.setattr("console.web.api.routes.users.listed", read)
    return found


async def _at_once(app: ASGIApp, token: str, path: str, number: int) -> list[bytes]:
    async with _program(app, token) as client:
        return [one.content for one in await asyncio.gather(*(client.get(path),) * number)]


def test_every_list_is_kept_and_nothing_else() -> None:
    addresses = kept.lists_among([route for router in ROUTERS for route in router.routes])
    lists = ("/clients/crashed", "/clients/0/commands", "/client-logs/0/logs", "/holidays")
    others = ("/clients/0", "/clients/commands/0", "/auth/me", "/events/1", "/eventmedia/1")
    for path in lists:
        assert any(one.match(path) for one in addresses), path
    for path in others:
        assert not any(one.match(path) for one in addresses), path
