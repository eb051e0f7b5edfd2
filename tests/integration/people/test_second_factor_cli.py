"""`infoscreen user second-factor`, run in this process."""

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner, Result

from infoscreen_core.cli.people import users
from infoscreen_core.clock import to_zulu, utc_now
from infoscreen_core.db.models import User
from infoscreen_core.errors import ConflictError, NotFoundError
from tests.support.http.second_factor import PASSWORD, enrol
from tests.support.people import acting_as, actions_of


@pytest.fixture(autouse=True)
def _anna(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_CONN", sqlite_url)
    result = _run("create", "anna", "--password", PASSWORD, "--json")
    assert result.exit_code == 0, (result.output, result.exception)


def _run(*words: str) -> Result:
    return CliRunner().invoke(users.app, list(words))


def _json(*words: str) -> Any:  # noqa: ANN401 - any JSON
    result = _run("second-factor", *words, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def test_it_is_shown_and_reset(sqlite_sessions: sessionmaker[Session]) -> None:
    off = {"username": "anna", "is_on": False, "since": None, "recovery_codes_left": 0}
    assert _json("show", "ANNA") == off
    now = utc_now()
    with sqlite_sessions.begin() as session:
        enrol(session, acting_as(session.scalars(select(User)).one()), now=now)
    on = {"username": "anna", "is_on": True, "since": to_zulu(now), "recovery_codes_left": 10}
    assert _json("show", "anna") == on
    assert _json("reset", "anna") == off
    with sqlite_sessions() as session:
        assert actions_of(session)[-1] == "user.second_factor_reset"


def test_what_cannot_be_reset_is_said() -> None:
    assert isinstance(_run("second-factor", "reset", "anna").exception, ConflictError)
    for command in ("show", "reset"):
        assert isinstance(_run("second-factor", command, "bert").exception, NotFoundError)
