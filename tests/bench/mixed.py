"""How does the listener do under all that a fleet says at once? Health, logs, pictures, acks.

One process sends what `mixed_load` says to a real broker; `infoscreen listener` stores it, as it is
shipped. Measured are the time from a message's sending until the database shows it (of a marker
that speaks ten times a second, over both connections), memory, processor time of listener, broker
and MariaDB, and, at the end, whether all is stored: each message of QoS 1 once, and no health
message lost on the way.

With `--highest` the fleet is doubled as long as it is kept up with; pictures, log lines and
acknowledgements stay as many. Before the clock runs each player has said its first word, which has
the database write more than the next ones do.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ScalarSelect, func, insert, select

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from infoscreen_core.db.engine import make_glance_engine
from infoscreen_core.db.models import (
    Client,
    ClientCommand,
    ClientLog,
    ClientScreenshot,
    CommandTransition,
)
from infoscreen_core.domain.commands.lifecycle import Action, Cause, State
from tests.bench.figures import tell
from tests.bench.ingest import (
    Bench,
    OpenMosquitto,
    broker_of_environment,
    child,
    spoken,
    uuid_of,
)
from tests.bench.mixed_load import HEALTH_SECONDS, Load, Sent, greet, speak
from tests.support.ports import wait_until
from tests.support.servers import MariaDB

MAX_LAG_SECONDS: Final = 2.0
MAX_MIB: Final = 300.0
MIN_PER_CORE: Final = 5 * 1_390
"""ThingsBoard publishes 1,390 messages a second for itself with PostgreSQL."""
DATABASE_MEMORY: Final = "512M"
"""For MariaDB's tables: the rows of 100,000 players do not fit into what tests give it."""
_POLL_SECONDS: Final = 0.05
_SETTLED_SECONDS: Final = 30.0
"""When the listener has stored nothing more for so long, what is missing is lost."""
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Result:
    """What one run showed."""

    backend: str
    players: int
    seconds: float
    sent_per_second: float
    late_ms: int
    """How late the sender was at worst: beyond a second it is the limit, not the listener."""
    health_lag_p50: float
    health_lag_p99: float
    """Seconds from sending to the database."""
    log_lag_p50: float
    log_lag_p99: float
    listener_mib: float
    """The most that it ever held."""
    listener_cores: float
    database_cores: float
    """0 on SQLite, which is a part of the listener."""
    broker_cores: float
    first_words_per_second: float
    """How many players' first words were stored, before all else."""
    lost: dict[str, int]
    """Of each kind of message, how many are not stored; health and heartbeats are one number."""
    doubled: int
    """Log lines and acknowledgements that are stored more than once."""

    microseconds: dict[str, float]
    """Processor time of listener, database and broker for each message, the pictures in it."""
    sender_cores: float
    """What the sending itself takes of the same cores, and is nothing of ours."""

    @property
    def per_core(self) -> float:
        """Messages for each second of a core that listener, database and broker used."""
        return 1e6 / sum(self.microseconds.values())

    @property
    def holds(self) -> bool:
        """Whether it was kept up with, and nothing was lost."""
        lag = max(self.health_lag_p99, self.log_lag_p99)
        is_whole = not any(self.lost.values()) and not self.doubled
        return lag < MAX_LAG_SECONDS and self.listener_mib < MAX_MIB and is_whole


@dataclass(frozen=True, slots=True)
class Seen:
    """What was measured while the players spoke."""

    first_words: float
    lags: list[list[float]]
    listener_mib: float
    took: float
    """Seconds until all was stored."""
    used: list[float]
    """Processor seconds of listener, database and broker."""


class Watch(threading.Thread):
    """Looks again and again what the marker has said last, by the database."""

    def __init__(self, bench: Bench, load: Load, origin: float) -> None:
        super().__init__(daemon=True)
        # No transaction, one round trip: the database's time for it is counted as well.
        self._engine = make_glance_engine(bench.environment["DB_CONN"], answer_seconds=30)
        self._uuid, self._origin = load.marker, origin
        self._stopped = threading.Event()
        self._seen: tuple[list[tuple[int, float]], ...] = ([], [])
        """What was seen in health and in logs, with the moment in milliseconds."""

    def run(self) -> None:
        query = select(Client.process_pid, _last_line()).where(Client.uuid == self._uuid)
        words = str(query.compile(self._engine, compile_kwargs={"literal_binds": True}))
        while not self._stopped.wait(_POLL_SECONDS):
            with self._engine.connect() as connection:
                seen = connection.exec_driver_sql(words).one()
            self._note(*seen)
        self._engine.dispose()

    def _note(self, pid: int | None, message: str | None) -> None:
        now = (time.monotonic() - self._origin) * 1000
        values = pid or 0, int(message.split()[1]) if message else 0
        for seen, value in zip(self._seen, values, strict=True):
            if not seen or value > seen[-1][0]:
                seen.append((value, now))

    def lags(self, marks: list[int]) -> list[list[float]]:
        """Return how many seconds after each mark it was seen, in health and in logs."""
        self._stopped.set()
        self.join()
        return [sorted(_lags(seen, marks)) for seen in self._seen]


