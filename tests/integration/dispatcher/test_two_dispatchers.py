"""Two dispatchers with one prefix, on a real MariaDB and broker: each command goes out once."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker
from structlog.testing import capture_logs

from infoscreen_core.clock import utc_now
from infoscreen_core.contracts import Command
from infoscreen_core.db.models import Client, ClientCommand, OutboxMessage
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.services import outbox
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.commands import issue_command
from infoscreen_core.settings import load_settings
from tests.support.databases import Lender
from tests.support.listener.telemetry import empty
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto
from workers.dispatcher.main import Dispatcher, run
from workers.mqtt.connection import MqttConnection, ReceivedMessage
from workers.runtime import Database, Worker, open_database

Sessions = sessionmaker[Session]
_DIES_AFTER_THE_CLAIM = """
import os, signal
from workers.dispatcher import main
main.publications_of = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
main.command()
"""


@pytest.fixture(scope="module")
def url(lender: Lender) -> Iterator[str]:
    with lender.lend() as url:
        yield url


class Scene:
    """A database, a broker, and an ear on it."""

    def __init__(self, url: str, broker: Mosquitto, database: Database) -> None:
        self.database = database
        self.sessions = database.sessions
        self.settings = load_settings(
            mqtt_broker_port=broker.port, mqtt_user=broker.user, mqtt_password=broker.password
        )
        self.environment = os.environ | broker.environment() | {"DB_CONN": url}
        self.heard: list[ReceivedMessage] = []
        self.topic = f"infoscreen/{uuid4()}"
        self.ear = self.connect(
            on_message=self.heard.append, subscriptions=[("infoscreen/+/commands", 1)]
        )

    def connect(self, **options: object) -> MqttConnection:
        made = MqttConnection(self.settings, client_id=f"two-{uuid4()}", **options)  # type: ignore[arg-type]
        made.start()
        wait_until(lambda: made.is_connected, what="a connection")
        return made

    def worker(self) -> Worker:
        return Worker("dispatcher", self.settings, self.database)

    def issue(self, count: int) -> list[str]:
        now = utc_now()
        with self.sessions.begin() as session:
            client = Client(uuid=str(uuid4()), registration_time=now, last_alive=now)
            session.add(client)
            session.flush()
            issued = [
                issue_command(
                    session, client.uuid, Action.SHUTDOWN_HOST, reason=None, actor=CLI, now=now
                )
                for _ in range(count)
            ]
            return [command.command_id for command in issued]

    def states(self, ids: list[str]) -> set[State]:
        with self.sessions() as session:
            wanted = select(ClientCommand.status).where(ClientCommand.command_id.in_(ids))
            return set(session.scalars(wanted))

    def heard_ids(self) -> Counter[str]:
        return Counter(
            str(Command.model_validate_json(message.payload).command_id) for message in self.heard
        )


@pytest.fixture
def scene(url: str, mosquitto: Mosquitto) -> Iterator[Scene]:
    with open_database(load_settings(db_conn=url)) as database:
        empty(database.sessions)
        scene = Scene(url, mosquitto, database)
        yield scene
        scene.ear.stop()


def test_what_one_claimed_and_died_with_goes_out_once_by_the_other(scene: Scene) -> None:
    ids = scene.issue(3)
    dead = subprocess.run(
        [sys.executable, "-c", _DIES_AFTER_THE_CLAIM],
        env=scene.environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    assert scene.states(ids) == {State.PUBLISH_IN_PROGRESS}
    with scene.sessions.begin() as session:  # eight seconds later
        earlier = {"claimed_at": utc_now() - timedelta(seconds=9)}
        session.execute(update(ClientCommand).values(earlier))
    mqtt = scene.connect()
    other = Dispatcher(scene.worker(), mqtt)
    wait_until(
        lambda: (other.step(), scene.states(ids) == {State.PUBLISHED})[1], what="all published"
    )
    wait_until(lambda: len(scene.heard) >= len(ids), what="all heard")
    assert scene.heard_ids() == Counter(ids)
    mqtt.stop()


def test_two_at_work_send_each_command_once_and_stay_connected(scene: Scene) -> None:
    with capture_logs() as logs, _both_running(scene):
        wait_until(lambda: _count(logs, "mqtt.connected") == 2, what="both connected")
        ids = scene.issue(40)
        wait_until(lambda: scene.states(ids) == {State.PUBLISHED}, what="all published")
        wait_until(lambda: len(scene.heard) >= len(ids), what="all heard")
    assert scene.heard_ids() == Counter(ids)
    assert _count(logs, "mqtt.disconnected") == 0


@contextmanager
def _both_running(scene: Scene) -> Iterator[None]:
    workers = [scene.worker(), scene.worker()]
    with ExitStack() as stack:
        for worker in workers:
            thread = threading.Thread(target=run, args=(worker,))
            thread.start()
            stack.callback(thread.join, 10)
        for worker in workers:
            stack.callback(worker.stop.set)
        yield


def _count(logs: Iterable[Mapping[str, object]], event: str) -> int:
    return sum(entry["event"] == event for entry in logs)


def test_what_the_broker_retains_is_sent_by_one_of_them_and_then_by_the_other(
    scene: Scene,
) -> None:
    heard: list[bytes] = []
    topic = f"infoscreen/{uuid4()}/group_id"
    ear = scene.connect(
        on_message=lambda message: heard.append(message.payload), subscriptions=[(topic, 1)]
    )
    connections = [scene.connect(), scene.connect()]
    first, second = (Dispatcher(scene.worker(), mqtt) for mqtt in connections)

    def enqueue(numbers: range) -> None:
        with scene.sessions.begin() as session:
            for number in numbers:
                outbox.enqueue(session, topic, str(number).encode(), now=utc_now())

    def is_empty() -> bool:
        first.step()
        second.step()
        with scene.sessions() as session:
            return session.scalar(select(OutboxMessage.id).limit(1)) is None

    enqueue(range(100))
    wait_until(is_empty, what="the first hundred")
    assert first.leadership.is_held
    assert not second.leadership.is_held
    first.leadership.release()
    connections[0].stop()
    enqueue(range(100, 200))
    wait_until(lambda: (second.step(), len(heard) >= 200)[1], what="the second hundred")
    assert heard == [str(number).encode() for number in range(200)]
    for connection in (*connections, ear):
        connection.stop()
