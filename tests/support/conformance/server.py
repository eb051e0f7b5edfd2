"""A server as operators run it, on a broker of its own, and players of ours that talk to it."""

import asyncio
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.models import Client, WorkerStatus
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.screens import clients
from infoscreen_core.settings import Settings, load_settings
from tests.support.databases import migrated_file
from tests.support.events.planning import add_group
from tests.support.ports import free_port, is_open, wait_until
from tests.support.production import account_of
from tests.support.servers import Mosquitto
from workers.dispatcher import main as dispatcher
from workers.listener import main as listener
from workers.runtime import Session, Worker, in_transaction, open_database
from workers.scheduler import main as scheduler
from workers.simulator.identity import PlayerIdentity
from workers.simulator.link import BrokerAddress, Link
from workers.simulator.media.desk import MediaDesk
from workers.simulator.media.shelf import Shelf
from workers.simulator.memory import CommandMemory
from workers.simulator.player import Player
from workers.simulator.reports import Habits

INFOSCREEN = str(Path(sys.executable).with_name("infoscreen"))
_RUNS = {"listener": listener.run, "dispatcher": dispatcher.run, "scheduler": scheduler.run}
WORKERS = tuple(_RUNS)
BRISK = Habits(health_seconds=1.0, picture_seconds=4.0, reboot_seconds=2.0)


@dataclass
class EmbeddedBroker:
    """`infoscreen broker`, with the same account as a test's mosquitto."""

    directory: Path
    port: int = field(default_factory=free_port)
    user: str = "server"
    password: str = "a-test-password"
    host: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [INFOSCREEN, "broker", "--port", str(self.port)],
            env=os.environ | self.environment() | {"INFOSCREEN_DATA_DIR": str(self.directory)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: is_open(self.port), seconds=60, what="the embedded broker's port")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=10)
            self.process = None

    def environment(self) -> dict[str, str]:
        return {
            "MQTT_BROKER_HOST": self.host,
            "MQTT_BROKER_PORT": str(self.port),
            "MQTT_USER": self.user,
            "MQTT_PASSWORD": self.password,
        }


@dataclass
class Server:
    """Listener, dispatcher and scheduler on a database and a broker of their own."""

    directory: Path
    broker: Mosquitto | EmbeddedBroker
    workers: tuple[str, ...] = WORKERS
    database_url: str = ""
    """Migrated; a SQLite file of its own unless it is given."""
    is_in_threads: bool = False
    """Whether the workers are threads of this process, which begin at once; else processes."""
    threads: list["WorkerThread"] = field(default_factory=list)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.broker.start()
        self.database_url = self.database_url or migrated_file(self.directory / "infoscreen.db")
        self.engine = make_engine(self.database_url)
        self.sessions = make_session_factory(self.engine)
        self.settings = load_settings(
            mqtt_broker_port=self.broker.port,
            mqtt_user=self.broker.user,
            mqtt_password=self.broker.password,
            db_conn=self.database_url,
            infoscreen_data_dir=self.directory,
        )
        for worker in self.workers:
            if self.is_in_threads:
                self.threads.append(WorkerThread(worker, self.settings))
            else:
                self.processes.append(self.run(worker, log=self.directory / f"{worker}.log"))

    def run(self, *words: str, log: Path) -> "subprocess.Popen[bytes]":
        with log.open("ab") as out:
            return subprocess.Popen(
                [INFOSCREEN, *words],
                env=os.environ | self.environment(),
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    def environment(self) -> dict[str, str]:
        return self.broker.environment() | {
            "DB_CONN": self.database_url,
            "INFOSCREEN_DATA_DIR": str(self.directory),
            "LOG_FORMAT": "json",
        }

    def wait_ready(self) -> None:
        wait_until(self._is_ready, seconds=90, what="the workers")

    def _is_ready(self) -> bool:
        with self.sessions() as session:
            rows = session.scalars(select(WorkerStatus)).all()
        return {row.name for row in rows if row.is_broker_connected} >= set(self.workers)

    def admit(self, uuids: list[str]) -> int:
        """Wait until the players are known, let them in, and return the number of their group."""
        self.wait_for(uuids)

        def let_in(session: Session) -> int:
            group_id = add_group(session)
            clients.approve_clients(session, uuids, group_id=group_id, actor=CLI, now=utc_now())
            return group_id

        return in_transaction(self.sessions, let_in)

    def wait_for(self, uuids: list[str]) -> None:
        """Wait until the players' discoveries are stored."""
        wait_until(lambda: self._knows(uuids), seconds=90, what="the players' discoveries")

    def _knows(self, uuids: list[str]) -> bool:
        with self.sessions() as session:
            return set(session.scalars(select(Client.uuid))) >= set(uuids)

    def all(self, model: type[Any]) -> list[Any]:
        with self.sessions() as session:
            return list(session.scalars(select(model)))

    def logs(self) -> str:
        """What the workers' processes have logged."""
        return "".join((self.directory / f"{name}.log").read_text() for name in self.workers)

    def stop(self) -> None:
        for thread in self.threads:
            thread.worker_stop.set()
        for thread in self.threads:
            thread.join(timeout=20)
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=20)
        self.engine.dispose()
        self.broker.stop()


class WorkerThread(threading.Thread):
    """A worker as it runs in its process, from its start to its end."""

    def __init__(self, name: str, settings: Settings) -> None:
        super().__init__(name=name, daemon=True)
        self.worker_stop = threading.Event()
        self._settings = settings
        self.start()

    def run(self) -> None:
        with open_database(self._settings) as database:
            _RUNS[self.name](Worker(self.name, self._settings, database, self.worker_stop))


class Players:
    """Players in a thread of this process, good and bad ones side by side.

    `has_own_accounts` says whether each has an account of its own, else they share the server's.
    """

    def __init__(
        self, server: Server, *kinds: type[Player], has_own_accounts: bool = False
    ) -> None:
        memory = CommandMemory(server.directory / "players" / "commands.jsonl")
        prefix = server.directory.name
        self.players = {
            kind: kind(PlayerIdentity(prefix, number), BRISK, memory)
            for number, kind in enumerate(kinds, 1)
        }
        self._server = server
        self._has_own_accounts = has_own_accounts
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def uuid(self, kind: type[Player]) -> str:
        return self.players[kind].uuid

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def _run(self) -> None:
        shelf = Shelf(self._server.directory / "players" / "media", owner="1")
        desk = MediaDesk(shelf, self._loop)
        links = [
            Link(player, self._address(player), self._loop, desk)
            for player in self.players.values()
        ]
        tasks = [self._loop.create_task(link.run()) for link in links]
        self._loop.run_forever()
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        for link in links:
            link.close()
        desk.close()

    def _address(self, player: Player) -> BrokerAddress:
        broker, settings = self._server.broker, self._server.settings
        own = account_of(player.uuid), broker.password
        login = own if self._has_own_accounts else settings.mqtt_login
        return BrokerAddress(broker.host, broker.port, login, settings)


class Restart(threading.Thread):
    """A mosquitto that is stopped and started again, as an operator's command would."""

    def __init__(self, broker: Mosquitto) -> None:
        super().__init__(daemon=True)
        self._broker = broker

    def begin(self) -> None:
        self.start()

    def run(self) -> None:
        self._broker.stop()
        self._broker.start()

    def is_over(self) -> bool:
        return not self.is_alive()

    def problem(self) -> None:
        return None
