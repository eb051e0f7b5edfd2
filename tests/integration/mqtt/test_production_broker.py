"""The broker configuration we ship, with a real mosquitto: accounts may do their work only."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infoscreen_core.contracts.topics import (
    EVENT_LISTS_FILTER,
    POWER_INTENTS_FILTERS,
    SERVER_SUBSCRIPTIONS,
)
from infoscreen_core.settings import load_settings
from tests.support.ports import wait_until
from tests.support.production import Production, account_of
from workers.mqtt.connection import MqttConnection, ReceivedMessage

pytestmark = pytest.mark.server

UUID = "1b4e28ba-2fa1-4d11-883f-0016d3cca427"
PLAYER = account_of(UUID)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Production]:
    server = Production(tmp_path / "mosquitto")
    server.start()
    yield server
    server.stop()


def _connect(broker: Production, user: str, heard: list[ReceivedMessage]) -> MqttConnection:
    settings = load_settings(
        mqtt_broker_port=broker.port, mqtt_user=user, mqtt_password=broker.password
    )
    watched = [(topic_filter, 1) for topic_filter in (EVENT_LISTS_FILTER, *POWER_INTENTS_FILTERS)]
    wanted = [*SERVER_SUBSCRIPTIONS, ("infoscreen/+/commands", 1), *watched]
    connection = MqttConnection(
        settings, client_id=user, on_message=heard.append, subscriptions=wanted
    )
    connection.start()
    wait_until(lambda: connection.is_connected, what=f"the connection of {user}")
    _wait_for_subscriptions(connection)
    return connection


def _wait_for_subscriptions(connection: MqttConnection) -> None:
    """Wait until the broker has done what came before: it handles a connection's packets in order.

    Nobody may publish to this topic, which is acknowledged all the same.
    """
    token = connection.publish("infoscreen/nobodys", b"")
    wait_until(lambda: not connection.confirmed.empty(), what="the broker's answer")
    assert connection.confirmed.get() == token


def test_each_account_reaches_its_own_topics_and_no_others(broker: Production) -> None:
    at_server: list[ReceivedMessage] = []
    at_player: list[ReceivedMessage] = []
    server = _connect(broker, broker.user, at_server)
    player = _connect(broker, PLAYER, at_player)
    server.publish(f"infoscreen/{UUID}/commands", b"mine")
    server.publish("infoscreen/00000000-0000-4000-8000-000000000000/commands", b"another's")
    server.publish("infoscreen/events/3", b"[]", retain=True)
    server.publish("infoscreen/events/4", b"[]", retain=True)
    player.publish(f"infoscreen/{UUID}/heartbeat", b"{}")
    player.publish("infoscreen/00000000-0000-4000-8000-000000000000/heartbeat", b"{}")
    player.publish("infoscreen/events/3", b"forged", retain=True)
    player.publish(f"infoscreen/{UUID}/commands/ack", b"{}")
    wait_until(
        lambda: [m for m in at_server if m.topic.endswith("/ack")], what="the acknowledgement"
    )
    wait_until(lambda: len(at_player) >= 2, what="the player's messages")
    assert {m.topic for m in at_player} == {f"infoscreen/{UUID}/commands", "infoscreen/events/3"}
    assert {m.topic for m in at_server if UUID in m.topic or "0000" in m.topic} == {
        f"infoscreen/{UUID}/heartbeat",
        f"infoscreen/{UUID}/commands/ack",
    }
    assert b"forged" not in {m.payload for m in at_server}
    player.stop()
    server.stop()


def test_power_intents_reach_those_they_are_for_and_the_server_that_watches_them(
    broker: Production,
) -> None:
    at_server: list[ReceivedMessage] = []
    at_player: list[ReceivedMessage] = []
    server = _connect(broker, broker.user, at_server)
    player = _connect(broker, PLAYER, at_player)
    mine = {"infoscreen/groups/3/power/intent", f"infoscreen/{UUID}/power/intent"}
    others = {
        "infoscreen/groups/4/power/intent",
        "infoscreen/00000000-0000-4000-8000-000000000000/power/intent",
    }
    player.publish("infoscreen/groups/3/power/intent", b"forged", retain=True)
    for topic in sorted(others | mine):
        server.publish(topic, b"{}", retain=True)
    player.publish(f"infoscreen/{UUID}/power/state", b"{}")
    wait_until(lambda: [m for m in at_server if m.topic.endswith("/state")], what="the TV's report")
    wait_until(lambda: len(at_player) >= len(mine), what="the player's intents")
    assert {m.topic for m in at_player} == mine
    assert {m.topic for m in at_server if m.topic.endswith("/intent")} == mine | others
    assert b"forged" not in {m.payload for m in [*at_player, *at_server]}
    player.stop()
    server.stop()
