"""The MQTT connection with a real mosquitto: confirmations, reconnects, acknowledgements."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.support.mqtt import KEPT, drain, publish_until_received, settings_for, take
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto
from workers.mqtt import connection as connection_module
from workers.mqtt.connection import (
    MqttConnection,
    NotConnectedError,
    ReceivedMessage,
)
from workers.mqtt.kinds import ConnectionKind

Connect = Callable[..., MqttConnection]
MQTT5 = ConnectionKind(is_mqtt5=True)


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Start connections that the test's end stops."""
    opened: list[MqttConnection] = []

    def start(broker: Mosquitto, client_id: str, **options: Any) -> MqttConnection:  # noqa: ANN401 - passed on
        connection = MqttConnection(settings_for(broker), client_id=client_id, **options)
        opened.append(connection)
        connection.start()
        wait_until(lambda: connection.is_connected, what="the connection")
        return connection

    yield start
    for connection in opened:
        connection.stop()


def test_a_publish_is_confirmed_by_its_token_and_arrives(
    mosquitto: Mosquitto, connect: Connect
) -> None:
    received: queue.SimpleQueue[ReceivedMessage] = queue.SimpleQueue()
    connect(mosquitto, "mqtt-sub", on_message=received.put, subscriptions=[("mqtt-test/a", 1)])
    sender = connect(mosquitto, "mqtt-pub")

    message = publish_until_received(sender, "mqtt-test/a", b"hello", received)
    token = sender.publish("mqtt-test/a", b"again", qos=1)

    wait_until(lambda: token in drain(sender.confirmed), what="the confirmation")
    assert (message.topic, message.qos, message.retain, message.epoch) == (
        "mqtt-test/a",
        1,
        False,
        1,
    )
    assert message.received_at.tzinfo is not None


def test_tokens_are_confirmed_each_once_for_a_burst(mosquitto: Mosquitto, connect: Connect) -> None:
    sender = connect(mosquitto, "mqtt-burst")
    tokens = [sender.publish("mqtt-test/burst", b"x" * 300) for _ in range(2000)]
    seen: list[int] = []

    def all_seen() -> bool:
        while not sender.confirmed.empty():
            seen.append(sender.confirmed.get())
        return len(seen) >= len(tokens)

    wait_until(all_seen, what="2,000 confirmations")
    assert sorted(seen) == sorted(tokens)


def test_after_a_broker_kill_it_reconnects_and_resubscribes(
    own_mosquitto: Mosquitto, connect: Connect
) -> None:
    received: queue.SimpleQueue[ReceivedMessage] = queue.SimpleQueue()
    epochs: list[int] = []
    subscriber = connect(
        own_mosquitto,
        "mqtt-sub",
        on_message=received.put,
        subscriptions=[("mqtt-test/b", 1)],
        on_connected=epochs.append,
    )
    sender = connect(own_mosquitto, "mqtt-pub")

    own_mosquitto.kill()
    wait_until(
        lambda: not subscriber.is_connected and not sender.is_connected, what="the loss noticed"
    )
    own_mosquitto.start()
    wait_until(lambda: subscriber.is_connected and sender.is_connected, what="the reconnect")

    message = publish_until_received(sender, "mqtt-test/b", b"back", received)
    assert epochs == [1, 2]
    assert message.epoch == subscriber.epoch == 2


def test_nothing_is_queued_while_offline(own_mosquitto: Mosquitto, connect: Connect) -> None:
    sender = connect(own_mosquitto, "mqtt-pub")
    own_mosquitto.kill()
    wait_until(lambda: not sender.is_connected, what="the loss noticed")
    with pytest.raises(NotConnectedError, match=r"mqtt-test/c was not sent"):
        sender.publish("mqtt-test/c", b"lost", retain=True)

    own_mosquitto.start()
    wait_until(lambda: sender.is_connected, what="the reconnect")
    received: queue.SimpleQueue[ReceivedMessage] = queue.SimpleQueue()
    connect(own_mosquitto, "mqtt-sub", on_message=received.put, subscriptions=[("mqtt-test/c", 1)])
    message = publish_until_received(sender, "mqtt-test/c", b"sent", received)

    assert message.payload == b"sent"
    assert received.empty()


def test_a_publish_that_was_not_confirmed_is_not_repeated_behind_the_callers_back(
    own_mosquitto: Mosquitto, connect: Connect
) -> None:
    sender = connect(own_mosquitto, "mqtt-pub")
    stopped = own_mosquitto.process
    assert stopped
    stopped.send_signal(19)  # SIGSTOP: the socket stays, no PUBACK comes
    token = sender.publish("mqtt-test/d", b"unconfirmed", retain=True)
    own_mosquitto.kill()
    own_mosquitto.start()
    wait_until(lambda: sender.epoch == 2 and sender.is_connected, what="the reconnect")

    received: queue.SimpleQueue[ReceivedMessage] = queue.SimpleQueue()
    connect(own_mosquitto, "mqtt-sub", on_message=received.put, subscriptions=[("mqtt-test/d", 1)])
    message = publish_until_received(sender, "mqtt-test/d", b"marker", received)

    assert message.payload == b"marker"
    assert token not in drain(sender.confirmed)


