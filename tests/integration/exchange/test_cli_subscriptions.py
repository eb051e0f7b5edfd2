"""`infoscreen subscription`: subscribed calendars from the command line."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli import Run, program_on
from tests.support.events.planning import Sessions, add_group
from tests.support.exchange.calendar_server import Answer, CalendarServer, calendar_server
from tests.support.exchange.calendar_text import calendar, vevent

SECRET = "/private-0123456789abcdef/basic.ics"
ONE, TWO = (
    vevent(uid="eins", dtstart=":20350907T080000Z", dtend=":20350907T090000Z"),
    vevent(uid="zwei", summary="Zwei", dtstart=":20350908T080000Z", dtend=":20350908T090000Z"),
)


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server(calendar(ONE, TWO)) as running:
        yield running


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen subscription …` with the group "Aula", where this machine may be read."""
    with sqlite_sessions.begin() as session:
        add_group(session, "Aula")
    monkeypatch.setenv("CALENDAR_ALLOWED_HOSTS", "127.0.0.0/8")
    return program_on(sqlite_url, monkeypatch, capsys, "subscription")


def test_its_whole_life(run: Run, server: CalendarServer, tmp_path: Path) -> None:
    words = ("add", server.url(SECRET), "--group", "Aula", "--name", "Schule", "--json")
    code, out, err = run(*words, "--dry-run")
    assert code == 0, err
    tried = json.loads(out)
    assert (tried["is_dry_run"], tried["created"]) == (True, 2)
    assert json.loads(run("list", "--json")[1]) == []
    made = json.loads(run(*words)[1])
    assert made["last_result"]["counts"] == {"created": 2}
    assert (made["id"], made["event_count"], made["interval_minutes"]) == (1, 2, 60)
    server.give(calendar(ONE))
    done = json.loads(run("read", "1", "--json")[1])
    assert done["last_result"]["counts"] == {"removed": 1, "unchanged": 1}
    edited = json.loads(run("edit", "1", "--every", "15", "--private", "--json")[1])
    assert (edited["interval_minutes"], edited["takes_private"], edited["name"]) == (
        15,
        True,
        "Schule",
    )
    assert json.loads(run("pause", "1", "--json")[1])["is_active"] is False
    assert json.loads(run("resume", "1", "--json")[1])["is_active"] is True
    _, out, _ = run("list", "--group", "Aula")
    assert out.splitlines()[1].split()[:4] == ["1", "Aula", "Schule", "127.0.0.1/….ics"]
    _, shown, _ = run("show", "1")
    assert "0123456789" not in out + shown + json.dumps(made) + json.dumps(edited)
    code, _, err = run("remove", "1")
    assert code == 2
    assert "--with-events" in err
    assert json.loads(run("remove", "1", "--keep-events", "--json")[1])["is_removed"]
    assert run("read", "1")[0] == 2
    assert (tmp_path / "var" / "secret.key").exists()


def test_a_removal_of_all_is_confirmed_by_a_word(run: Run, server: CalendarServer) -> None:
    run("add", server.url(), "--group", "1")
    server.give(calendar())
    _, out, _ = run("read", "1", "--json")
    assert json.loads(out)["last_result"]["held_back"] == 2
    _, out, _ = run("list")
    assert "2 removals wait for a second reading" in out
    _, out, _ = run("read", "1", "--accept-removal", "--json")
    assert json.loads(out)["event_count"] == 0


def test_the_address_may_come_from_a_pipe_and_so_may_the_password(
    run: Run, server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{server.url(SECRET)}\ns3cret\n"))
    code, out, err = run("add", "-", "--group", "Aula", "--user", "me", "--json")
    assert code == 0, err
    assert json.loads(out)["has_login"]
    assert server.requests[0].path == SECRET
    assert server.requests[0].headers["authorization"] == "Basic bWU6czNjcmV0"
    assert "s3cret" not in out


def test_a_failure_is_a_sentence(
    run: Run, server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answering = lambda _request: Answer(status=404)
    code, _, err = run("add", server.url(SECRET), "--group", "Aula")
    assert code == 2
    assert "no calendar at this address of 127.0.0.1" in err
    assert "0123456789" not in err
    monkeypatch.setenv("CALENDAR_ALLOWED_HOSTS", "")
    code, _, err = run("add", server.url(SECRET), "--group", "Aula")
    assert (code, "CALENDAR_ALLOWED_HOSTS" in err) == (2, True)
    monkeypatch.setenv("CALENDAR_ALLOWED_HOSTS", "10.0.0.0/99")
    code, _, err = run("list")
    assert code == 2
    assert err.startswith("CALENDAR_ALLOWED_HOSTS is '10.0.0.0/99'")