def _last_line() -> ScalarSelect[str]:
    query = select(ClientLog.message).where(ClientLog.client_uuid == Client.uuid)
    return query.order_by(ClientLog.ordered_at.desc()).limit(1).scalar_subquery()


def _lags(seen: list[tuple[int, float]], marks: list[int]) -> Iterator[float]:
    for mark in marks:
        place = bisect_left(seen, mark, key=itemgetter(0))
        # One that was never seen is as bad as can be.
        yield (seen[place][1] - mark) / 1000 if place < len(seen) else _SETTLED_SECONDS


def share(values: list[float], part: float) -> float:
    """Return the value below which that part of sorted values lies."""
    return round(values[min(int(len(values) * part), len(values) - 1)], 3)


class Mixed:
    """A broker, a database, and runs of them."""

    def __init__(self, stack: ExitStack, directory: Path, backend: str) -> None:
        self._backend = backend
        self._broker = OpenMosquitto(directory / "mosquitto")
        self._broker.start()
        stack.callback(self._broker.stop)
        self._mariadb: MariaDB | None = None
        url = f"sqlite:///{directory}/bench.db"
        if backend == "mariadb":
            (directory / "mariadb").mkdir()
            self._mariadb = MariaDB(directory / "mariadb", memory=DATABASE_MEMORY)
            self._mariadb.start()
            stack.callback(self._mariadb.stop)
            url = self._mariadb.new_database()
        self._bench = Bench(self._broker, url, directory / "var", clients=1)

    def run(self, load: Load) -> Result:
        self._prepare(load)
        program = str(Path(sys.executable).with_name("infoscreen"))
        with child(program, "listener", environment=self._bench.environment) as listener:
            ready = self._bench.listener_is_ready
            wait_until(lambda: ready(listener.pid), seconds=60, what="the listener")
            return self._measure(load, listener)

    def _greet(self, load: Load) -> float:
        """Let each player say its first word; return how many of them were stored a second."""
        begun = time.monotonic()
        with self._publisher("--greet", load, begun) as publisher:
            spoken(publisher, "greeted")
            stored = self._bench.applied
            wait_until(lambda: stored() == load.players, seconds=300, what="the first words")
        return load.players / (time.monotonic() - begun)

    def _measure(self, load: Load, listener: subprocess.Popen[str]) -> Result:
        first_words = self._greet(load)
        origin = time.monotonic()
        watch = Watch(self._bench, load, origin)
        with self._publisher("--load", load, origin) as publisher:
            spoken(publisher, "sending")
            watch.start()
            before, begun = self._cores(listener.pid), time.monotonic()
            assert publisher.stdout
            sent = Sent(**json.loads(publisher.stdout.readline()))
        self._wait_until_settled(load, sent)
        took = time.monotonic() - begun
        after = self._cores(listener.pid)
        used = [now - then for then, now in zip(before, after, strict=True)]
        lags = watch.lags(sent.marks)
        seen = Seen(first_words, lags, _most_mib(listener.pid), took, used)
        return self._result(load, sent, seen)

    def _result(self, load: Load, sent: Sent, seen: Seen) -> Result:
        health, logs = seen.lags
        return Result(
            backend=self._backend,
            players=load.players,
            seconds=load.seconds,
            sent_per_second=round(sent.total / load.seconds),
            late_ms=sent.late_ms,
            health_lag_p50=share(health, 0.5),
            health_lag_p99=share(health, 0.99),
            log_lag_p50=share(logs, 0.5),
            log_lag_p99=share(logs, 0.99),
            listener_mib=round(seen.listener_mib, 1),
            listener_cores=round(seen.used[0] / seen.took, 2),
            database_cores=round(seen.used[1] / seen.took, 2),
            broker_cores=round(seen.used[2] / seen.took, 2),
            microseconds={
                name: round(used / (sent.total + 2 * len(sent.marks)) * 1e6, 1)
                for name, used in zip(("listener", "database", "broker"), seen.used, strict=True)
            },
            sender_cores=round(sent.cpu_seconds / load.seconds, 2),
            first_words_per_second=round(seen.first_words),
            lost=self._lost(load, sent),
            doubled=self._doubled(),
        )

    def _prepare(self, load: Load) -> None:
        """Bring in players that are missing; take away what the run before left."""
        now = datetime.now(UTC)  # noqa: TID251 - a benchmark holds its own clock
        with self._bench.sessions.begin() as session:
            for model in (ClientCommand, ClientLog, ClientScreenshot):
                session.execute(model.__table__.delete())  # type: ignore[attr-defined]
            known = session.scalar(select(func.count()).select_from(Client)) or 0
            new = [uuid_of(number) for number in range(known, load.players + 1)]
            for start in range(0, len(new), 5_000):
                rows = [{"uuid": uuid, "registration_time": now} for uuid in new[start:][:5_000]]
                session.execute(insert(Client), rows)
            session.execute(insert(ClientCommand), list(_commands(load, now)))

    @contextmanager
    def _publisher(self, role: str, load: Load, origin: float) -> Iterator[subprocess.Popen[str]]:
        arguments = (role, json.dumps(asdict(load)), "--origin", str(origin))
        program = str(Path(__file__).resolve())
        with child(program, *arguments, environment=self._bench.environment) as process:
            yield process

    def _cores(self, listener_pid: int) -> list[float]:
        """Return the processor seconds of listener, database and broker so far."""
        database = self._mariadb.process if self._mariadb else None
        broker = self._broker.process
        assert broker
        return [
            _cpu_seconds(listener_pid),
            _cpu_seconds(database.pid) if database else 0.0,
            _cpu_seconds(broker.pid),
        ]

    def _wait_until_settled(self, load: Load, sent: Sent) -> None:
        wanted = load.players + sent.total + 2 * len(sent.marks) + sent.pictures
        last, since = -1, time.monotonic()
        while last < wanted and time.monotonic() - since < _SETTLED_SECONDS:
            if (done := self._bench.applied() + self._count(ClientScreenshot.id)) != last:
                last, since = done, time.monotonic()
            time.sleep(0.2)

    def _lost(self, load: Load, sent: Sent) -> dict[str, int]:
        of_all = load.players + sent.total + 2 * len(sent.marks)
        stored = {
            "logs": sent.logs + len(sent.marks) - self._count(ClientLog.id),
            "pictures": sent.pictures - self._count(ClientScreenshot.id),
            "acks": sent.acks - self._count_acks(),
            "unconfirmed": sent.sure + len(sent.marks) - sent.confirmed,
        }
        return stored | {"all": of_all - self._bench.applied()}

    def _doubled(self) -> int:
        lines = self._count(ClientLog.id) - self._count(func.distinct(ClientLog.message))
        steps = CommandTransition.command_id
        return lines + self._count(steps) - self._count(func.distinct(steps))

    def _count_acks(self) -> int:
        is_taken = CommandTransition.cause == Cause.ACK_ACCEPTED
        with self._bench.reading() as session:
            query = select(func.count(func.distinct(CommandTransition.command_id)))
            return session.scalar(query.where(is_taken)) or 0

    def _count(self, what: Any) -> int:  # noqa: ANN401 - a column, or what is made of one
        with self._bench.reading() as session:
            return session.scalar(select(func.count(what))) or 0


