"""Who calls is asked at every request, of both databases, whatever became of the connection."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Update, delete, text, update
from starlette.applications import Starlette
from starlette.types import ASGIApp

from console.asgi import middleware, routes
from console.web.api import kept
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ApiToken, User, UserSession
from infoscreen_core.domain.people.api_tokens import Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.people import api_tokens
from tests.support.console import Console, console_on
from tests.support.http.api import Api, problem_of
from tests.support.people import acting_as, add_user

_PASSWORD = "vier-woerter-sind-es"


@pytest.fixture
def either(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    monkeypatch.setattr(kept, "SECONDS", 600.0)
    with console_on(database_url, tmp_path / "var") as console:
        yield console


@pytest.fixture
def either_app(either: Console) -> ASGIApp:  # noqa: ARG001 - it opens the database
    return Starlette(routes=routes(), middleware=middleware())


@pytest.fixture
def program(either: Console, either_app: ASGIApp) -> Api:
    """One with the API token of an administrator."""
    now = utc_now()
    with either.sessions.begin() as session:
        berta = add_user(session, "berta", _PASSWORD, Role.ADMIN)
        until = (now + timedelta(days=9)).date()
        made = api_tokens.create_token(
            session, "script", Scope.READ, until, actor=acting_as(berta), now=now
        )
    return Api(either_app, bearer=made.secret)


def _status(caller: Api) -> int:
    return caller.call("GET", "/users").status_code


def test_a_token_that_another_program_revokes_opens_nothing_at_once(
    program: Api, either: Console
) -> None:
    assert _status(program) == 200
    with either.sessions.begin() as session:
        session.execute(delete(ApiToken))
    assert _status(program) == 401


def test_another_role_counts_at_once(program: Api, either: Console) -> None:
    assert _status(program) == 200
    with either.sessions.begin() as session:
        session.execute(update(User).where(User.username == "berta").values(role=Role.EDITOR))
    assert problem_of(program.call("GET", "/users")) == (403, "not_allowed")
    assert program.read("/auth/me")["role"] == "editor"


def test_a_session_that_another_program_ends_is_over_at_once(
    either: Console, either_app: ASGIApp
) -> None:
    admin = Api(either_app, token=either.sign_in_as(Role.ADMIN))
    assert _status(admin) == 200
    with either.sessions.begin() as session:
        session.execute(delete(UserSession))
    assert _status(admin) == 401


@pytest.mark.parametrize(
    "change",
    [
        update(User).values(is_active=False),
        update(ApiToken).values(expires_at=utc_now() - timedelta(seconds=1)),
    ],
)
def test_a_token_ends_with_its_day_and_its_owner(
    program: Api,
    either: Console,
    change: Update,
) -> None:
    assert _status(program) == 200
    with either.sessions.begin() as session:
        session.execute(change)
    assert _status(program) == 401


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)  # a file closes none
def test_connections_that_the_server_closed_are_nobodys_trouble(
    program: Api, either: Console
) -> None:
    assert _status(program) == 200
    with either.sessions() as session:
        others = session.scalars(
            text(
                "SELECT id FROM information_schema.processlist"
                " WHERE id <> connection_id() AND db = database()"
            )
        ).all()
        for one in others:
            session.execute(text(f"KILL {one}"))
    assert others
    assert _status(program) == 200
    assert _status(program) == 200
