"""Calendar links from the command line."""

import json
import sys
from collections.abc import Callable

import pytest

from infoscreen_core.cli.main import main
from infoscreen_core.services import calendar_feeds
from tests.support.planning import Sessions, add_group

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen …` on a database with the group "Aula": exit code, output, errors."""
    monkeypatch.setenv("DB_CONN", sqlite_url)
    with sqlite_sessions.begin() as session:
        add_group(session, "Aula")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["infoscreen", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_a_link_is_made_listed_and_revoked(
    run: Run, sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_BASE_URL", "https://infoscreen.example/")
    code, out, err = run("feed", "create", "--group", "Aula", "--name", "Sekretariat", "--json")
    assert code == 0, err
    made = json.loads(out)
    start = "https://infoscreen.example/calendar/1.ics?token="
    assert made["url"].startswith(start)
    assert "token_hash" not in made
    with sqlite_sessions() as session:
        assert calendar_feeds.find_feed(session, 1, made["url"].removeprefix(start)) is not None
    _, out, _ = run("feed", "list", "--json")
    (row,) = json.loads(out)
    assert (row["id"], row["group_name"], row["name"], row["last_used_at"]) == (
        1,
        "Aula",
        "Sekretariat",
        None,
    )
    assert made["url"].removeprefix(start) not in out
    _, out, _ = run("feed", "list", "--group", "1")
    assert out.splitlines()[1].split()[:4] == ["1", "1", "Aula", "Sekretariat"]
    code, out, _ = run("feed", "revoke", "1", "--json")
    assert (code, json.loads(out)["is_revoked"]) == (0, True)
    code, _, err = run("feed", "revoke", "1")
    assert code == 2
    assert "no calendar link with the number 1" in err


def test_an_unknown_group_is_named(run: Run) -> None:
    code, _, err = run("feed", "create", "--group", "Keller")
    assert code == 2
    assert "Keller" in err
