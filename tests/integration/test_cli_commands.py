"""`infoscreen command` and `infoscreen migrate`, and what holds for every word of the program."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infoscreen_core.cli.main import main
from tests.support.people import add_client, uuid_of
from tests.support.planning import Sessions

Run = Callable[..., tuple[int, str, str]]

ISSUE = ("command", "issue", uuid_of(1), "restart_app")


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen …` on a database with one player: exit code, output, errors."""
    monkeypatch.setenv("DB_CONN", sqlite_url)
    with sqlite_sessions.begin() as session:
        add_client(session, 1)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["infoscreen", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_a_command_is_issued_listed_shown_and_cancelled(run: Run) -> None:
    issued = json.loads(run(*ISSUE, "--reason", "stuck", "--json")[1])
    assert (issued["status"], issued["reason"], issued["requested_by"]) == ("queued", "stuck", None)
    listed = json.loads(run("command", "list", "--client", uuid_of(1).upper(), "--json")[1])
    assert [row["command_id"] for row in listed] == [issued["command_id"]]
    canceled = json.loads(run("command", "cancel", issued["command_id"], "--json")[1])
    assert canceled["status"] == "canceled"
    shown = json.loads(run("command", "show", issued["command_id"], "--json")[1])
    assert [step["to_status"] for step in shown["transitions"]] == ["queued", "canceled"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((*ISSUE, "--reason", "x" * 2001), "at most 2000 characters"),
        ((*ISSUE, "--reason", "a\x07b"), "unprintable"),
        ((*ISSUE, "--reason", "a\udcffb"), "not UTF-8"),
        (("command", "issue", uuid_of(1), "explode"), "use one of reboot_host"),
        (("command", "issue", uuid_of(2), "reboot_host"), "no screen with the UUID"),
        (("command", "show", "\udcff"), "not UTF-8"),
        (("command", "cancel", "nonsense"), "no command with the id"),
        (("command", "list", "--client", "nonsense"), "is not a UUID"),
        (("command", "list", "--client", uuid_of(2)), "no screen with the UUID"),
        (("command", "list", "--status", "bad"), "use one of queued"),
        (("command", "list", "--limit", "0"), "--limit"),
        (("event", "show", "9" * 25), "event_id"),
        (("client", "assign", uuid_of(1), "--group", "\udcff"), "not UTF-8"),
        (("user", "set-password", "\udcff", "--password", "vier rote Räder"), "not UTF-8"),
    ],
)
def test_bad_input_ends_with_2_and_a_sentence(run: Run, words: tuple[str, ...], sentence: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words",
    [("--json", "client", "list"), ("client", "--json", "list"), ("client", "list", "--json")],
)
def test_json_may_stand_anywhere(run: Run, words: tuple[str, ...]) -> None:
    code, out, _ = run(*words)
    assert code == 0
    assert [row["uuid"] for row in json.loads(out)] == [uuid_of(1)]


def test_migrating_says_where_from_and_where_to(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_CONN", f"sqlite:///{tmp_path}/new.db")
    first = json.loads(run("migrate", "--json")[1])
    assert first["revision_before"] is None
    assert first["admin_password"]
    again = json.loads(run("migrate", "--json")[1])
    revision = first["revision"]
    assert again == {
        "revision_before": revision,
        "active_period": first["active_period"],
        "revision": revision,
    }
    assert run("migrate")[1] == f"Database schema: {first['revision']} -> {first['revision']}\n"


def test_a_file_that_is_no_database_is_said_in_a_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text.db").write_text("no database " * 100)
    monkeypatch.setenv("DB_CONN", f"sqlite:///{tmp_path}/text.db")
    code, _, err = run("group", "list")
    assert (code, "cannot be used" in err, "Traceback" in err) == (3, True, False)


def test_a_data_directory_that_cannot_be_made_is_said_in_a_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("a file")
    monkeypatch.delenv("DB_CONN")
    monkeypatch.setenv("INFOSCREEN_DATA_DIR", str(tmp_path / "taken"))
    code, _, err = run("group", "list")
    assert code == 2
    assert "INFOSCREEN_DATA_DIR" in err
