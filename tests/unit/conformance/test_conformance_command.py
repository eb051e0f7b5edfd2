"""`infoscreen conformance` before it begins: what it lists, asks and refuses."""

import signal

import orjson
import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.support.cli import Run, program_on
from tests.support.people import add_client, uuid_of
from workers.conformance import main
from workers.conformance.cases.catalogue import CASES
from workers.conformance.main import _end_on_signals


@pytest.fixture
def run(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    # It would set up the log of whatever is tested after it in this process.
    monkeypatch.setattr(main, "configure_logging", lambda *_, **__: None)
    return program_on(sqlite_url, monkeypatch, capsys, "conformance")


def test_the_cases_are_listed_with_what_they_interrupt(run: Run) -> None:
    code, out, _ = run("--list", "--language", "de")
    assert code == 0
    assert len(out.splitlines()) == len(CASES)
    assert "Neustart des Geräts (nur mit --allow-reboot)" in out
    code, out, _ = run("--list", "--json", "--case", "expired,alias")
    assert [row["name"] for row in orjson.loads(out)] == ["expired", "alias"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--case", "exspired"], "There is no case “exspired”; the cases are expired, "),
        (["--case", ""], "There is no case “”; the cases are expired, "),
        (["--case", " , "], "There is no case “”"),
        (["--language", "fr"], "The language fr is unknown; use one of de, en."),
        ([], "Name the player: --client UUID."),
        (["--client", "aula"], "aula is not a UUID"),
        (["--client", uuid_of(1)], uuid_of(1)),
    ],
)
def test_wrong_use_gets_a_sentence(run: Run, words: list[str], sentence: str) -> None:
    code, out, err = run(*words)
    assert code == 2
    assert out == ""
    assert sentence in err


def test_a_player_that_is_not_approved_is_not_tested(
    run: Run, sqlite_sessions: sessionmaker[Session]
) -> None:
    with sqlite_sessions.begin() as session:
        add_client(session, is_approved=False)
    code, _, err = run("--client", uuid_of(1), "--yes")
    assert code == 2
    assert "is not approved yet" in err


def test_without_a_person_nothing_begins_unless_it_is_said(
    run: Run, sqlite_sessions: sessionmaker[Session]
) -> None:
    with sqlite_sessions.begin() as session:
        add_client(session)
    code, _, err = run("--client", uuid_of(1), "--language", "en")
    assert code == 2
    assert "the TV is switched off and on" in err
    assert "the machine is rebooted" not in err
    assert "Add --yes" in err
    code, _, err = run("--client", uuid_of(1), "--language", "en", "--allow-reboot")
    assert "the machine is rebooted" in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_tells_a_run_to_end_does_what_ctrl_c_does(number: signal.Signals) -> None:
    kept = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGHUP)}
    try:
        _end_on_signals()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    finally:
        for one, handler in kept.items():
            signal.signal(one, handler)


def test_a_broker_that_is_not_there_is_named(
    run: Run, sqlite_sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.conformance.line.CONNECT_SECONDS", 0.1)
    monkeypatch.setenv("MQTT_BROKER_PORT", "1")
    with sqlite_sessions.begin() as session:
        add_client(session)
    code, _, err = run("--client", uuid_of(1), "--case", "health")
    assert code == 2
    assert "The broker at 127.0.0.1:1 does not answer" in err
