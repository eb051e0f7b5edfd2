"""A connection outlives acknowledgements that are asked for in another order, on both brokers."""

import queue
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from infoscreen_core.settings import load_settings
from tests.support.conformance.server import EmbeddedBroker
from tests.support.mqtt import KEPT, publish_until_received, take
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto
from workers.mqtt.connection import MqttConnection, ReceivedMessage

TOPIC = "mqtt-test/order"


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    broker = EmbeddedBroker(tmp_path / "broker")
    broker.start()
    yield broker
    broker.stop()


def _is_connected(connection: MqttConnection) -> bool:
    return connection.is_connected


def test_what_is_stored_later_does_not_end_the_connection(
    mosquitto: Mosquitto, embedded: EmbeddedBroker
) -> None:
    """rumqttd throws out whoever acknowledges a message before those that came earlier."""
    for broker in (mosquitto, embedded):
        settings = load_settings(
            mqtt_broker_host=broker.host,
            mqtt_broker_port=broker.port,
            mqtt_user=broker.user,
            mqtt_password=broker.password,
        )
        received: queue.SimpleQueue[ReceivedMessage] = queue.SimpleQueue()
        listener = MqttConnection(
            settings,
            client_id="order-listener",
            on_message=received.put,
            subscriptions=[(TOPIC, 1)],
            kind=KEPT,
        )
        sender = MqttConnection(settings, client_id="order-sender")
        try:
            for connection in (listener, sender):
                connection.start()
                wait_until(partial(_is_connected, connection), what="the connection")
            waiting = [publish_until_received(sender, TOPIC, b"first", received)]
            for number in range(20):
                sender.publish(TOPIC, b"%d" % number)
            waiting += [take(received) for _ in range(20)]
            assert all(listener.ack(message) for message in reversed(waiting))
            sender.publish(TOPIC, b"last")
            last = take(received)
            while last.payload != b"last":
                last = take(received)
            assert (last.epoch, listener.epoch) == (1, 1)
        finally:
            listener.stop()
            sender.stop()
