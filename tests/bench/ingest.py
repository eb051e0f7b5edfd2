"""How fast is telemetry taken in? Ratios of three designs, measured in one run on one machine.

- `receive`: a bare MQTT client that takes every message and drops it: the ceiling.
- `batched`: `infoscreen listener` as it is shipped.
- `single`: the plain design: decode, SELECT, UPDATE and COMMIT for each message, in the callback.

The same broker and the same publisher serve all three. A run ends when the last message is applied.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import orjson
from paho.mqtt.client import Client as PahoClient
from paho.mqtt.client import MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import func, insert, select

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from infoscreen_core.db.engine import (  # noqa: E402 - after the path
    make_engine,
    make_read_session_factory,
    make_session_factory,
)
from infoscreen_core.db.migrate import upgrade  # noqa: E402
from infoscreen_core.db.models import Client, WorkerStatus  # noqa: E402
from infoscreen_core.domain.screens.player import ProcessStatus  # noqa: E402
from tests.support.ports import wait_until  # noqa: E402
from tests.support.servers import MariaDB, Mosquitto  # noqa: E402

MIN_SPEEDUP = 20.0
MIN_SHARE = 0.4
CLIENTS = 1_000
SINGLE_MESSAGES = 2_000
LAST_PID = 999_999
"""The process id in each client's last message: when the database shows it, all is applied."""


@dataclass
class Result:
    backend: str
    receive_per_second: float
    batched_per_second: float
    single_per_second: float
    speedup: float
    """batched : single"""
    share: float
    """batched : receive"""
    holds: bool


class OpenMosquitto(Mosquitto):
    """No limit on what waits for a slow subscriber: the publisher is faster than any of them."""

    def write_configuration(self) -> Path:
        path = super().write_configuration()
        path.write_text(
            path.read_text().replace("max_queued_messages 100000", "max_queued_messages 0")
        )
        return path


def uuid_of(number: int) -> str:
    return str(UUID(int=number))


def payload_of(number: int, pid: int, stamp: str) -> bytes:
    """Return what a player says of its health at that time, by its own clock."""
    return orjson.dumps(
        {
            "timestamp": stamp,
            "expected_state": {"event_id": 17},
            "actual_state": {"process": "chromium", "pid": pid, "status": "running"},
            "health_metrics": {
                "screen_on": True,
                "last_frame_update": stamp,
                "cpu_percent": 10 + number % 50,
                "memory_percent": 41.5,
                "temperature_c": 51.2,
                "disk_free_mb": 20_480,
            },
            "broker_connection": {"broker_reachable": True, "reconnect_count": 2},
        }
    )


def mqtt_string(text: str) -> bytes:
    return len(text).to_bytes(2, "big") + text.encode()


def packet(kind: int, body: bytes) -> bytes:
    length, remaining = bytearray(), len(body)
    while True:
        remaining, digit = divmod(remaining, 128)
        length.append(digit | (128 if remaining else 0))
        if not remaining:
            return bytes([kind]) + bytes(length) + body


def health_packet(number: int, pid: int, stamp: str) -> bytes:
    topic = mqtt_string(f"infoscreen/{uuid_of(number)}/health")
    return packet(0x30, topic + payload_of(number, pid, stamp))


def publish(broker: Mosquitto, messages: int) -> None:
    """Send that many health messages (QoS 0), round robin, as fast as the broker reads."""
    flags = mqtt_string("MQTT") + b"\x04\xc2" + (600).to_bytes(2, "big")
    login = mqtt_string("bench-publisher") + mqtt_string(broker.user) + mqtt_string(broker.password)
    with socket.create_connection((broker.host, broker.port)) as connection:
        connection.sendall(packet(0x10, flags + login))
        assert connection.recv(4)[3] == 0, "the broker refused the publisher"
        print("sending", flush=True)
        rounds = messages // CLIENTS
        for number in range(rounds):
            pid = LAST_PID if number == rounds - 1 else 1_000 + number
            # Of now, since clocks that are off cost more, and are rare.
            stamp = datetime.now(UTC).isoformat()  # noqa: TID251 - a player's clock
            connection.sendall(b"".join(health_packet(i, pid, stamp) for i in range(CLIENTS)))
        connection.sendall(packet(0xE0, b""))


