"""A scheduler process, and an ear that hears what players hear."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from infoscreen_core.settings import load_settings
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto
from workers.mqtt import MqttConnection, ReceivedMessage

INFOSCREEN = str(Path(sys.executable).parent / "infoscreen")


def environment(database_url: str, broker: Mosquitto, **more: str) -> dict[str, str]:
    return os.environ | broker.environment() | {"DB_CONN": database_url, "LOG_FORMAT": "json"} | more


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
    """A plain subscriber of all event lists."""

    def __init__(self, broker: Mosquitto) -> None:
        self.heard: list[ReceivedMessage] = []
        settings = load_settings(
            mqtt_broker_port=broker.port, mqtt_user=broker.user, mqtt_password=broker.password
        )
        self.connection = MqttConnection(
            settings,
            client_id=f"ear-{uuid4()}",
            on_message=self.heard.append,
            subscriptions=[("infoscreen/events/+", 1)],
        )
        self.connection.start()
        wait_until(lambda: self.connection.is_connected, what="the ear's connection")

    def last(self, group_id: int) -> bytes | None:
        """The newest list of a group."""
        topic = f"infoscreen/events/{group_id}"
        return next((message.payload for message in reversed(self.heard) if message.topic == topic), None)

    def wait_for(self, group_id: int, *, title: str | None, seconds: float = 15.0) -> float:
        """Wait until the group's list holds this title alone, or nothing (None); return when that was."""
        wanted = "[]" if title is None else f'"title":"{title}"'

        def is_there() -> bool:
            payload = self.last(group_id)
            return payload is not None and wanted in payload.decode()

        wait_until(is_there, seconds=seconds, what=f"group {group_id} showing {title}")
        topic = f"infoscreen/events/{group_id}"
        return next(m.received_at.timestamp() for m in reversed(self.heard) if m.topic == topic)

    def close(self) -> None:
        self.connection.stop(1.0)
