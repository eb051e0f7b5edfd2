"""Connections of the workers' kind to a test's broker, and what comes through them."""

import queue

import pytest

from infoscreen_core.settings import Settings, load_settings
from tests.support.servers import Mosquitto
from workers.mqtt.connection import MqttConnection, ReceivedMessage
from workers.mqtt.kinds import ConnectionKind

KEPT = ConnectionKind(is_persistent=True, is_manual_ack=True)


def settings_for(broker: Mosquitto, **overrides: object) -> Settings:
    values: dict[str, object] = {
        "mqtt_broker_host": broker.host,
        "mqtt_broker_port": broker.port,
        "mqtt_user": broker.user,
        "mqtt_password": broker.password,
    }
    return load_settings(**(values | overrides))


def take(received: "queue.SimpleQueue[ReceivedMessage]", seconds: float = 30) -> ReceivedMessage:
    return received.get(timeout=seconds)


def publish_until_received(
    sender: MqttConnection,
    topic: str,
    payload: bytes,
    received: "queue.SimpleQueue[ReceivedMessage]",
) -> ReceivedMessage:
    """Publish until the message arrives: a subscription takes effect a moment after the connect."""
    for _ in range(100):
        sender.publish(topic, payload)
        try:
            message = received.get(timeout=0.1)
        except queue.Empty:
            continue
        if message.payload == payload:
            return message
    pytest.fail("the message never arrived")


def drain(tokens: "queue.SimpleQueue[int]") -> set[int]:
    found = set()
    while not tokens.empty():
        found.add(tokens.get())
    return found
