"""`infoscreen rollout`: what it prints, and what it tells whoever asks for the impossible."""

import json
from datetime import datetime, timedelta

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.commands.rollouts import rollouts
from tests.support.cli import Run, program_on
from tests.support.commands.rollouts import Drive, add_fleet
from tests.support.events.planning import Sessions, add_group
from tests.support.people import add_client, uuid_of

BEGIN = ("rollout", "start", "--action", "restart_app")
START = (*BEGIN, "--reason", "Neue Version")


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen …` on a database with eight players in the group Aula, and a pending one."""
    with sqlite_sessions.begin() as session:
        add_fleet(session, 8, now=utc_now(), group_id=add_group(session, "Aula"))
        add_client(session, 9, is_approved=False)
    return program_on(sqlite_url, monkeypatch, capsys)


def test_a_rollout_is_started_followed_paused_resumed_and_cancelled(run: Run) -> None:
    started = json.loads(run(*START, "--group", "aula", "--waves", "1,5,25", "--json")[1])
    key = started["rollout_id"]
    assert (started["status"], started["counts"]["waiting"]) == ("running", 8)
    assert [wave["total"] for wave in started["waves"]] == [1, 5, 2]
    for word, status in (("pause", "paused"), ("resume", "running"), ("cancel", "canceled")):
        assert json.loads(run("rollout", word, key, "--json")[1])["status"] == status
    shown = json.loads(run("rollout", "show", key.upper(), "--json")[1])
    assert (shown["stopped_reason"], shown["left_out"]) == (None, {"canceled": 8})
    assert set(shown["counts"]) == {*State, "waiting", "left_out"}
    listed = json.loads(run("rollout", "list", "--status", "canceled", "--json")[1])
    assert [row["rollout_id"] for row in listed] == [key]
    assert json.loads(run("rollout", "list", "--status", "running", "--json")[1]) == []
    assert key in run("rollout", "list")[1]


def test_screens_are_named_by_uuid_text_or_status_and_one_comes_first(run: Run) -> None:
    clients = ("--client", f"{uuid_of(3)},{uuid_of(4)}", uuid_of(5).upper())
    started = json.loads(
        run(*START, *clients, "--canary", uuid_of(4), "--waves", "1", "--repeat", "--json")[1]
    )
    shown = json.loads(run("rollout", "show", started["rollout_id"], "--members", "--json")[1])
    assert [(one["screen"], one["wave"]) for one in shown["members"]] == [
        ("S0004", 1),
        ("S0003", 2),
        ("S0005", 3),
    ]
    foreseen = json.loads(run(*START, "--search", "s000", "--dry-run", "--json")[1])
    assert foreseen["taking_part"] == 5
    assert {one["reason"] for one in foreseen["left_out"]} == {"in_other_rollout"}
    assert foreseen["idle_screens"] == 5
    assert len(json.loads(run("rollout", "list", "--json")[1])) == 1


def test_a_stopped_rollout_says_why(run: Run, sqlite_sessions: Sessions) -> None:
    started = json.loads(run(*START, "--group", "Aula", "--waves", "4", "--json")[1])
    drive = Drive(sqlite_sessions, utc_now() + timedelta(seconds=1), lambda _: State.FAILED)
    drive.rollout_id = started["rollout_id"]
    drive.run()
    shown = json.loads(run("rollout", "show", drive.rollout_id, "--json")[1])
    assert (shown["status"], shown["stopped_reason"]) == ("stopped", "too_many_failures")
    assert (shown["counts"]["failed"], shown["left_out"]) == (4, {"stopped": 4})


def test_a_window_and_limits_are_kept(run: Run, sqlite_sessions: Sessions) -> None:
    words = ("--window", "02:00-05:00", "--at-once", "3", "--manual-at-most", "0", "--json")
    started = json.loads(run(*START, "--group", "1", *words, "--with-priority")[1])
    assert (started["window"], started["timezone"]) == ("02:00-05:00", "Europe/Vienna")
    assert (started["at_once"], started["skip_priority"]) == (3, False)
    with sqlite_sessions.begin() as session:
        rollouts.cancel_rollout(session, started["rollout_id"], actor=SYSTEM, now=utc_now())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((*BEGIN, "--group", "Aula"), "Say why"),
        ((*BEGIN, "--group", "Aula", "--reason", " "), "Say why"),
        (START, "No screen is chosen"),
        ((*START, "--search", "nowhere"), "No screen is chosen"),
        ((*START, "--group", "Hof"), "no group called Hof"),
        ((*START, "--client", uuid_of(77)), "no screen with the UUID"),
        ((*START, "--client", "nonsense"), "is not a UUID"),
        ((*START, "--client", uuid_of(9)), "None of the chosen screens"),
        ((*START, "--incident", "7"), "no incident 7"),
        ((*START, "--group", "Aula", "--canary", uuid_of(9)), "come first"),
        ((*START, "--group", "Aula", "--waves", "1,x"), "such as 1,5,25"),
        ((*START, "--group", "Aula", "--window", "05:00-02:00"), "before it begins"),
        ((*START, "--group", "Aula", "--window", "nachts"), "write it as 02:00-05:00"),
        ((*START, "--group", "Aula", "--expiry", "179"), "180 to 360"),
        ((*START, "--group", "Aula", "--expiry", "361"), "180 to 360"),
        ((*START, "--group", "Aula", "--at-once", "0"), "at_once must be from 1"),
        (("rollout", "start", "--action", "explode", "--group", "Aula"), "use one of reboot_host"),
        (("rollout", "show", "nonsense"), "no roll-out with the id"),
        (("rollout", "pause", "nonsense"), "no roll-out with the id"),
        (("command", "issue", uuid_of(1), "restart_app", "--expiry", "5"), "180 to 360"),
    ],
)
def test_bad_input_ends_with_2_and_a_sentence(
    run: Run, words: tuple[str, ...], sentence: str
) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err


def test_a_command_may_be_given_longer(run: Run) -> None:
    words = ("command", "issue", uuid_of(1), "restart_app", "--expiry", "360", "--json")
    issued = json.loads(run(*words)[1])
    assert issued["reason"] is None  # a single one by the command line needs none
    length = datetime.fromisoformat(issued["expires_at"]) - datetime.fromisoformat(
        issued["issued_at"]
    )
    assert length == timedelta(seconds=360)
