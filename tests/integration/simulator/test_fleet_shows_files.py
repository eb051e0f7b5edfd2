"""A fleet of three, for real: a broker, a server of files, and pictures of the screens."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from infoscreen_core.contracts import Dashboard, decode, parse_topic
from tests.support.ports import wait_until
from tests.support.screens.players import event
from tests.support.servers import Mosquitto
from tests.support.simulator.content import GREEN, RED, Colour, colour_at, pdf
from tests.support.simulator.file_server import FileServer, Quirk, file_server
from tests.support.simulator.screening import slides_event
from workers.simulator.identity import fleet
from workers.supervision import infoscreen_command

pytestmark = pytest.mark.server
FLEET = fleet("slides", 3)


class Control:
    """Publishes as the server does, and looks at the pictures that come."""

    def __init__(self, broker: Mosquitto) -> None:
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(broker.user, broker.password)
        self._client.on_connect = self._listen
        self._client.on_message = self._note
        self.seen: dict[str, set[Colour]] = {}
        self.errors: list[str] = []
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()

    def show(self, one: dict[str, object]) -> None:
        item = {key: value for key, value in one.items() if value is not None}
        self._client.publish("infoscreen/events/7", json.dumps([item]), 1, retain=True)
        for who in FLEET:
            self._client.publish(f"infoscreen/{who.uuid}/group_id", "7", 1, retain=True)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _listen(self, *_arguments: object) -> None:
        self._client.subscribe("infoscreen/#", 1)

    def _note(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        topic = parse_topic(message.topic)
        if topic is None or not topic.client_uuid or not message.payload:
            return
        if message.topic.endswith("/logs/error"):
            self.errors.append(message.payload.decode())
        if message.topic.endswith("/dashboard"):
            found = decode(topic, bytes(message.payload))
            if isinstance(found, Dashboard) and found.content.screenshot:
                colour = colour_at(found.content.screenshot.picture())
                self.seen.setdefault(topic.client_uuid, set()).add(colour)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with file_server() as files:
        yield files


@pytest.fixture
def control(own_mosquitto: Mosquitto, tmp_path: Path) -> Iterator[Control]:
    """The fleet runs, and shows a message."""
    mosquitto = own_mosquitto
    command = infoscreen_command(
        *("simulate", "--clients", "3", "--prefix", "slides", "--picture-seconds", "1"),
        *("--host", mosquitto.host, "--port", str(mosquitto.port)),
        *("--user", mosquitto.user, "--password", mosquitto.password),
    )
    environment = {**os.environ, "INFOSCREEN_DATA_DIR": str(tmp_path)}
    control = Control(mosquitto)
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    control.show(event(1))
    try:
        yield control
    finally:
        running.terminate()
        running.wait(20)
        control.close()


def listed(server: FileServer, name: str) -> dict[str, object]:
    wanted = server.wanted(name)
    return {
        "url": wanted.url,
        "name": name,
        "checksum_sha256": wanted.checksum,
        "size": wanted.size,
    }


def test_every_screen_shows_page_two_after_the_interval(
    control: Control, server: FileServer
) -> None:
    offered = server.offer("slides.pdf", pdf([RED, GREEN]), Quirk.CUT)
    control.show(slides_event(2, listed(server, "slides.pdf"), slide_interval=2))
    wanted = {who.uuid for who in FLEET}
    wait_until(
        lambda: all({RED, GREEN} <= control.seen.get(uuid, set()) for uuid in wanted), seconds=90
    )
    assert len(offered.ranges) == 2  # for all three: one was cut off, the other one went on
    assert offered.ranges[1] != "bytes=0-4194303"
    assert control.errors == []


def test_a_refused_file_is_an_error_of_every_player(control: Control, server: FileServer) -> None:
    server.offer("secret.pdf", pdf([RED]), Quirk.FORBIDDEN)
    control.show(slides_event(2, listed(server, "secret.pdf")))
    wait_until(lambda: len(control.errors) >= len(FLEET), seconds=60)
    assert all("secret.pdf" in text and "signature" not in text for text in control.errors)