def subscriber(broker: Mosquitto, client_id: str) -> PahoClient:
    client = PahoClient(CallbackAPIVersion.VERSION2, client_id=client_id)
    client.username_pw_set(broker.user, broker.password)
    client.on_connect = lambda client, *_: client.subscribe("infoscreen/+/health", 0)
    client.on_subscribe = lambda *_: print("ready", flush=True)
    client.connect(broker.host, broker.port)
    return client


def receive_and_drop(broker: Mosquitto, messages: int) -> None:
    client = subscriber(broker, "bench-receive")
    count = 0

    def take(_client: PahoClient, _userdata: object, _message: MQTTMessage) -> None:
        nonlocal count
        count += 1
        if count == messages:
            print("done", flush=True)

    client.on_message = take
    client.loop_forever()


def one_transaction_each(broker: Mosquitto, database_url: str) -> None:
    client = subscriber(broker, "bench-single")
    sessions = make_session_factory(make_engine(database_url))

    def apply(_client: PahoClient, _userdata: object, message: MQTTMessage) -> None:
        said = json.loads(message.payload)
        uuid = message.topic.split("/")[1]
        with sessions.begin() as session:
            row = session.scalars(select(Client).where(Client.uuid == uuid)).one()
            row.last_alive = row.health_at = datetime.now(UTC)  # noqa: TID251 - what is measured
            row.current_process = said["actual_state"]["process"]
            row.process_pid = said["actual_state"]["pid"]
            row.process_status = ProcessStatus(said["actual_state"]["status"])
            row.expected_event_id = said["expected_state"]["event_id"]
            metrics = said["health_metrics"]
            row.screen_on = metrics["screen_on"]
            row.last_frame_update = datetime.fromisoformat(metrics["last_frame_update"])
            row.cpu_percent = metrics["cpu_percent"]
            row.memory_percent = metrics["memory_percent"]
            row.temperature_c = metrics["temperature_c"]
            row.disk_free_mb = metrics["disk_free_mb"]
            row.mqtt_reconnect_count = said["broker_connection"]["reconnect_count"]

    client.on_message = apply
    client.loop_forever()


