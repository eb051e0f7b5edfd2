"""`infoscreen webhook`: a webhook's whole life from the command line."""

import io
import json

import pytest

from infoscreen_core.domain.webhooks.kinds import CHOOSABLE
from tests.support.cli import Run, program_on
from tests.support.events.planning import Sessions
from tests.support.webhooks.post import KEY

ADDRESS = "https://hooks.example.org/services/s3cret-t0ken"


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,  # noqa: ARG001 - it makes the database
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    monkeypatch.setenv("SECRET_KEY", KEY)
    return program_on(sqlite_url, monkeypatch, capsys, "webhook")


def test_its_whole_life(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{ADDRESS}\n"))
    made = json.loads(run("add", "Pager", "-", "--json")[1])
    assert made["secret"].startswith("whsec_")
    assert made["kinds"] == list(CHOOSABLE)
    code, out, err = run("list", "--json")
    assert code == 0, err
    assert "s3cret" not in out
    [listed] = json.loads(out)
    assert (listed["name"], listed["address_shown"]) == ("Pager", "hooks.example.org/…0ken")
    edited = json.loads(run("edit", "1", "--on", "incident.opened", "--json")[1])
    assert (edited["name"], edited["kinds"]) == ("Pager", ["incident.opened"])
    sent = json.loads(run("test", "1", "--json")[1])
    [message] = json.loads(run("messages", "1", "--json")[1])
    assert (message["message_id"], message["state"]) == (sent["message_id"], "pending")
    assert json.loads(run("list", "--json")[1])[0]["pending"] == 1
    rotated = json.loads(run("rotate", "1", "--json")[1])
    assert rotated["secret"] != made["secret"]
    assert rotated["former_until"] is not None
    assert json.loads(run("pause", "1", "--json")[1])["is_active"] is False
    [message] = json.loads(run("messages", "1", "--json")[1])
    assert (message["state"], message["problem"]) == (
        "failed",
        "The webhook was paused before the message went out.",
    )
    assert run("send-again", str(message["id"]))[0] != 0
    assert json.loads(run("resume", "1", "--json")[1])["is_active"] is True
    again = json.loads(run("send-again", str(message["id"]), "--json")[1])
    assert (again["state"], again["message_id"]) == ("pending", sent["message_id"])
    assert json.loads(run("remove", "1", "--json")[1])["is_deleted"] is True
    assert json.loads(run("list", "--json")[1]) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "Pager", "ftp://x.example/"), "no address of a receiver"),
        (("add", " ", ADDRESS), "Give the webhook a name"),
        (("add", "Pager", ADDRESS, "--on", "webhook.test"), "no event webhook.test"),
        (("pause", "7"), "no webhook 7"),
        (("messages", "7"), "no webhook 7"),
        (("send-again", "7"), "no message 7"),
    ],
)
def test_mistakes_are_sentences(run: Run, words: tuple[str, ...], said: str) -> None:
    code, _out, err = run(*words)
    assert code != 0
    assert said in err
    assert "s3cret" not in err


def test_there_are_only_so_many(run: Run) -> None:
    for number in range(20):
        assert run("add", f"Pager {number}", ADDRESS)[0] == 0
    code, _out, err = run("add", "One more", ADDRESS)
    assert code != 0
    assert "20 webhooks already" in err
