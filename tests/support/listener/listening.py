"""`infoscreen listener` as a process, and somebody who talks to it through the broker."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.models import Client, WorkerStatus
from infoscreen_core.settings import load_settings
from tests.support.listener.telemetry import NOW
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto
from workers.mqtt.connection import MqttConnection

DYING = (sys.executable, str(Path(__file__).with_name("dying_listener.py")))
"""A listener that dies after a commit; as argument, how many messages it acknowledges before."""
INFOSCREEN = str(Path(sys.executable).with_name("infoscreen"))
LISTENER = (INFOSCREEN, "listener")


class ListenerProcess:
    """A listener of the test's own, to be killed at will."""

    def __init__(self, broker: Mosquitto, database_url: str, directory: Path, prefix: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.log = directory / "listener.log"
        self.engine = make_engine(database_url)
        self.sessions = make_session_factory(self.engine)
        self.settings = load_settings(
            mqtt_broker_port=broker.port,
            mqtt_user=broker.user,
            mqtt_password=broker.password,
            mqtt_client_prefix=prefix,
        )
        self.environment = broker.environment() | {
            "DB_CONN": database_url,
            "INFOSCREEN_DATA_DIR": str(directory),
            "MQTT_CLIENT_PREFIX": prefix,
            "LOG_FORMAT": "json",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(
        self, *, wait: bool = True, command: Sequence[str] = (INFOSCREEN, "listener")
    ) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                stdout=out,
                stderr=out,
                env=os.environ | self.environment,
                cwd=self.log.parent,
            )
        if wait:
            wait_until(self.is_ready, seconds=30, what="the listener")

    def is_ready(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log.read_text()
        with self.sessions() as session:
            row = session.get(WorkerStatus, "listener")
            return row is not None and row.pid == self.process.pid and row.is_broker_connected

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def wait_for_death(self) -> None:
        assert self.process
        assert self.process.wait(timeout=60) < 0, self.log.read_text()

    def terminate(self, seconds: float) -> int:
        """End it politely and return its exit code; fail when that takes too long."""
        assert self.process
        self.process.terminate()
        return self.process.wait(timeout=seconds)

    def metrics(self) -> dict[str, int]:
        with self.sessions() as session:
            return session.get_one(WorkerStatus, "listener").metrics or {}

    def add_client(self, uuid: str) -> None:
        with self.sessions.begin() as session:
            session.add(Client(uuid=uuid, registration_time=NOW))

    def close(self) -> None:
        if self.is_running():
            self.kill()
        self.engine.dispose()
        self._leave_no_session()

    def _leave_no_session(self) -> None:
        # The broker would go on queueing for it whatever other tests say.
        connection = MqttConnection(
            self.settings, client_id=f"{self.settings.mqtt_client_prefix}-listener"
        )
        connection.start()
        wait_until(lambda: connection.is_connected, what="a clean session")
        connection.stop()


class Speaker:
    """Publishes, and knows what the broker has confirmed."""

    def __init__(self, broker: Mosquitto) -> None:
        settings = load_settings(
            mqtt_broker_port=broker.port, mqtt_user=broker.user, mqtt_password=broker.password
        )
        self.connection = MqttConnection(settings, client_id=f"speaker-{os.urandom(4).hex()}")
        self.connection.start()
        self.open: set[int] = set()
        wait_until(lambda: self.connection.is_connected, what="the speaker's connection")

    def say(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        self.open.add(self.connection.publish(topic, payload, qos=qos, retain=retain))

    def is_confirmed(self) -> bool:
        while not self.connection.confirmed.empty():
            self.open.discard(self.connection.confirmed.get())
        return not self.open

    def wait_for_confirmations(self, seconds: float = 60) -> None:
        wait_until(self.is_confirmed, seconds=seconds, what="every confirmation of the broker")


@contextmanager
def speaking(broker: Mosquitto) -> Iterator[Speaker]:
    speaker = Speaker(broker)
    yield speaker
    speaker.connection.stop()