@contextmanager
def child(*arguments: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def spoken(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout
    for line in process.stdout:
        if line.strip() == word:
            return
    msg = f"the child ended without saying {word!r}"
    raise AssertionError(msg)


class Bench:
    def __init__(
        self, broker: Mosquitto, database_url: str, directory: Path, *, clients: int = CLIENTS
    ) -> None:
        self.broker = broker
        self.environment = broker.environment() | {
            "DB_CONN": database_url,
            "INFOSCREEN_DATA_DIR": str(directory),
            "LOG_LEVEL": "error",
        }
        engine = make_engine(database_url)
        upgrade(engine)
        self.sessions = make_session_factory(engine)
        self.reading = make_read_session_factory(engine)
        """Sessions that hold no writer up, however often it is looked."""
        now = datetime.now(UTC)  # noqa: TID251 - a benchmark holds its own clock
        with self.sessions.begin() as session:
            rows = [{"uuid": uuid_of(i), "registration_time": now} for i in range(clients)]
            session.execute(insert(Client), rows)

    def receive(self, messages: int) -> float:
        with self.role("receive", messages) as process:
            spoken(process, "ready")
            with self.publisher(messages) as started:
                spoken(process, "done")
                return messages / (time.perf_counter() - started)

    def batched(self, messages: int) -> float:
        program = str(Path(sys.executable).with_name("infoscreen"))
        with child(program, "listener", environment=self.environment) as process:
            wait_until(lambda: self.listener_is_ready(process.pid), seconds=30, what="the listener")
            rate = self.time_until_applied(messages)
            wait_until(lambda: self.applied() == messages, what="every message applied")
            return rate

    def single(self, messages: int) -> float:
        with self.role("single", messages) as process:
            spoken(process, "ready")
            return self.time_until_applied(messages)

    @contextmanager
    def role(self, role: str, messages: int) -> Iterator[subprocess.Popen[str]]:
        arguments = ("--role", role, "--messages", str(messages))
        with child(
            str(Path(__file__).resolve()), *arguments, environment=self.environment
        ) as process:
            yield process

    @contextmanager
    def publisher(self, messages: int) -> Iterator[float]:
        """Publish; give the moment it began."""
        with self.role("publish", messages) as process:
            spoken(process, "sending")
            yield time.perf_counter()

    def listener_is_ready(self, pid: int) -> bool:
        with self.reading() as session:
            row = session.get(WorkerStatus, "listener")
            return row is not None and row.pid == pid and row.is_broker_connected

    def applied(self) -> int:
        with self.reading() as session:
            metrics = session.get_one(WorkerStatus, "listener").metrics
            return int(metrics["applied"]) if metrics else 0

    def time_until_applied(self, messages: int) -> float:
        with self.sessions.begin() as session:
            for client in session.scalars(select(Client)):
                client.process_pid = 0
        with self.publisher(messages) as started:
            wait_until(self.is_all_applied, seconds=600, what="the last message")
            return messages / (time.perf_counter() - started)

    def is_all_applied(self) -> bool:
        time.sleep(0.03)
        with self.reading() as session:
            query = select(func.count()).where(Client.process_pid == LAST_PID)
            return session.scalar(query) == CLIENTS

    def measure(self, backend: str, messages: int, rounds: int) -> Result:
        figures = []
        for _ in range(rounds):
            receive = self.receive(messages)
            batched = self.batched(messages)
            figures.append((receive, batched, self.single(SINGLE_MESSAGES)))
            print(
                f"  {backend}: " + "  ".join(f"{value:,.0f}/s" for value in figures[-1]),
                file=sys.stderr,
            )
        receive, batched, single = (max(column) for column in zip(*figures, strict=True))
        speedup, share = batched / single, batched / receive
        holds = speedup >= MIN_SPEEDUP and share >= MIN_SHARE
        return Result(backend, receive, batched, single, speedup, share, holds)


def run(backends: list[str], messages: int, rounds: int) -> list[Result]:
    results = []
    with tempfile.TemporaryDirectory(prefix="infoscreen-bench-") as name, ExitStack() as servers:
        directory = Path(name)
        broker = OpenMosquitto(directory / "mosquitto")
        broker.start()
        servers.callback(broker.stop)
        for backend in backends:
            url = f"sqlite:///{directory}/bench.db"
            if backend == "mariadb":
                (directory / "mariadb").mkdir()
                mariadb = MariaDB(directory / "mariadb")
                mariadb.start()
                servers.callback(mariadb.stop)
                url = mariadb.new_database()
            results.append(Bench(broker, url, directory / "var").measure(backend, messages, rounds))
    return results


def broker_of_environment() -> Mosquitto:
    """Return the broker that whoever started this process has told it of."""
    environment = os.environ
    return Mosquitto(
        Path(),
        port=int(environment["MQTT_BROKER_PORT"]),
        user=environment["MQTT_USER"],
        password=environment["MQTT_PASSWORD"],
    )


def play_role(role: str, messages: int) -> None:
    broker = broker_of_environment()
    if role == "publish":
        publish(broker, messages)
    elif role == "receive":
        receive_and_drop(broker, messages)
    else:
        one_transaction_each(broker, os.environ["DB_CONN"])


def print_table(results: list[Result]) -> None:
    print(
        f"{'backend':<9}{'receive/s':>11}{'batched/s':>11}{'single/s':>10}"
        f"{'x single':>10}{'of receive':>12}"
    )
    for result in results:
        figures = f"{result.receive_per_second:>11,.0f}{result.batched_per_second:>11,.0f}"
        figures += f"{result.single_per_second:>10,.0f}{result.speedup:>10.1f}{result.share:>12.2f}"
        print(f"{result.backend:<9}{figures}   {'holds' if result.holds else 'DOES NOT HOLD'}")
    print(f"wanted: at least {MIN_SPEEDUP:.0f} times single, and {MIN_SHARE} of receive-and-drop")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--messages", type=int, default=100_000, help="for each run of the two fast designs"
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=3,
        help="runs of each design; the best counts, being the least disturbed",
    )
    parser.add_argument("--backend", choices=["sqlite", "mariadb", "both"], default="both")
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.add_argument("--role", choices=["publish", "receive", "single"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    messages = max(options.messages // CLIENTS, 1) * CLIENTS
    if options.role:
        play_role(options.role, messages)
        return 0
    backends = ["sqlite", "mariadb"] if options.backend == "both" else [options.backend]
    results = run(backends, messages, options.rounds)
    if options.json:
        print(json.dumps([asdict(result) for result in results], indent=2))
    else:
        print_table(results)
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