def _commands(load: Load, now: datetime) -> Iterator[dict[str, Any]]:
    """Commands that wait for the acknowledgements to come, each of another player."""
    for number in range(load.acks * load.seconds):
        yield {
            "command_id": load.command_id(number),
            "client_uuid": uuid_of(number % load.players),
            "action": Action.RESTART_APP,
            "status": State.PUBLISHED,
            "issued_at": now,
            "expires_at": now + timedelta(hours=1),
            "created_at": now,
            "updated_at": now,
        }


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _most_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def find_highest(run: Callable[[Load], Result], load: Load) -> list[Result]:
    """Double the fleet until it is not kept up with any more; return all runs."""
    results = [run(load)]
    while results[-1].holds:
        load = Load(load.players * 2, load.seconds, load.health * 2)
        results.append(run(load))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--players", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, help="health messages a second, if not one in 5 s each")
    parser.add_argument("--highest", action="store_true", help="double the fleet while it holds")
    parser.add_argument("--backend", choices=["sqlite", "mariadb"], default="mariadb")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--load", type=json.loads, help=argparse.SUPPRESS)
    parser.add_argument("--greet", type=json.loads, help=argparse.SUPPRESS)
    parser.add_argument("--origin", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        speak(broker_of_environment(), Load(**options.load), options.origin)
        return
    if options.greet:
        greet(broker_of_environment(), Load(**options.greet))
        return
    rate = options.rate or options.players // HEALTH_SECONDS
    load = Load(options.players, options.seconds, rate)
    with tempfile.TemporaryDirectory(prefix="infoscreen-bench-") as name, ExitStack() as stack:
        mixed = Mixed(stack, Path(name), options.backend)
        results = find_highest(mixed.run, load) if options.highest else [mixed.run(load)]
    tell(_figures(results), as_json=options.json)


def _figures(results: list[Result]) -> dict[str, Any]:
    runs = [asdict(one) | {"per_core": round(one.per_core), "holds": one.holds} for one in results]
    if len(runs) == 1:
        return runs[0]
    best = next((one for one in reversed(results) if one.holds), None)
    figures = {f"{one['players']} players": one for one in runs}
    return figures | {"holds": best is not None and best.per_core >= MIN_PER_CORE}


if __name__ == "__main__":
    main()
