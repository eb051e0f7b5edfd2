"""The operators' walk: commands by the command line, seen on the wire by `mosquitto_sub`.

The broker is the one we ship, with its access rules, the database MariaDB; listener, dispatcher and
a player are real. One player is there, another one was switched off an hour ago.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, ClientCommand, DeadLetter
from infoscreen_core.domain.commands.lifecycle import TERMINAL, TIMESTAMP_OF, State
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.screens import clients
from tests.support.cli import Run, program_on
from tests.support.conformance.server import Players, Server
from tests.support.databases import Lender
from tests.support.ports import wait_until
from tests.support.production import Production, account_of, denied
from tests.support.servers import program
from workers.simulator.identity import PlayerIdentity
from workers.simulator.player import Player

pytestmark = [pytest.mark.server, pytest.mark.timeout(180)]

FOLDER = "walk"
WATCHER = "walker"
GONE = "0a0a0a0a-0000-4000-8000-00000000000a"
UNKNOWN = "0b0b0b0b-0000-4000-8000-00000000000b"
LETTERS = ("schema", "unknown_command")
_AS_LINES = ("-i", WATCHER, "-q", "1", "-F", "%t %r %p")
TOPICS = ("infoscreen/+/commands", "infoscreen/+/command", "clients/+/restart")


@dataclass
class Sub:
    """`mosquitto_sub`, with an account that may read everything."""

    path: Path
    process: "subprocess.Popen[bytes]"

    def heard(self, *leaves: str) -> list[tuple[str, str, dict[str, Any]]]:
        """The last part of each topic, its retain flag and the payload, in the order of arrival."""
        rows = [line.split(" ", 2) for line in self.path.read_text().splitlines()]
        found = [
            (topic.rpartition("/")[2], kept, json.loads(payload)) for topic, kept, payload in rows
        ]
        return [one for one in found if one[0] in leaves]


@dataclass
class Walk:
    """What the walk needs."""

    server: Server
    broker: Production
    uuid: str
    sub: Sub
    run: Run

    def issue(self, uuid: str, action: str) -> dict[str, Any]:
        code, out, err = self.run(
            "command", "issue", uuid, action, "--reason", "Bild steht", "--json"
        )
        assert (code, err) == (0, "")
        row: dict[str, Any] = json.loads(out)
        return row

    def show(self, command_id: str) -> dict[str, Any]:
        row: dict[str, Any] = json.loads(self.run("command", "show", command_id, "--json")[1])
        return row

    def await_status(self, command_id: str, *states: State) -> dict[str, Any]:
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            found.append(self.show(command_id))
            return found[-1]["status"] in states

        wait_until(is_there, seconds=60, what=f"{states} of {command_id}")
        return found[-1]

    def publish(self, uuid: str, leaf: str, payload: object) -> None:
        """Say something in a player's name, with its account."""
        words = ("-t", f"infoscreen/{uuid}/{leaf}", "-m", json.dumps(payload), "-q", "1")
        subprocess.run(
            [*_client(self.broker, "mosquitto_pub", account_of(uuid)), *words], check=True
        )

    def letters(self) -> set[tuple[str, str]]:
        return {(one.client_uuid, one.reason) for one in self.server.all(DeadLetter)}


def _client(broker: Production, name: str, user: str) -> list[str]:
    where = ["-h", broker.host, "-p", str(broker.port)]
    return [program(name), *where, "-u", user, "-P", broker.password]


@pytest.fixture
def walk(
    tmp_path: Path,
    lender: Lender,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Walk]:
    uuid = PlayerIdentity(FOLDER, 1).uuid
    broker = Production(
        tmp_path / "broker",
        players=(uuid, GONE),
        more_accounts=(WATCHER,),
        more_rules=f"user {WATCHER}\ntopic read #\n",
        log_types=("all",),
    )
    with lender.lend() as url:
        server = Server(
            tmp_path / FOLDER, broker, workers=("listener", "dispatcher"), database_url=url
        )
        players = Players(server, Player, has_own_accounts=True)
        try:
            with _listening(broker, tmp_path / "heard") as sub:
                server.wait_ready()
                _admit(server, uuid)
                yield Walk(server, broker, uuid, sub, program_on(url, monkeypatch, capsys))
        finally:
            players.stop()
            server.stop()


def _admit(server: Server, uuid: str) -> None:
    server.wait_for([uuid])
    now = utc_now()
    ago = now - timedelta(hours=1)
    with server.sessions.begin() as session:
        clients.approve_clients(session, [uuid], group_id=None, actor=CLI, now=now)
        session.add(Client(uuid=GONE, registration_time=ago, approved_at=ago, last_alive=ago))


@contextmanager
def _listening(broker: Production, path: Path) -> Iterator[Sub]:
    options = [word for topic in TOPICS for word in ("-t", topic)]
    with path.open("wb") as out:
        process = subprocess.Popen(
            [
                *_client(broker, "mosquitto_sub", WATCHER),
                "-i",
                WATCHER,
                "-q",
                "1",
                "-F",
                "%t %r %p",
                *options,
            ],
            stdout=out,
        )
    wait_until(lambda: f"Sending SUBACK to {WATCHER}" in broker.log, what="the subscription")
    try:
        yield Sub(path, process)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _steps(shown: dict[str, Any]) -> list[State]:
    """The states in the order in which they were entered: each from the one before, none twice."""
    steps = sorted(shown["transitions"], key=lambda step: step["id"])
    for before, after in pairwise(steps):
        assert before["to_status"] == after["from_status"]
    states = [State(step["to_status"]) for step in steps]
    assert states == sorted(set(states), key=list(State).index)
    assert all(shown[TIMESTAMP_OF[state]] for state in states if state in TIMESTAMP_OF)
    return states


