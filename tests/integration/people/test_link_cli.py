"""`infoscreen user link`: somebody of the identity provider gets an account that exists."""

import json

import pytest
from typer.testing import CliRunner

from infoscreen_core.cli.people import users
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError

ISSUER = "https://sso.school.example"


@pytest.fixture(autouse=True)
def _installation(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_CONN", sqlite_url)
    monkeypatch.setenv("OIDC_ISSUER", ISSUER)
    made = CliRunner().invoke(users.app, ["create", "anna", "--json"])
    assert made.exit_code == 0, made.output


def test_an_account_is_linked_once_to_one_person() -> None:
    result = CliRunner().invoke(users.app, ["link", "anna", "s-1", "--json"])
    assert result.exit_code == 0, (result.output, result.exception)
    row = json.loads(result.stdout)
    assert (row["username"], row["issuer"], row["subject"]) == ("anna", ISSUER, "s-1")
    again = CliRunner().invoke(users.app, ["link", "anna", "s-1"])
    assert isinstance(again.exception, ConflictError)


@pytest.mark.parametrize(
    ("words", "issuer", "error"),
    [
        (("nobody", "s-1"), ISSUER, NotFoundError),
        (("anna", ""), ISSUER, InvalidInputError),
        (("anna", "x" * 256), ISSUER, InvalidInputError),
        (("anna", "s-1"), "", InvalidInputError),
    ],
)
def test_what_cannot_be_linked_is_refused(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, str], issuer: str, error: type[Exception]
) -> None:
    monkeypatch.setenv("OIDC_ISSUER", issuer)
    assert isinstance(CliRunner().invoke(users.app, ["link", *words]).exception, error)
