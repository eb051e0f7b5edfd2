"""`infoscreen up`, for real: one installation for the module, whose tests run in order."""

import json
import os
import signal
import socket
import stat
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
import psutil
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from infoscreen_core.clock import utc_now
from tests.support.installation import Installation, run_infoscreen
from tests.support.ports import wait_until

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


def has_retained_state(installation: Installation) -> bool:
    """Whether the broker retains event lists and the players' groups."""
    state = installation.state()
    topics: set[str] = set()
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(state["mqtt_user"], state["mqtt_password"])

    def subscribe(*_: object) -> None:
        client.subscribe([("infoscreen/events/+", 1), ("infoscreen/+/group_id", 1)])

    client.on_connect = subscribe
    client.on_message = lambda _client, _data, message: topics.add(message.topic.rsplit("/", 1)[-1])
    client.connect(state["mqtt_host"], state["mqtt_port"])
    end = time.monotonic() + 1
    while time.monotonic() < end:
        client.loop(0.1)
    client.disconnect()
    return {"1", "6", "group_id"} <= topics


CHILDREN = (
    "broker",
    "console",
    "converter",
    "dispatcher",
    "fetcher",
    "listener",
    "scheduler",
    "simulator",
)


@pytest.fixture(scope="module")
def taken_ports() -> Iterator[tuple[int, int]]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        yield one.getsockname()[1], other.getsockname()[1]


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory, taken_ports: tuple[int, int]
) -> Iterator[Installation]:
    console_port, mqtt_port = taken_ports
    running = Installation(
        tmp_path_factory.mktemp("up"), demo=3, console_port=console_port, mqtt_port=mqtt_port
    )
    running.start()
    running.wait_ready()
    yield running
    running.stop()


def test_everything_runs_although_the_wanted_ports_are_taken(
    installation: Installation, taken_ports: tuple[int, int]
) -> None:
    state = installation.state()
    console_port, mqtt_port = taken_ports
    assert set(state["processes"]) == set(CHILDREN)
    assert f"Port {console_port} is taken" in installation.output
    assert f"Port {mqtt_port} is taken" in installation.output
    assert state["mqtt_port"] not in taken_ports
    assert not state["console_url"].endswith(f":{console_port}")
    assert installation.get("/readyz")[0] == 200


def pages_on(shelf: Path) -> list[int]:
    """How many pages each file has that the players have fetched, in order."""
    return sorted(len(list(done.parent.glob("*.jpg"))) for done in shelf.glob("*/*/pages.done"))


def test_players_fetch_the_schools_files_by_signed_links(installation: Installation) -> None:
    shelf = installation.data_dir / "simulator" / "demo" / "media" / "kept"
    # Of the first three screens' groups, two show files whenever nothing else is on: a document of
    # four pages and a picture. They are on the lists all the time.
    wait_until(lambda: {1, 4} <= set(pages_on(shelf)), seconds=60)
    listed = run_infoscreen(
        "logs", "list", "--level", "ERROR", "--json", environment=installation.environment
    )
    assert json.loads(listed.stdout) == []
    for log in (installation.data_dir / "log").glob("*.log"):
        assert "&s=" not in log.read_text()


def test_what_they_showed_is_on_record(installation: Installation) -> None:
    def seen() -> bool:
        found = run_infoscreen(
            *("monitoring", "plays", "--json"), environment=installation.environment
        )
        return "seen" in {one["sure"] for one in json.loads(found.stdout)}

    wait_until(seen, seconds=90, pause=1)


def test_only_the_owner_can_read_the_secrets(installation: Installation) -> None:
    for path in ("up.json", "broker/account.json", "broker/mosquitto.conf", "broker/passwords"):
        mode = stat.S_IMODE((installation.data_dir / path).stat().st_mode)
        assert mode == 0o600, path


def test_the_first_password_is_shown_once(installation: Installation) -> None:
    assert installation.output.count("shown only now") == 1
    assert "admin_password" not in installation.state()


def test_the_demo_players_are_healthy(installation: Installation) -> None:
    listed = run_infoscreen("client", "list", "--json", environment=installation.environment)
    clients = json.loads(listed.stdout)
    assert [client["status"] for client in clients] == ["healthy"] * 3
    assert all(client["group_id"] for client in clients)


def test_a_second_up_for_the_same_data_says_so(installation: Installation) -> None:
    second = run_infoscreen("up", environment=installation.environment)
    assert second.returncode == 2
    assert f"process {installation.state()['supervisor_pid']}" in second.stderr
    assert installation.get("/readyz")[0] == 200


@pytest.mark.parametrize("name", CHILDREN)
def test_a_killed_process_is_back(installation: Installation, name: str) -> None:
    killed_at = utc_now()
    pid = installation.kill(name)
    installation.wait_back(name, instead_of=pid, since=killed_at)
    assert f"{name} ended (signal 9)" in installation.output
    assert not psutil.pid_exists(pid)


def test_players_are_healthy_again_after_all_those_deaths(installation: Installation) -> None:
    since = utc_now()
    wait_until(
        lambda: installation.works("simulator", since=since), seconds=30, what="live players"
    )


def test_ctrl_c_ends_every_process(installation: Installation) -> None:
    pids = installation.pids().values()
    began = utc_now()
    assert installation.stop() == 0
    assert utc_now() - began < timedelta(seconds=10)
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []
    assert not (installation.data_dir / "up.json").exists()


def test_children_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    running = Installation(tmp_path, demo=1)
    running.start()
    state = running.wait_ready()
    assert running.process
    running.process.kill()
    running.process.wait(timeout=10)
    pids = state["processes"].values()
    wait_until(
        lambda: not any(psutil.pid_exists(pid) for pid in pids), seconds=10, what="their end"
    )
    running.stop()


def test_without_mosquitto_the_embedded_broker_serves(tmp_path: Path) -> None:
    running = Installation(tmp_path, demo=4, options=("--broker", "embedded"))
    running.start()
    running.wait_ready()
    try:
        assert "Warning: this is the embedded broker" in running.output
        listed = run_infoscreen("client", "list", "--json", environment=running.environment)
        assert [client["status"] for client in json.loads(listed.stdout)] == ["healthy"] * 4
        assert "mqtt.disconnected" not in (running.data_dir / "log" / "listener.log").read_text()
        killed_at = utc_now()
        pid = running.kill("broker")
        running.wait_back("broker", instead_of=pid, since=killed_at)
        wait_until(lambda: has_retained_state(running), what="retained state in the empty broker")
    finally:
        os.kill(running.state()["supervisor_pid"], signal.SIGTERM)
        assert running.stop() == 0
