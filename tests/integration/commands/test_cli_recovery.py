"""`infoscreen recovery`, and what `infoscreen why --client` says of it."""

import json

import pytest
from sqlalchemy import select

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import RecoveryDecision
from infoscreen_core.domain.commands.recovery_facts import Verdict
from infoscreen_core.services.monitoring import sight
from tests.support.cli import Run, program_on
from tests.support.commands.recovering import Ward
from tests.support.events.planning import Sessions
from tests.support.people import uuid_of


@pytest.fixture
def ward(sqlite_sessions: Sessions) -> Ward:
    """Three screens that run now, of which the first crashed and is being recovered."""
    ward = Ward(sqlite_sessions, count=3)
    ward.now = utc_now()
    ward.report((2, 3))
    ward.crash(1)
    ward.look()
    return ward


@pytest.fixture
def run(
    sqlite_url: str, ward: Ward, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    with ward.sessions.begin() as session:
        sight.note(session, now=utc_now())
    return program_on(sqlite_url, monkeypatch, capsys)


def test_the_status_says_what_is_on_who_is_in_trouble_and_what_is_decided(
    run: Run, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = json.loads(run("recovery", "status", "--json")[1])
    (decision,) = found.pop("decisions")
    assert found == {
        "is_enabled": False,
        "is_blind": False,
        "grace_seconds": 180,
        "lockout_minutes": 15,
        "command_expiry_seconds": 240,
        "at_once": 10,
        "may_cut_power": False,
        "strikes": 3,
        "strikes_within_hours": 24,
        "running": 1,
        "candidates": [uuid_of(1)],
    }
    assert (decision["client_uuid"], decision["verdict"], decision["trouble"]) == (
        uuid_of(1),
        "restarting_app",
        "process_crashed",
    )
    assert decision["text"] == (
        "Automatic recovery: its app is being restarted, since its display process crashed."
    )
    monkeypatch.setenv("CRASH_RECOVERY_ENABLED", "true")
    monkeypatch.setenv("CRASH_RECOVERY_AT_ONCE", "2")
    changed = json.loads(run("recovery", "status", "--json")[1])
    assert (changed["is_enabled"], changed["at_once"]) == (True, 2)
    ward.report()
    ward.wait(seconds=5)
    ward.look()
    of_one = json.loads(run("recovery", "status", "--client", uuid_of(1), "--json")[1])
    assert [one["verdict"] for one in of_one["decisions"]] == ["watched", "restarting_app"]
    assert of_one["candidates"] == []
    code, text, _errors = run("recovery", "status")
    assert code == 0
    assert "is well again, and is watched" in text


def test_why_a_screen_is_as_it_is_names_recovery(run: Run) -> None:
    found = json.loads(run("why", "--client", uuid_of(1), "--json")[1])
    (told,) = [one["text"] for one in found["evidence"] if one["code"] == "recovery"]
    assert told.startswith("Automatic recovery: its app is being restarted")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("status", "--client", "nonsense"), "is not a UUID"),
        (("status", "--client", uuid_of(9)), "no screen with the UUID"),
        (("acknowledge", uuid_of(9)), "no screen with the UUID"),
        (("acknowledge", uuid_of(1)), "has not given up on"),
        (("acknowledge", uuid_of(1), "--note", "x" * 501), "note"),
    ],
)
def test_what_makes_no_sense_is_answered_with_a_sentence(
    run: Run, words: tuple[str, ...], sentence: str
) -> None:
    code, _out, errors = run("recovery", *words)
    assert code != 0
    assert sentence in errors


def test_a_screen_that_was_given_up_is_acknowledged(run: Run, ward: Ward) -> None:
    with ward.sessions.begin() as session:
        row = session.scalars(select(RecoveryDecision)).one()
        row.verdict, row.is_person_called = Verdict.NEEDS_PERSON, True
    assert json.loads(run("recovery", "status", "--json")[1])["decisions"][0]["advice"]
    done = json.loads(run("recovery", "acknowledge", uuid_of(1), "--note", "Kabel", "--json")[1])
    assert done == {"client_uuid": uuid_of(1), "is_acknowledged": True}
    assert json.loads(run("recovery", "status", "--json")[1])["decisions"] == []
    assert run("recovery", "acknowledge", uuid_of(1))[0] != 0
