"""The MQTT connection over TLS: whom it trusts, a burst of messages, unreadable files."""

import queue
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from infoscreen_core.settings import Settings, SettingsError
from tests.support.mqtt import KEPT, publish_until_received, settings_for, take
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto, program
from workers.mqtt.connection import MqttConnection, ReceivedMessage
from workers.mqtt.tls import make_tls_context

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that is its own authority."""
    directory = tmp_path_factory.mktemp("tls")
    subject = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(directory / "key.pem"), "-out", str(directory / "cert.pem")]
    subprocess.run(
        [
            program("openssl"),
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            *subject,
            *files,
        ],
        check=True,
        capture_output=True,
    )
    return directory


@pytest.fixture
def tls_mosquitto(tmp_path: Path, certificates: Path) -> Iterator[Mosquitto]:
    class TlsMosquitto(Mosquitto):
        def write_configuration(self) -> Path:
            path = super().write_configuration()
            certificate = f"certfile {certificates}/cert.pem\nkeyfile {certificates}/key.pem\n"
            path.write_text(path.read_text() + certificate)
            return path

    server = TlsMosquitto(tmp_path / "tls-mosquitto")
    server.start()
    yield server
    server.stop()


def test_tls_verifies_the_broker_against_the_given_authority(
    tls_mosquitto: Mosquitto, certificates: Path
) -> None:
    trusted = settings_for(
        tls_mosquitto, mqtt_tls_enabled=True, mqtt_tls_ca_cert=certificates / "cert.pem"
    )
    by_name = trusted.model_copy(update={"mqtt_broker_host": "localhost"})
    lax = by_name.model_copy(update={"mqtt_tls_insecure": True})
    assert can_connect(trusted)
    assert not can_connect(by_name)  # the certificate is for the address
    assert can_connect(lax)
    assert not can_connect(
        settings_for(tls_mosquitto, mqtt_tls_enabled=True)
    )  # an unknown authority


def test_a_burst_over_tls_is_received_and_acknowledged_to_the_last_message(
    tls_mosquitto: Mosquitto, certificates: Path
) -> None:
    authority = {"mqtt_tls_enabled": True, "mqtt_tls_ca_cert": certificates / "cert.pem"}
    received: queue.SimpleQueue[ReceivedMessage] = queue.SimpleQueue()
    listener = MqttConnection(
        settings_for(tls_mosquitto, **authority),
        client_id="mqtt-tls-listener",
        on_message=received.put,
        subscriptions=[("mqtt-test/tls", 1)],
        kind=KEPT,
    )
    sender = MqttConnection(settings_for(tls_mosquitto, **authority), client_id="mqtt-tls-sender")
    for connection in (listener, sender):
        connection.start()
        wait_until(lambda started=connection: started.is_connected, what="the connection")  # type: ignore[misc]
    assert listener.ack(publish_until_received(sender, "mqtt-test/tls", b"first", received))
    sizes = [1, 100, 16_000, 17_000, 300_000] * 60
    for size in sizes:
        sender.publish("mqtt-test/tls", b"x" * size)
    seen: list[int] = []
    while len(seen) < len(sizes):
        message = take(received)
        assert listener.ack(message)
        if message.payload != b"first":
            seen.append(len(message.payload))
    assert seen == sizes
    for connection in (listener, sender):
        connection.stop()


def can_connect(settings: Settings) -> bool:
    connection = MqttConnection(settings, client_id="mqtt-tls")
    with capture_logs() as logs:
        connection.start()
        wait_until(lambda: logs, what="an outcome")
        connection.stop()
    return bool(logs[0]["event"] == "mqtt.connected")


def test_a_tls_file_that_cannot_be_read_stops_the_program_with_its_name(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    missing = tmp_path / "missing.pem"
    with pytest.raises(SettingsError, match=r"MQTT_TLS_CA_CERT is .*missing.pem: No such file"):
        MqttConnection(
            settings_for(mosquitto, mqtt_tls_enabled=True, mqtt_tls_ca_cert=missing),
            client_id="mqtt-x",
        )
    pair = {"mqtt_tls_certfile": missing, "mqtt_tls_keyfile": missing}
    with pytest.raises(SettingsError, match=r"MQTT_TLS_CERTFILE is .*missing.pem"):
        make_tls_context(settings_for(mosquitto, **pair))
