"""`infoscreen user token`, run in this process."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner, Result

from infoscreen_core.cli.people import users
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.people.api_tokens import Scope
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.services.people.api_tokens import find_bearer
from tests.support.people import actions_of


@pytest.fixture(autouse=True)
def _anna(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_CONN", sqlite_url)
    _json("create", "anna", "--role", "editor", "--password", "vier rote Fahrräder")


def _run(*words: str) -> Result:
    return CliRunner().invoke(users.app, list(words))


def _json(*words: str) -> Any:  # noqa: ANN401 - any JSON
    result = _run(*words, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def _in_days(days: int) -> str:
    return (utc_now().date() + timedelta(days=days)).isoformat()


def test_a_token_is_made_shown_once_and_revoked(sqlite_sessions: sessionmaker[Session]) -> None:
    made = _json("token", "create", "anna", "--name", "Skript", "--expires-on", _in_days(30))
    (listed,) = _json("token", "list", "ANNA")
    assert {**listed, "secret": made["secret"]} == made
    with sqlite_sessions() as session:
        bearer = find_bearer(session, made["secret"], now=utc_now())
        assert bearer is not None
        assert (bearer.person.username, bearer.scope) == ("anna", Scope.READ)
    assert _json("token", "revoke", str(made["id"])) == {"id": made["id"], "is_revoked": True}
    with sqlite_sessions() as session:
        assert find_bearer(session, made["secret"], now=utc_now()) is None
        assert actions_of(session) == ["user.created", "api_token.created", "api_token.revoked"]
    assert _run("token", "list", "anna").stdout == "(none)\n"


def test_people_read_a_table() -> None:
    words = ("--name", "Skript", "--scope", "write", "--expires-on", _in_days(30))
    assert "secret" in _run("token", "create", "anna", *words).stdout
    table = _run("token", "list", "anna").stdout
    assert "Skript  write" in table
    assert "isk_" not in table


def test_what_is_wrong_is_said() -> None:
    words = ("token", "create", "anna", "--name", "Skript", "--expires-on")
    for day in ("bald", _in_days(-2), _in_days(400)):
        error = _run(*words, day).exception
        assert isinstance(error, InvalidInputError)
        assert error.field == "expires_on"
    for command in (("token", "list", "bert"), ("token", "revoke", "99")):
        assert isinstance(_run(*command).exception, NotFoundError)
