"""A scheduler process, an ear that hears what players hear, and stand-ins for single steps."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from uuid import uuid4

from infoscreen_core.contracts import PowerIntent
from infoscreen_core.contracts.topics import EVENT_LISTS_FILTER, POWER_INTENTS_FILTERS, events_topic
from infoscreen_core.settings import load_settings
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto
from workers.leadership import Leadership
from workers.mqtt.connection import MqttConnection, NotConnectedError, ReceivedMessage

INFOSCREEN = str(Path(sys.executable).parent / "infoscreen")


def environment(database_url: str, broker: Mosquitto, **more: str) -> dict[str, str]:
    return (
        os.environ | broker.environment() | {"DB_CONN": database_url, "LOG_FORMAT": "json"} | more
    )


class FakeBroker:
    """Confirms at once what it is given."""

    def __init__(self) -> None:
        self.is_connected = True
        self.epoch = 1
        self.confirmed: SimpleQueue[int] = SimpleQueue()
        self.got: list[tuple[str, bytes]] = []
        self._count = 0

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> int:
        assert (qos, retain) == (1, True)
        if not self.is_connected:
            raise NotConnectedError("offline")
        self.got.append((topic, payload))
        self._count += 1
        self.confirmed.put(self._count)
        return self._count

    def take(self) -> list[tuple[str, bytes]]:
        taken, self.got = self.got, []
        return taken


class AlwaysLeading(Leadership):
    """Leads, unless told otherwise."""

    leads = True

    def __init__(self) -> None:
        self.holder = "test"

    @property
    def is_held(self) -> bool:
        return self.leads


@dataclass
class SchedulerProcess:
    """`infoscreen scheduler` as an operator starts it."""

    database_url: str
    broker: Mosquitto
    log_path: Path
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> "SchedulerProcess":
        log = self.log_path.open("ab")
        self.process = subprocess.Popen(
            [INFOSCREEN, "scheduler"],
            env=environment(self.database_url, self.broker, **self.more),
            stdout=log,
            stderr=log,
        )
        return self

    def log(self) -> str:
        return self.log_path.read_text()

    def terminate(self) -> float:
        """SIGTERM; return how many seconds it took to end."""
        assert self.process
        begun = time.monotonic()
        self.process.terminate()
        assert self.process.wait(timeout=10) == 0
        self.process = None
        return time.monotonic() - begun

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)
        self.process = None

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(timeout=10)
            self.process = None


class Ear:
    """A plain subscriber of all event lists and power intents, or of other topics."""

    def __init__(self, broker: Mosquitto, *filters: str) -> None:
        self.heard: list[ReceivedMessage] = []
        wanted = filters or (EVENT_LISTS_FILTER, *POWER_INTENTS_FILTERS)
        settings = load_settings(
            mqtt_broker_port=broker.port, mqtt_user=broker.user, mqtt_password=broker.password
        )
        self.connection = MqttConnection(
            settings,
            client_id=f"ear-{uuid4()}",
            on_message=self.heard.append,
            subscriptions=[(topic_filter, 1) for topic_filter in wanted],
        )
        self.connection.start()
        wait_until(lambda: self.connection.is_connected, what="the ear's connection")

    def last_on(self, topic: str) -> bytes | None:
        """The newest payload of a topic."""
        return next(
            (message.payload for message in reversed(self.heard) if message.topic == topic), None
        )

    def last(self, group_id: int) -> bytes | None:
        """The newest list of a group."""
        return self.last_on(events_topic(group_id))

    def intent(self, topic: str) -> PowerIntent | None:
        """The newest power intent of a topic; None when there is none, or it was cleared."""
        payload = self.last_on(topic)
        return PowerIntent.model_validate_json(payload) if payload else None

    def wait_for(self, group_id: int, *, title: str | None, seconds: float = 60.0) -> float:
        """Wait until the group's list holds just this title, or nothing (None); return when."""
        wanted = "[]" if title is None else f'"title":"{title}"'

        def is_there() -> bool:
            payload = self.last(group_id)
            return payload is not None and wanted in payload.decode()

        wait_until(is_there, seconds=seconds, what=f"group {group_id} showing {title}")
        topic = f"infoscreen/events/{group_id}"
        return next(m.received_at.timestamp() for m in reversed(self.heard) if m.topic == topic)

    def close(self) -> None:
        self.connection.stop(1.0)
