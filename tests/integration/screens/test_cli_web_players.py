"""Browsers as screens from the command line."""

import json

import pytest

from infoscreen_core.services.screens.web_players import find_web_player
from tests.support.cli import Run, program_on
from tests.support.events.planning import Sessions, add_group


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen web-player …` on a database with the group "Aula"."""
    with sqlite_sessions.begin() as session:
        add_group(session, "Aula")
    monkeypatch.setenv("MEDIA_BASE_URL", "https://infoscreen.example/")
    return program_on(sqlite_url, monkeypatch, capsys, "web-player")


def test_an_address_is_made_listed_renewed_and_revoked(run: Run, sqlite_sessions: Sessions) -> None:
    start = "https://infoscreen.example/player/"
    code, out, err = run("add", "Bibliothek", "--group", "Aula", "--json")
    assert code == 0, err
    made = json.loads(out)
    assert made["url"].startswith(start)
    token = made["url"].removeprefix(start)
    _, out, _ = run("list", "--json")
    (row,) = json.loads(out)
    assert (row["uuid"], row["name"], row["group_name"]) == (made["uuid"], "Bibliothek", "Aula")
    assert token not in out
    _, out, _ = run("renew", made["uuid"], "--json")
    renewed = json.loads(out)["url"].removeprefix(start)
    with sqlite_sessions() as session:
        assert find_web_player(session, token) is None
        assert find_web_player(session, renewed) is not None
    code, out, _ = run("revoke", made["uuid"], "--json")
    assert json.loads(out)["revoked_at"]
    code, _, err = run("revoke", made["uuid"])
    assert code == 2
    assert "already" in err


def test_an_unknown_group_is_named(run: Run) -> None:
    code, _, err = run("add", "Bibliothek", "--group", "Keller")
    assert code == 2
    assert "Keller" in err
