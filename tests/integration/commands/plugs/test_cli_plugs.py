"""`infoscreen plug`: plugs and power cycles from the command line, without a password on it."""

import io
import json
from typing import Any

import pytest

from infoscreen_core.cli.commands import plugs as cli_plugs
from infoscreen_core.settings import Settings
from tests.support.cli import Run, program_on
from tests.support.commands.keeper import speaking_with_plugs
from tests.support.commands.plugs import PASSWORD, Plug, ShellyPlug, TasmotaPlug, running
from tests.support.events.planning import Sessions
from tests.support.people import add_client, uuid_of

UUID = uuid_of(1)
KEY = "a key for tests, which is long enough"


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen plug …` with one screen, where this machine may be spoken to."""
    with sqlite_sessions.begin() as session:
        add_client(session, 1, hostname="aula")
    monkeypatch.setenv("PLUG_ALLOWED_ADDRESSES", "127.0.0.0/8")
    monkeypatch.setenv("SECRET_KEY", KEY)
    return program_on(sqlite_url, monkeypatch, capsys, "plug")


def settings_of(url: str) -> Settings:
    return Settings(
        db_conn=url,
        plug_allowed_addresses="127.0.0.0/8",
        secret_key=KEY,
        _env_file=None,
    )


def told(out: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return what was printed as JSON, between the lines that the fetcher logs."""
    return json.loads("".join(line for line in out.splitlines() if " [info " not in line))


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_its_whole_life(run: Run, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plug: Plug = ShellyPlug(password=PASSWORD)
    with running(plug) as server, speaking_with_plugs(settings_of(sqlite_url)):
        typed(monkeypatch, f"{PASSWORD}\n")
        address = f"127.0.0.1:{server.port}"
        words = ("set", UUID.upper(), "--kind", "shelly_gen2", "--address", address)
        code, out, err = run(*words, "--user", "admin", "--seconds-off", "3", "--json")
        assert code == 0, err
        made = told(out)
        assert (made["address"], made["relay"], made["has_login"], made["is_enabled"]) == (
            address,
            1,
            True,
            False,
        )
        assert "s3cret" not in out + err
        code, out, err = run("cycle", UUID, "--reason", "stuck")
        assert (code, "not enabled" in err) == (2, True)
        tested = told(run("test", UUID, "--json")[1])
        assert tested["check"]["sentence"] == (
            "Reached: Shelly PlusPlugS, firmware 1.4.4; relay 1 is on."
        )
        assert (tested["check"]["is_ok"], tested["check"]["is_on"]) == (True, True)
        assert told(run("enable", UUID, "--json")[1])["is_enabled"]
        cycle = told(run("cycle", UUID, "--reason", "stuck", "--json")[1])
        assert (cycle["status"], cycle["reason"], cycle["requested_by"]) == (
            "requested",
            "stuck",
            None,
        )
        blocked = told(run("cycle", UUID, "--reason", "again", "--json")[1])
        assert (blocked["status"], blocked["error_code"]) == ("blocked_safety", "already_running")
        assert "runs already" in blocked["error"]
        listed = told(run("cycles", UUID, "--json")[1])
        assert {one["cycle_id"] for one in listed} == {cycle["cycle_id"], blocked["cycle_id"]}


def test_what_is_not_named_stays(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "s3cret\n")
    run("set", UUID, "--kind", "tasmota", "--address", "127.0.0.1", "--user", "admin", "--enabled")
    changed = told(run("set", UUID, "--relay", "2", "--json")[1])
    assert (changed["kind"], changed["address"], changed["relay"]) == ("tasmota", "127.0.0.1", 2)
    assert (changed["has_login"], changed["is_enabled"], changed["seconds_off"]) == (True, True, 10)
    assert not told(run("set", UUID, "--no-login", "--json")[1])["has_login"]
    assert not told(run("disable", UUID, "--json")[1])["is_enabled"]
    assert told(run("show", UUID, "--json")[1])["relay"] == 2
    for words in (("show", UUID), ("show", UUID, "--json"), ("list", "--json"), ("list",)):
        assert "s3cret" not in run(*words)[1]
    assert [one["screen_name"] for one in told(run("list", "--json")[1])] == ["aula"]
    assert "tasmota" in run("list")[1]
    assert told(run("remove", UUID, "--json")[1]) == {"client_uuid": UUID, "is_removed": True}
    assert told(run("list", "--json")[1]) == []


def test_a_cycle_can_be_waited_for_and_taken_back(run: Run, sqlite_url: str) -> None:
    plug: Plug = TasmotaPlug(password=PASSWORD)
    with running(plug) as server:
        address = f"127.0.0.1:{server.port}"
        run("set", UUID, "--kind", "tasmota", "--address", address, "--enabled")
        first = told(run("cycle", UUID, "--reason", "stuck", "--json")[1])
        canceled = told(run("cancel", first["cycle_id"].upper(), "--json")[1])
        assert canceled["status"] == "canceled"
        with speaking_with_plugs(settings_of(sqlite_url)):
            code, out, _ = run("cycle", UUID, "--reason", "stuck", "--wait", "--json")
        ended = told(out)
        assert (code, ended["status"], ended["error_code"]) == (1, "failed", "unauthorised")
        assert "asks for a password" in ended["error"]
        with speaking_with_plugs(settings_of(sqlite_url)):
            code, out, _ = run("test", UUID)
        assert (code, "asks for a password" in out) == (1, True)


def test_who_tests_without_a_fetcher_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_plugs, "_TEST_SECONDS", 0.1)
    run("set", UUID, "--kind", "tasmota", "--address", "127.0.0.1")
    code, out, err = run("test", UUID)
    assert (code, out) == (2, "")
    assert "(fetcher) does not answer" in err


WRONG = [
    (("set", UUID), "name its kind: --kind"),
    (("set", UUID, "--kind", "tasmota"), "name its address: --address"),
    (("set", UUID, "--kind", "bulb", "--address", "127.0.0.1"), "shelly_gen2"),
    (("set", UUID, "--kind", "tasmota", "--address", "x/y"), "no address of a plug"),
    (("set", UUID, "--kind", "tasmota", "--address", "10.0.0.1"), "PLUG_ALLOWED_ADDRESSES"),
    (
        ("set", UUID, "--kind", "tasmota", "--address", "127.0.0.1", "--relay", "0"),
        "between 1 and 16",
    ),
    (("set", UUID, "--password", "s3cret"), "No such option"),
    (("show", UUID), "has no plug"),
    (("show", "nonsense"), "is not a UUID"),
    (("show", uuid_of(9)), "no screen with the UUID"),
    (("test", UUID), "has no plug"),
    (("enable", UUID), "has no plug"),
    (("remove", UUID), "has no plug"),
    (("cycle", UUID, "--reason", "x"), "has no plug"),
    (("cycle", UUID), "--reason"),
    (("cycles", uuid_of(9)), "no screen with the UUID"),
    (("cancel", "nonsense"), "no power cycle with the id"),
]


def test_bad_input_ends_with_2_and_a_sentence(run: Run) -> None:
    for words, sentence in WRONG:
        code, out, err = run(*words)
        assert (code, out) == (2, ""), words
        assert sentence in err
        assert "Traceback" not in err
    run("set", UUID, "--kind", "tasmota", "--address", "127.0.0.1", "--enabled")
    code, out, err = run("cycle", UUID, "--reason", " ")
    assert (code, out) == (2, "")
    assert "Say why" in err
