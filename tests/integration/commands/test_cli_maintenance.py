"""`infoscreen maintenance`: what it prints, and what it tells whoever asks for the impossible."""

import json
from datetime import timedelta

import pytest

from infoscreen_core.clock import utc_now
from tests.support.cli import Run, program_on
from tests.support.commands.maintenance import Duty, add_plan
from tests.support.commands.rollouts import add_fleet
from tests.support.events.planning import Sessions, add_group

CREATE = ("maintenance", "create")
NIGHT = ("--name", "Nachts", "--action", "restart_app", "--window", "02:00-05:00")


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen …` on a database with two players in the group Aula, and an empty group."""
    with sqlite_sessions.begin() as session:
        add_fleet(session, 2, now=utc_now(), group_id=add_group(session, "Aula"))
        add_group(session, "Hof")
    return program_on(sqlite_url, monkeypatch, capsys)


def test_a_plan_is_made_shown_changed_switched_and_deleted(run: Run) -> None:
    made = json.loads(run(*CREATE, *NIGHT, "--group", "aula", "--group", "2", "--json")[1])
    assert (made["groups"], made["is_for_all"]) == (["Aula", "Hof"], False)
    assert (made["days"], made["window"]) == ("MO,TU,WE,TH,FR,SA,SU", "02:00-05:00")
    assert (made["spare_events"], made["spare_holidays"], made["at_once"]) == (True, False, 10)
    assert made["timezone"] == "Europe/Vienna"
    assert made["next_at"] is not None
    words = ("--days", "SA-SU", "--all", "--at-once", "5", "--with-events", "--spare-holidays")
    edited = json.loads(run("maintenance", "edit", "nachts", *words, "--json")[1])
    assert (edited["days"], edited["is_for_all"], edited["groups"]) == ("SA,SU", True, [])
    assert (edited["at_once"], edited["spare_events"], edited["spare_holidays"]) == (5, False, True)
    assert (edited["window"], edited["action"]) == ("02:00-05:00", "restart_app")
    off = json.loads(run("maintenance", "disable", "1", "--json")[1])
    assert (off["is_enabled"], off["next_at"]) == (False, None)
    assert json.loads(run("maintenance", "next", "--json")[1]) == []
    assert json.loads(run("maintenance", "enable", "Nachts", "--json")[1])["is_enabled"] is True
    (due,) = json.loads(run("maintenance", "next", "--json")[1])
    assert (due["name"], due["day"]) == ("Nachts", edited["next_day"])
    listed = json.loads(run("maintenance", "list", "--json")[1])
    assert [one["name"] for one in listed] == ["Nachts"]
    assert "Nachts" in run("maintenance", "list")[1]
    gone = json.loads(run("maintenance", "delete", "NACHTS", "--json")[1])
    assert gone == {"id": 1, "name": "Nachts", "is_deleted": True}
    assert run("maintenance", "list")[1] == "(none)\n"


def test_what_became_of_its_days_is_shown_newest_first(run: Run, sqlite_sessions: Sessions) -> None:
    now = utc_now()
    add_plan(sqlite_sessions, now - timedelta(days=3), name="Nachts", window="00:00-24:00")
    Duty(sqlite_sessions, now).look()
    shown = json.loads(run("maintenance", "show", "Nachts", "--json")[1])
    days = shown["firings"]
    assert [one["status"] for one in days[:2]] == ["started", "skipped"]
    assert (days[0]["rollout_id"], days[1]["reason"]) == (shown["last_rollout_id"], "server_off")
    assert days[0]["counts"] == {"waiting": 2}
    rollout = json.loads(run("rollout", "show", days[0]["rollout_id"], "--json")[1])
    assert (rollout["source"], rollout["reason"]) == ("maintenance", "Nachts")
    text = run("maintenance", "show", "Nachts", "--limit", "1")[1]
    assert ("started" in text, "server_off" in text) == (True, False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((*CREATE, *NIGHT), "at least one group, or all screens"),
        ((*CREATE, *NIGHT, "--group", "Turm"), "no group called Turm"),
        ((*CREATE, *NIGHT, "--group", "Aula", "--all"), "not both"),
        ((*CREATE, *NIGHT, "--all", "--days", ""), "are no days of the week"),
        ((*CREATE, *NIGHT, "--all", "--days", "Montag"), "MO,WE or MO-FR"),
        ((*CREATE, *NIGHT, "--all", "--window", "22:00-02:00"), "lies within one day"),
        ((*CREATE, *NIGHT, "--all", "--window", "05:00-05:00"), "before it begins"),
        ((*CREATE, *NIGHT, "--all", "--window", "nachts"), "write it as 02:00-05:00"),
        ((*CREATE, *NIGHT, "--all", "--timezone", "Wien"), "time zone “Wien” is unknown"),
        ((*CREATE, *NIGHT, "--all", "--action", "shutdown_host"), "Maintenance restarts screens"),
        ((*CREATE, *NIGHT, "--all", "--action", "explode"), "use one of reboot_host"),
        ((*CREATE, *NIGHT, "--all", "--name", " "), "The plan needs a name"),
        ((*CREATE, *NIGHT, "--all", "--at-once", "0"), "at_once must be from 1"),
        (("maintenance", "show", "Nachts"), "no maintenance plan called Nachts"),
        (("maintenance", "edit", "7", "--days", "MO"), "no maintenance plan called 7"),
        (("maintenance", "delete", "x"), "no maintenance plan called x"),
    ],
)
def test_bad_input_ends_with_2_and_a_sentence(
    run: Run, words: tuple[str, ...], sentence: str
) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err