_SEEN = {
    State.QUEUED,
    State.PUBLISH_IN_PROGRESS,
    State.ACK_RECEIVED,
    State.EXECUTION_STARTED,
    State.COMPLETED,
}
"""Where a command comes by in any case. The answer may overtake the broker's confirmation."""


def test_the_walk_of_the_operators(walk: Walk) -> None:
    restart = walk.issue(walk.uuid, "restart_app")
    done = walk.await_status(restart["command_id"], *TERMINAL)
    assert (done["status"], done["error_code"]) == ("completed", None)
    assert set(_steps(done)) >= _SEEN
    assert done["published_at"]
    (one, other) = walk.sub.heard("commands", "command", "restart")
    assert [one[0], other[0]] == ["commands", "command"]
    assert one[1:] == other[1:]
    assert one[1] == "0"  # not retained
    assert (one[2]["command_id"], one[2]["client_uuid"]) == (restart["command_id"], walk.uuid)
    assert (one[2]["action"], one[2]["reason"]) == ("restart_app", "Bild steht")

    lost = walk.issue(GONE, "reboot_host")
    reboot = walk.issue(walk.uuid, "reboot_host")
    back = walk.await_status(reboot["command_id"], *TERMINAL)
    assert back["status"] == "completed"
    assert set(_steps(back)) >= _SEEN
    wait_until(lambda: len(walk.sub.heard("restart")) == 2, what="the legacy restarts")
    assert walk.sub.heard("restart") == [("restart", "0", {"action": "restart"})] * 2

    _the_fourth_is_blocked(walk)
    _who_is_away_never_completes(walk, lost["command_id"])
    _nothing_takes_back_an_end(walk, lost["command_id"], restart["command_id"])
    assert denied(walk.broker.log) == []
    logs = walk.server.logs()
    for trouble in ("Traceback", "publish_refused", "connection_refused", "ot authori"):
        assert trouble not in logs


def _the_fourth_is_blocked(walk: Walk) -> None:
    third = walk.issue(walk.uuid, "restart_app")
    fourth = walk.issue(walk.uuid, "reboot_host")
    assert third["status"] == "queued"
    assert (fourth["status"], fourth["error_code"]) == ("blocked_safety", "lockout_threshold")
    assert walk.await_status(third["command_id"], *TERMINAL)["status"] == "completed"
    assert _steps(walk.show(fourth["command_id"])) == [State.BLOCKED_SAFETY]
    sent = {payload["command_id"] for *_, payload in walk.sub.heard("commands", "command")}
    assert third["command_id"] in sent
    assert fourth["command_id"] not in sent


def _who_is_away_never_completes(walk: Walk, command_id: str) -> None:
    waiting = walk.show(command_id)
    assert (waiting["status"], waiting["acked_at"]) == ("published", None)
    _let_time_pass(walk, command_id, timedelta(seconds=241))
    expired = walk.await_status(command_id, *TERMINAL)
    assert (expired["status"], expired["error_code"]) == ("expired", "expired")
    assert _steps(expired) == [
        State.QUEUED,
        State.PUBLISH_IN_PROGRESS,
        State.PUBLISHED,
        State.EXPIRED,
    ]


def _let_time_pass(walk: Walk, command_id: str, span: timedelta) -> None:
    with walk.server.sessions.begin() as session:
        command = session.get_one(ClientCommand, command_id)
        for column in ("issued_at", "expires_at", "claimed_at", "published_at"):
            setattr(command, column, getattr(command, column) - span)


def _nothing_takes_back_an_end(walk: Walk, expired: str, completed: str) -> None:
    """Late words, also such that lack a field, of a player that was away and of one that is not."""
    before = [walk.show(command_id) for command_id in (expired, completed)]
    for uuid, command_id in ((GONE, expired), (walk.uuid, completed)):
        stamp = (utc_now() - timedelta(minutes=5)).isoformat()
        late = {"command_id": command_id, "error_code": None, "error_message": None}
        said = [
            ("heartbeat", {"timestamp": stamp}),
            ("health", {"actual_state": {}}),
            ("commands/ack", {"command_id": command_id, "status": "completed"}),
            ("commands/ack", {**late, "error_code": "", "status": "failed"}),
            ("command/ack", {**late, "status": "accepted"}),
            ("commands/ack", {**late, "status": "completed"}),
            ("commands/ack", {**late, "command_id": UNKNOWN, "status": "completed"}),
        ]
        for leaf, payload in said:
            walk.publish(uuid, leaf, payload)
    expected = {(uuid, reason) for uuid in (GONE, walk.uuid) for reason in LETTERS}
    wait_until(lambda: walk.letters() >= expected, what="the dead letters, of which one came last")
    assert [walk.show(command_id) for command_id in (expired, completed)] == before