def test_an_unacknowledged_message_comes_again_and_an_old_acknowledgement_is_void(
    own_mosquitto: Mosquitto, connect: Connect
) -> None:
    received: queue.SimpleQueue[ReceivedMessage] = queue.SimpleQueue()
    options = {
        "on_message": received.put,
        "subscriptions": [("mqtt-test/e", 1)],
        "kind": KEPT,
    }
    listener = connect(own_mosquitto, "mqtt-listener", **options)
    sender = connect(own_mosquitto, "mqtt-pub")
    first = publish_until_received(sender, "mqtt-test/e", b"warming up", received)
    sender.publish("mqtt-test/e", b"one")
    while first.payload != b"one":  # on a busy machine, it took several to warm up
        assert listener.ack(first)
        first = take(received)
    listener.stop()
    assert listener.ack(first) is False

    successor = connect(own_mosquitto, "mqtt-listener", **options)
    again = take(received)
    assert (again.payload, again.mid) == (b"one", first.mid)
    assert successor.ack(again) is True
    successor.stop()

    connect(own_mosquitto, "mqtt-listener", **options)
    sender.publish("mqtt-test/e", b"two")
    assert take(received).payload == b"two"


def test_acknowledgements_from_another_thread_free_the_brokers_window(
    mosquitto: Mosquitto, connect: Connect
) -> None:
    received: queue.SimpleQueue[ReceivedMessage] = queue.SimpleQueue()
    options = {"subscriptions": [("mqtt-test/window", 1)], "kind": KEPT}
    listener = connect(mosquitto, "mqtt-window", on_message=received.put, **options)
    sender = connect(mosquitto, "mqtt-pub")
    assert listener.ack(publish_until_received(sender, "mqtt-test/window", b"first", received))
    for number in range(500):  # five times the broker's window of 100
        sender.publish("mqtt-test/window", b"%d" % number)

    seen: set[bytes] = set()
    while len(seen) < 500:
        message = take(received)
        assert listener.ack(message)
        seen.add(message.payload)
    assert {b"%d" % number for number in range(500)} <= seen | {b"first"}


def test_an_exception_in_a_callback_is_logged_and_the_connection_goes_on(
    mosquitto: Mosquitto, connect: Connect
) -> None:
    received: queue.SimpleQueue[ReceivedMessage] = queue.SimpleQueue()

    def fall_over(message: ReceivedMessage) -> None:
        if message.payload == b"poison":
            msg = "no good"
            raise ValueError(msg)
        received.put(message)

    connect(mosquitto, "mqtt-sub", on_message=fall_over, subscriptions=[("mqtt-test/f", 1)])
    sender = connect(mosquitto, "mqtt-pub")
    with capture_logs() as logs:
        publish_until_received(sender, "mqtt-test/f", b"before", received)
        sender.publish("mqtt-test/f", b"poison")
        publish_until_received(sender, "mqtt-test/f", b"after", received)
    assert "mqtt.callback_failed" in {entry["event"] for entry in logs}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_watchdog_brings_a_dead_network_thread_back(
    mosquitto: Mosquitto, connect: Connect
) -> None:
    received: queue.SimpleQueue[ReceivedMessage] = queue.SimpleQueue()

    def die(message: ReceivedMessage) -> None:
        if message.payload == b"die":
            raise SystemExit  # ends the thread, and no `except Exception` holds it
        received.put(message)

    listener = connect(mosquitto, "mqtt-dying", on_message=die, subscriptions=[("mqtt-test/g", 1)])
    sender = connect(mosquitto, "mqtt-pub")
    publish_until_received(sender, "mqtt-test/g", b"alive", received)
    threads = threading.active_count()
    sender.publish("mqtt-test/g", b"die")
    wait_until(lambda: threading.active_count() < threads, what="the thread's death")

    with capture_logs() as logs:
        listener.check_thread()
        wait_until(
            lambda: listener.is_connected and listener.epoch == 2, what="the second connection"
        )
    publish_until_received(sender, "mqtt-test/g", b"reborn", received)
    assert "mqtt.network_thread_died" in {entry["event"] for entry in logs}


def test_refused_credentials_are_logged_once_and_tried_on(mosquitto: Mosquitto) -> None:
    connection = MqttConnection(
        settings_for(mosquitto, mqtt_password="wrong"), client_id="mqtt-refused"
    )
    with capture_logs() as logs:
        connection.start()
        wait_until(lambda: logs, what="the refusal")
        time.sleep(2.5)  # at least one more attempt
        connection.stop()
    assert [entry["event"] for entry in logs] == ["mqtt.connection_refused"]
    assert logs[0]["hint"] == "check MQTT_USER and MQTT_PASSWORD"
    assert "wrong" not in str(logs)
    assert not connection.is_connected


def test_an_mqtt5_message_expires_before_a_late_subscriber_comes(
    mosquitto: Mosquitto, connect: Connect
) -> None:
    sender = connect(mosquitto, "mqtt-five", kind=MQTT5)
    sender.publish("mqtt-test/h/short", b"stale", retain=True, expiry_seconds=1)
    token = sender.publish("mqtt-test/h/long", b"fresh", retain=True, expiry_seconds=60)
    wait_until(lambda: token in drain(sender.confirmed), what="the confirmation")
    time.sleep(2.1)

    received: queue.SimpleQueue[ReceivedMessage] = queue.SimpleQueue()
    connect(
        mosquitto,
        "mqtt-late",
        kind=MQTT5,
        on_message=received.put,
        subscriptions=[("mqtt-test/h/+", 1)],
    )
    assert take(received).payload == b"fresh"
    assert received.empty()
    sender.publish("mqtt-test/h/long", b"", retain=True)


def test_two_with_one_client_id_say_so_once_and_give_each_other_time(
    mosquitto: Mosquitto, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "RECONNECT_SECONDS", (0.1, 0.1))
    with capture_logs() as logs:
        two = [connect(mosquitto, "mqtt-twice", kind=KEPT) for _ in range(2)]
        wait_until(lambda: any(one.is_evicted for one in two), what="one to notice")
        told = [entry for entry in logs if entry["event"] == "mqtt.client_id_taken"]
    assert len(told) == sum(one.is_evicted for one in two)
    assert "MQTT_CLIENT_PREFIX" in told[0]["hint"]
    assert told[0]["client_id"] == "mqtt-twice"
