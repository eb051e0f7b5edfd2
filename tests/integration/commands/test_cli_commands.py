"""`infoscreen command`, `power`, `status` and `migrate`, and what holds for every command."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup, WorkerStatus
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.services.monitoring import signs_of_life
from infoscreen_core.services.monitoring.signs_of_life import CLIENT_ID_TAKEN, TROUBLE, WorkerSign
from tests.support.cli import Run, program_on
from tests.support.commands.given import give
from tests.support.events.planning import Sessions
from tests.support.people import add_client, uuid_of

ISSUE = ("command", "issue", uuid_of(1), "restart_app")


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen …` on a database with one player: exit code, output, errors."""
    with sqlite_sessions.begin() as session:
        add_client(session, 1)

    return program_on(sqlite_url, monkeypatch, capsys)


def test_a_command_is_issued_listed_shown_and_cancelled(run: Run) -> None:
    issued = json.loads(run(*ISSUE, "--reason", "stuck", "--json")[1])
    assert (issued["status"], issued["reason"], issued["requested_by"]) == ("queued", "stuck", None)
    listed = json.loads(run("command", "list", "--client", uuid_of(1).upper(), "--json")[1])
    assert [row["command_id"] for row in listed] == [issued["command_id"]]
    canceled = json.loads(run("command", "cancel", issued["command_id"], "--json")[1])
    assert canceled["status"] == "canceled"
    shown = json.loads(run("command", "show", issued["command_id"], "--json")[1])
    assert [step["to_status"] for step in shown["transitions"]] == ["queued", "canceled"]


def test_the_list_is_narrowed_as_on_the_page(run: Run, sqlite_sessions: Sessions) -> None:
    now = utc_now()
    with sqlite_sessions.begin() as session:
        session.add(ClientGroup(id=7, name="Aula", created_at=now))
        session.flush()
        add_client(session, 2, group_id=7, description="Bühne")
        give(session, 1, now - timedelta(days=2), back_after=90)
        give(session, 2, now - timedelta(days=1), status=State.TIMED_OUT)
        give(session, 2, now, action=Action.RESTART_APP, back_after=8)

    def listed(*words: str) -> list[str]:
        rows = json.loads(run("command", "list", *words, "--json")[1])
        return [f"{row['client_uuid'][-1]} {row['status']}" for row in rows]

    assert listed() == ["2 completed", "2 timed_out", "1 completed"]
    assert listed("--group", "Aula", "--error", "ack_timeout") == ["2 timed_out"]
    assert listed("--text", "BÜHNE", "--action", "restart_app") == ["2 completed"]
    assert listed("--status", "timed_out", "--status", "failed") == ["2 timed_out"]
    assert listed("--by", "system", "--order", "slowest")[0] == "1 completed"
    since = (now - timedelta(hours=30)).isoformat(timespec="seconds")
    assert listed("--from", since, "--order", "oldest") == ["2 timed_out", "2 completed"]


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
        (("command", "list", "--action", "explode"), "use one of reboot_host"),
        (("command", "list", "--group", "Aula"), "Aula"),
        (("command", "list", "--by", "nobody"), "use one of system"),
        (("command", "list", "--from", "x"), "is no date and time"),
        (
            ("command", "list", "--from", "2026-10-02T08:00", "--to", "2026-10-01T08:00"),
            "later end",
        ),
        (("command", "list", "--order", "odd"), "--order"),
        (("event", "show", "9" * 25), "event_id"),
        (("client", "assign", uuid_of(1), "--group", "\udcff"), "not UTF-8"),
        (("user", "set-password", "\udcff", "--password", "vier rote Räder"), "not UTF-8"),
    ],
)
def test_bad_input_ends_with_2_and_a_sentence(
    run: Run, words: tuple[str, ...], sentence: str
) -> None:
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


def test_a_tv_is_held_shown_listed_and_let_go(run: Run) -> None:
    held = json.loads(
        run("power", "set", uuid_of(1), "OFF", "--reason", "Prüfung", "--for", "2h", "--json")[1]
    )
    assert (held["desired_state"], held["reason"], held["set_by"]) == ("off", "Prüfung", None)
    length = datetime.fromisoformat(held["expires_at"]) - datetime.fromisoformat(held["set_at"])
    assert length == timedelta(hours=2)
    (listed,) = json.loads(run("power", "list", "--json")[1])
    assert (listed["client_uuid"], listed["observed_state"]) == (uuid_of(1), "unknown")
    shown = json.loads(run("power", "show", uuid_of(1), "--json")[1])
    assert (shown["desired_state"], shown["desired_reason"]) == ("off", "operator_override")
    assert "Prüfung" in run("power", "list")[1]
    assert json.loads(run("power", "clear", uuid_of(1), "--json")[1])["is_cleared"]
    assert json.loads(run("power", "list", "--json")[1]) == []
    assert json.loads(run("power", "show", uuid_of(1), "--json")[1])["desired_state"] == "unknown"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("set", uuid_of(1), "dim", "--reason", "x", "--for", "2h"), "dim is neither"),
        (("set", uuid_of(1), "on", "--reason", " ", "--for", "2h"), "Say why"),
        (("set", uuid_of(1), "on", "--reason", "x", "--for", "8d"), "10 seconds to 7 days"),
        (("set", uuid_of(1), "on", "--reason", "x", "--for", "soon"), "write it as 50m"),
        (("set", uuid_of(2), "on", "--reason", "x", "--for", "2h"), "no screen with the UUID"),
        (("set", uuid_of(1), "on", "--for", "2h"), "--reason"),
        (("set", uuid_of(1), "on", "--reason", "x"), "--for"),
        (("clear", uuid_of(1)), "nothing to end"),
    ],
)
def test_wrong_orders_for_a_tv_get_a_sentence(
    run: Run, words: tuple[str, ...], sentence: str
) -> None:
    code, out, err = run("power", *words)
    assert (code, out) == (2, "")
    assert sentence in err


def test_the_status_names_each_worker_and_the_figures_of_those_alive(
    run: Run, sqlite_sessions: Sessions
) -> None:
    now = utc_now()
    with sqlite_sessions.begin() as session:
        for name, seen_at in (("scheduler", now), ("listener", now - timedelta(minutes=5))):
            session.add(
                WorkerStatus(
                    name=name,
                    pid=7,
                    host="here",
                    started_at=now - timedelta(hours=1),
                    seen_at=seen_at,
                    is_broker_connected=True,
                    metrics={"groups": 3},
                )
            )
    rows = json.loads(run("status", "--json")[1])
    assert [(row["worker"], row["is_alive"]) for row in rows] == [
        ("listener", False),
        ("scheduler", True),
    ]
    assert rows[1]["metrics"] == {"groups": 3}
    text = run("status")[1].splitlines()
    assert [line.split()[:3] for line in text if "groups" in line] == [["scheduler", "groups", "3"]]


def test_the_status_warns_of_a_listener_whose_place_is_taken(
    run: Run, sqlite_sessions: Sessions
) -> None:
    now = utc_now()
    sign = WorkerSign(
        name="listener",
        pid=7,
        host="here",
        started_at=now,
        seen_at=now,
        is_broker_connected=False,
        metrics={TROUBLE: CLIENT_ID_TAKEN},
    )
    with sqlite_sessions.begin() as session:
        signs_of_life.show(session, sign)
        (view,) = signs_of_life.list_workers(session)
    code, _out, err = run("status")
    assert code == 0
    assert err == f"Warning: {view.trouble}\n"
    assert json.loads(run("status", "--json")[1])[0]["trouble"] == str(view.trouble)
