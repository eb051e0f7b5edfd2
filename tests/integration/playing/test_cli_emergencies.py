"""`infoscreen emergency`: raise, list, end, with sentences that say what happens."""

import json
from datetime import timedelta

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.text.local_time import load_zone, to_local
from tests.support.cli import Run, program_on
from tests.support.events.planning import Sessions, add_group, plan
from tests.support.people import add_client


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen …` with two groups, a screen and a lesson that is on in the first."""
    now = utc_now()
    wall = to_local(now.replace(microsecond=0), load_zone("UTC"))
    with sqlite_sessions.begin() as session:
        aula = add_group(session, "Aula")
        add_group(session, "Hof")
        add_client(session, 1, group_id=aula, hostname="aula-1", last_alive=now)
        plan(
            session,
            aula,
            timezone="UTC",
            start=wall - timedelta(hours=1),
            end=wall + timedelta(hours=1),
            now=now,
        )
    return program_on(sqlite_url, monkeypatch, capsys)


def test_one_is_raised_listed_and_ended(run: Run) -> None:
    code, out, err = run("emergency", "raise", "Feueralarm\nHof", "--all", "--json")
    assert code == 0, err
    assert "1 screen(s) in 2 group(s) show this message alone." in err
    assert "Interrupted in Aula: “Mathe 3B”" in err
    raised = json.loads(out)
    assert (raised["title"], len(raised["event_ids"])) == ("Feueralarm", 2)
    _, out, _ = run("emergency", "list", "--json")
    (row,) = json.loads(out)
    assert (row["look"], row["groups"], row["confirmed"]) == ("alarm", ["Aula", "Hof"], 0)
    assert [screen["state"] for screen in row["screens"]] == ["not_yet"]
    _, out, _ = run("emergency", "list")
    assert "aula-1 (not_yet)" in out
    code, _, err = run("emergency", "end", "99")
    assert code == 2
    assert "on are " + ", ".join(map(str, raised["event_ids"])) in err
    code, _, err = run("emergency", "end", "--all")
    assert code == 0, err
    assert run("emergency", "list")[1] == "No emergency is on.\n"
    code, _, err = run("emergency", "end", "--all")
    assert (code, err) == (2, "No emergency is on; nothing was changed.\n")


def test_a_dry_run_only_says_what_it_would_do(run: Run) -> None:
    code, _, err = run("emergency", "raise", "Probe", "--group", "aula", "--dry-run")
    assert code == 0
    assert "1 screen(s) in 1 group(s) would show this message alone." in err
    assert run("emergency", "list", "--json")[1] == "[]\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("raise", "Feuer"), "say where"),
        (("raise", "Feuer", "--all", "--group", "Aula"), "say where"),
        (("raise", "Feuer", "--group", "Keller"), "Keller"),
        (("raise", " ", "--all"), "no text"),
        (("raise", "Feuer", "--all", "--look", "loud"), "notice, warning, alarm"),
        (("raise", "Feuer", "--all", "--for", "5s"), "from 1 minute to 30 days"),
        (("end",), "--all"),
    ],
)
def test_what_will_not_do_is_refused_with_a_sentence(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    code, out, err = run("emergency", *words)
    assert (code, out) == (2, "")
    assert said in err
