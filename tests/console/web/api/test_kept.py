"""Lists are kept for a moment, and no longer than they are true as far as we know."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from console.web.api import kept
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
