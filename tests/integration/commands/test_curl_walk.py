"""The operators' scripts with the real `curl`: a cookie jar, a restart, and waiting for its end.

The script is the one that the documents show. Console, listener, dispatcher and broker are real,
and so is the player, a simulated one.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AuditEntry, ClientCommand, ClientScreenshot
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.people.roles import Role
from tests.support.conformance.server import Players, Server
from tests.support.console_process import PASSWORD, start_console
from tests.support.listener.telemetry import picture
from tests.support.people import add_user
from tests.support.ports import free_port, is_open, wait_until
from tests.support.servers import Mosquitto, program
from workers.simulator.player import Player

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]

DOCUMENT = Path(__file__).parents[3] / "docs" / "http-api-clients.md"
NAME = "betrieb"
JSON_TYPE = ("-H", "Content-Type: application/json")
REASON = ("-d", '{"reason": "Picture is black"}')


@dataclass
class Answer:
    """What `curl` was answered."""

    status: int
    body: Any


@dataclass
class Walk:
    """A console with its surroundings, and a folder with the jar."""

    url: str
    server: Server
    uuid: str
    folder: Path

    def curl(self, path: str, *options: str) -> Answer:
        words = ("-sS", "-b", "jar", "-w", "\\n%{http_code}", *options, f"{self.url}/api{path}")
        done = self._run([program("curl"), *words])
        assert done.returncode == 0, done.stderr
        body, _, status = done.stdout.rpartition("\n")
        return Answer(int(status), json.loads(body))

    def sign_in(self) -> Answer:
        told = json.dumps({"username": NAME, "password": PASSWORD})
        return self.curl("/auth/login", *JSON_TYPE, "-d", told, "-c", "jar")

    def run_script(self, text: str) -> "subprocess.CompletedProcess[str]":
        return self._run(["sh", "-c", text])

    def _run(self, words: list[str]) -> "subprocess.CompletedProcess[str]":
        told = {"SERVER": self.url, "USERNAME": NAME, "PASSWORD": PASSWORD, "UUID": self.uuid}
        return subprocess.run(
            words,
            cwd=self.folder,
            env=os.environ | told,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )


@pytest.fixture
def walk(tmp_path: Path, database_url: str) -> Iterator[Walk]:
    server = Server(
        tmp_path / "walk",
        Mosquitto(tmp_path / "broker"),
        workers=("listener", "dispatcher"),
        database_url=database_url,
        is_in_threads=True,
    )
    port, players = free_port(), Players(server, Player)
    console = start_console(
        server.directory, port, DB_CONN=database_url, **server.broker.environment()
    )
    try:
        server.admit([players.uuid(Player)])
        with server.sessions.begin() as session:
            add_user(session, NAME, PASSWORD, Role.ADMIN, now=utc_now())
        wait_until(lambda: is_open(port), seconds=90, what="the console's port")
        yield Walk(f"http://127.0.0.1:{port}", server, players.uuid(Player), tmp_path)
    finally:
        console.terminate()
        console.wait(timeout=20)
        players.stop()
        server.stop()


def _script() -> str:
    found = re.search(r"^```sh\n(.*?)^```$", DOCUMENT.read_text(), re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def test_the_walk_of_the_operators_with_curl(walk: Walk) -> None:
    _the_script_of_the_documents_restarts_the_player(walk)
    assert walk.curl("/clients").status == 401  # the script has signed out
    assert walk.sign_in().status == 200
    _each_sees_what_the_other_did(walk)
    _the_fourth_restart_is_blocked(walk)
    _a_picture_is_kept(walk)
    _a_page_of_somebody_else_gets_nothing(walk)


def _the_script_of_the_documents_restarts_the_player(walk: Walk) -> None:
    done = walk.run_script(_script())
    assert (done.returncode, done.stderr) == (0, ""), done
    command_id, status = done.stdout.split()
    assert status == "completed"
    with walk.server.sessions() as session:
        command = session.get_one(ClientCommand, command_id)
        assert (command.action, command.reason) == ("reboot_host", "Picture is black")
        entry = session.query(AuditEntry).filter_by(action="command.issued").one()
        assert (entry.actor_name, entry.source, entry.entity_id) == (NAME, "127.0.0.1", command_id)


def _each_sees_what_the_other_did(walk: Walk) -> None:
    [player] = walk.curl("/clients/with_alive_status").body
    assert (player["uuid"], player["isAlive"], player["isApproved"]) == (walk.uuid, True, True)
    [command] = walk.curl(f"/clients/{walk.uuid.upper()}/commands").body
    assert command["status"] == "completed"
    assert command["issuedAt"] < command["completedAt"]
    assert command["completedAt"].endswith("Z")


def _the_fourth_restart_is_blocked(walk: Walk) -> None:
    path = f"/clients/{walk.uuid}/restart_app"
    given = [walk.curl(path, *JSON_TYPE, *REASON) for _ in range(3)]
    assert [answer.status for answer in given] == [202, 202, 429]
    blocked = given[-1].body["command"]
    assert (blocked["status"], blocked["errorCode"]) == ("blocked_safety", "lockout_threshold")
    last = given[1].body["command"]["commandId"]
    wait_until(
        lambda: walk.curl(f"/clients/commands/{last}").body["status"] == "completed",
        seconds=90,
        what="the end of the last restart",
    )
    late = walk.curl(f"/clients/commands/{last}/cancel", "-X", "POST", "-H", "Accept-Language: de")
    assert (late.status, late.body["code"]) == (409, "conflict")
    assert "nicht mehr abbrechen" in late.body["error"]
    with walk.server.sessions() as session:
        assert session.get_one(ClientCommand, blocked["commandId"]).status is State.BLOCKED_SAFETY
    unknown = f"/clients/{'0' * 8}-0000-4000-8000-{'0' * 12}/restart"
    assert walk.curl(unknown, *JSON_TYPE, *REASON).status == 404


def _a_picture_is_kept(walk: Walk) -> None:
    (walk.folder / "screen.jpg").write_bytes(picture(77))
    path = f"/clients/{walk.uuid}/screenshot"
    sent = [
        walk.curl(f"{path}?captured_at=2026-11-23T07:00:00Z", "--data-binary", "@screen.jpg"),
        walk.curl(f"{path}?captured_at=2026-11-23T07:00:01Z", "-F", "file=@screen.jpg"),
    ]
    assert [answer.status for answer in sent] == [200, 200]
    md5 = sent[0].body["md5"]
    with walk.server.sessions() as session:
        assert session.query(ClientScreenshot).filter_by(md5=md5).count() == 2
    (walk.folder / "large.jpg").write_bytes(bytes(10 * 2**20))
    assert walk.curl(path, "--data-binary", "@large.jpg").status == 413


def _a_page_of_somebody_else_gets_nothing(walk: Walk) -> None:
    path = f"/clients/{walk.uuid}/shutdown"
    for lure in ("Origin: https://evil.example", "Sec-Fetch-Site: cross-site"):
        answer = walk.curl(path, *JSON_TYPE, *REASON, "-H", lure)
        assert (answer.status, answer.body["code"]) == (403, "foreign_origin")
    token = walk.curl("/auth/me").body["csrfToken"]
    own = ("-H", f"Origin: {walk.url}")
    assert walk.curl(path, *JSON_TYPE, *REASON, *own).status == 403
    shown = ("-H", f"X-CSRF-Token: {token}")
    assert walk.curl(path, *JSON_TYPE, *REASON, *own, *shown).status == 202
