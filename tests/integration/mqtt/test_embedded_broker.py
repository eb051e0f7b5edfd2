"""What the embedded broker can do for us, asked with the client library the workers use."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from infoscreen_core.errors import InvalidInputError
from tests.support.ports import free_port, is_open, wait_until
from workers.up.embedded_broker import configuration

pytestmark = pytest.mark.server

MEBIBYTE = 1024 * 1024
LOGIN = ("infoscreen-server", 'a "quoted" pass\\word')


def start_broker(directory: Path, port: int) -> subprocess.Popen[bytes]:
    environment = {
        "PATH": os.environ["PATH"],
        "INFOSCREEN_DATA_DIR": str(directory),
        "MQTT_USER": LOGIN[0],
        "MQTT_PASSWORD": LOGIN[1],
    }
    script = Path(sys.executable).with_name("infoscreen")
    process = subprocess.Popen(
        [sys.executable, str(script), "broker", "--port", str(port)],
        env=environment,
        cwd=directory,
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: is_open(port), what="the broker's port")
    return process


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    process = start_broker(tmp_path_factory.mktemp("embedded"), port)
    yield port
    process.terminate()
    process.wait(timeout=5)


@dataclass
class Peer:
    """A client that remembers what it received."""

    port: int
    name: str
    is_lasting: bool = False
    acknowledges: bool = True
    login: tuple[str, str] | None = LOGIN
    received: list[tuple[str, bytes]] = field(default_factory=list)
    acknowledged: int = 0
    granted: int = 0
    refusals: int = 0
    has_session: bool | None = None

    def __enter__(self) -> Self:
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.name,
            clean_session=not self.is_lasting,
            manual_ack=not self.acknowledges,
        )
        if self.login:
            self.client.username_pw_set(*self.login)
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = self._on_disconnect
        self.client.on_message = lambda _client, _data, message: self.received.append(
            (message.topic, bytes(message.payload))
        )
        self.client.on_publish = self._on_publish
        self.client.on_subscribe = self._on_subscribe
        self.client.connect("127.0.0.1", self.port)
        self.client.loop_start()
        wait_until(
            lambda: self.has_session is not None or self.refusals, what="an answer of the broker"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def subscribe(self, topic: str) -> None:
        self.client.subscribe(topic, 1)
        wait_until(lambda: self.granted, what="the subscription")
        self.granted = 0

    def publish(self, topic: str, *payloads: bytes, retain: bool = False) -> None:
        """Publish with QoS 1 and wait for the acknowledgements."""
        wanted = self.acknowledged + len(payloads)
        for payload in payloads:
            self.client.publish(topic, payload, 1, retain)
        wait_until(lambda: self.acknowledged >= wanted, seconds=30, what="acknowledgements")

    def wait_for(self, count: int) -> list[bytes]:
        wait_until(lambda: len(self.received) >= count, seconds=30, what=f"{count} messages")
        return [payload for _, payload in self.received]

    def _on_connect(
        self, _client: object, _data: object, flags: mqtt.ConnectFlags, *_: object
    ) -> None:
        self.has_session = flags.session_present

    def _on_disconnect(self, *_: object) -> None:
        self.refusals += 1

    def _on_publish(self, *_: object) -> None:
        self.acknowledged += 1

    def _on_subscribe(self, *_: object) -> None:
        self.granted += 1


def numbered(word: str, count: int) -> list[bytes]:
    return [f"{word} {number}".encode() for number in range(count)]


@pytest.mark.parametrize("login", [None, ("infoscreen-server", "guess"), ("nobody", LOGIN[1])])
def test_nobody_comes_in_without_the_account(port: int, login: tuple[str, str] | None) -> None:
    with Peer(port, "stranger", login=login) as stranger:
        assert stranger.has_session is None


def test_wildcards_and_quality_of_service_1(port: int) -> None:
    with Peer(port, "w-listener") as listener, Peer(port, "w-player") as player:
        listener.subscribe("infoscreen/+/logs/#")
        player.publish("infoscreen/abc/logs/warn", *numbered("w", 50))
        player.publish("infoscreen/abc/health", b"not for the listener")
        assert listener.wait_for(50) == numbered("w", 50)


def test_a_lasting_session_keeps_what_came_while_its_owner_was_away(port: int) -> None:
    with Peer(port, "s-listener", is_lasting=True) as listener:
        assert listener.has_session is False
        listener.subscribe("infoscreen/+/logs/error")
    with Peer(port, "s-player") as player:
        player.publish("infoscreen/abc/logs/error", *numbered("s", 2000))
    with Peer(port, "s-listener", is_lasting=True) as listener:
        assert listener.has_session is True
        assert listener.wait_for(2000) == numbered("s", 2000)


def test_what_was_not_acknowledged_comes_again(port: int) -> None:
    with Peer(port, "a-listener", is_lasting=True, acknowledges=False) as listener:
        listener.subscribe("infoscreen/+/logs/info")
        with Peer(port, "a-player") as player:
            player.publish("infoscreen/abc/logs/info", *numbered("a", 30))
        listener.wait_for(30)
    with Peer(port, "a-listener", is_lasting=True) as listener:
        assert listener.wait_for(30) == numbered("a", 30)


def test_retained_messages_are_kept_and_cleared(port: int) -> None:
    with Peer(port, "r-server") as server:
        server.publish("infoscreen/events/7", b"[]", retain=True)
        with Peer(port, "r-early") as early:
            early.subscribe("infoscreen/events/7")
            assert early.wait_for(1) == [b"[]"]
        server.publish("infoscreen/events/7", b"", retain=True)
        with Peer(port, "r-late") as late:
            late.subscribe("infoscreen/events/+")
            server.publish("infoscreen/events/8", b"fresh")
            assert late.wait_for(1) == [b"fresh"]


def test_one_wildcard_subscription_brings_at_most_100_retained_messages(port: int) -> None:
    """A limit to know about: the scheduler must not take what is missing for lost."""
    with Peer(port, "m-server") as server:
        for number in range(1, 151):
            server.publish(f"many/{number}", b"x", retain=True)
        with Peer(port, "m-reader") as reader:
            reader.subscribe("many/+")
            server.publish("many/end", b"end")
            wait_until(
                lambda: b"end" in [payload for _, payload in reader.received], what="the end"
            )
            assert len(reader.received) == 101


def test_9_mebibytes_pass_and_17_do_not_and_the_broker_lives(port: int) -> None:
    with Peer(port, "b-listener") as listener:
        listener.subscribe("infoscreen/+/dashboard")
        with Peer(port, "b-player") as player:
            player.publish("infoscreen/abc/dashboard", bytes(9 * MEBIBYTE))
            assert len(listener.wait_for(1)[0]) == 9 * MEBIBYTE
            player.client.publish("infoscreen/abc/dashboard", bytes(17 * MEBIBYTE), 0)
            wait_until(lambda: player.refusals, what="the refusal")
        with Peer(port, "b-other") as other:
            other.publish("infoscreen/abc/dashboard", b"small")
        assert listener.wait_for(2)[-1] == b"small"


def test_sigterm_ends_it_at_once(tmp_path: Path) -> None:
    process = start_broker(tmp_path, free_port())
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=3) == -signal.SIGTERM


def test_a_taken_port_is_named(tmp_path: Path, port: int) -> None:
    script = Path(sys.executable).with_name("infoscreen")
    done = subprocess.run(
        [sys.executable, str(script), "broker", "--port", str(port)],
        env={"PATH": os.environ["PATH"], "INFOSCREEN_DATA_DIR": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert f"Port {port} is taken" in done.stderr


@pytest.mark.parametrize("host", ["10.0.0.7", "192.168.1.5", "broker.example"])
def test_it_serves_this_machine_only(host: str) -> None:
    with pytest.raises(InvalidInputError, match="no loopback address"):
        configuration(host, 1883, login=None)
