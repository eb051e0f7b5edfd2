"""A publisher's way to the broker: where it publishes, and what was seen of its topics."""

from collections.abc import Sequence
from dataclasses import dataclass
from queue import SimpleQueue

from infoscreen_core.settings import Settings
from workers.mqtt.connection import MqttConnection, ReceivedMessage


@dataclass(frozen=True, slots=True)
class BrokerLine:
    """The connection to publish on, and a queue of what the broker delivered on its topics."""

    mqtt: MqttConnection
    seen: SimpleQueue[ReceivedMessage]
    watcher: MqttConnection | None = None
    """A separate connection that watches; None where the publishing one does both."""

    @property
    def connections(self) -> Sequence[MqttConnection]:
        """All connections of the line."""
        return [self.mqtt] if self.watcher is None else [self.mqtt, self.watcher]


def connect(settings: Settings, name: str, filters: Sequence[str]) -> BrokerLine:
    """Start a publishing connection, which also watches unless the canary's account does."""
    line = _build(settings, f"{settings.mqtt_client_prefix}-{name}", [(one, 0) for one in filters])
    for connection in line.connections:
        connection.start()
    return line


def _build(settings: Settings, client_id: str, watched: Sequence[tuple[str, int]]) -> BrokerLine:
    seen: SimpleQueue[ReceivedMessage] = SimpleQueue()
    if settings.mqtt_canary_user is None:
        both = MqttConnection(
            settings, client_id=client_id, on_message=seen.put, subscriptions=watched
        )
        return BrokerLine(both, seen)
    login = {"mqtt_user": settings.mqtt_canary_user, "mqtt_password": settings.mqtt_canary_password}
    canary = MqttConnection(
        settings.model_copy(update=login),
        client_id=f"{client_id}-canary",
        on_message=seen.put,
        subscriptions=watched,
    )
    return BrokerLine(MqttConnection(settings, client_id=client_id), seen, canary)
