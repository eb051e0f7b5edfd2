"""What does it cost to keep every screen's list right? Ratios and ceilings, from one run.

    python tests/bench/schedule.py [--groups 500] [--copies 10] [--backend sqlite|mariadb|both]
    [--json]

- a full step of the scheduler (every list read and compared, nothing new to send) against expanding
  every rule at each poll with plain dateutil, for the same groups at the same instant, and with the
  same answer;
- `infoscreen scheduler` as shipped, with ten times as many groups, on a real broker: processor time
  of a full step, and memory;
- what the age of a series costs; what hostile rules cost.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import cast
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from sqlalchemy import select

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from infoscreen_core.clock import utc_now  # noqa: E402 - after the path
from infoscreen_core.db.engine import (  # noqa: E402
    make_engine,
    make_read_session_factory,
    make_session_factory,
)
from infoscreen_core.db.migrate import upgrade  # noqa: E402
from infoscreen_core.db.models import ChangeCounter, Event, WorkerStatus  # noqa: E402
from infoscreen_core.log import configure_logging  # noqa: E402
from infoscreen_core.services import changes  # noqa: E402
from infoscreen_core.services.playing import playing  # noqa: E402
from infoscreen_core.settings import load_settings  # noqa: E402
from tests.bench.schedule_rules import (  # noqa: E402
    MAX_AGE_RATIO,
    MAX_HOSTILE_MS,
    MAX_WINDOW_MS,
    Age,
    Hostile,
    measure_age,
    measure_hostile,
)
from tests.support.playing.scheduling import environment  # noqa: E402
from tests.support.ports import wait_until  # noqa: E402
from tests.support.school.school_plan import add_plan, multiply_plan  # noqa: E402
from tests.support.servers import MariaDB, Mosquitto  # noqa: E402
from workers.leadership import Leadership  # noqa: E402
from workers.mqtt.connection import MqttConnection, ReceivedMessage  # noqa: E402
from workers.scheduler.line import BrokerLine  # noqa: E402
from workers.scheduler.lists import Scheduler  # noqa: E402
from workers.scheduler.publisher import Surroundings  # noqa: E402

MIN_SPEEDUP = 300.0
MAX_STEP_SECONDS = 1.0
MAX_MIB = 400.0
LOOK_AHEAD = timedelta(days=7)
STEPS = 20
FORCED_STEPS = 5
STEP_PAUSE_SECONDS = 3.0
MIB = 1024.0


@dataclass
class Speed:
    """A full step against expanding every rule at each poll."""

    backend: str
    groups: int
    items: int
    step_ms: float
    every_rule_ms: float
    speedup: float
    holds: bool


@dataclass
class Size:
    """`infoscreen scheduler` with many groups; processor time of it and of MariaDB's server."""

    backend: str
    groups: int
    series: int
    start_cpu_seconds: float
    """From nothing to every list confirmed by the broker."""
    step_cpu_seconds: float
    server_cpu_seconds: float
    idle_cpu_share: float
    peak_mib: float
    holds: bool


class Sink:
    """Takes what the scheduler publishes, and confirms it."""

    is_connected = True
    epoch = 1

    def __init__(self) -> None:
        self.confirmed: SimpleQueue[int] = SimpleQueue()
        self.taken = 0

    def publish(self, _topic: str, _payload: bytes, *, qos: int, retain: bool) -> int:
        assert (qos, retain) == (1, True)
        self.taken += 1
        self.confirmed.put(self.taken)
        return self.taken


class AlwaysLeading(Leadership):
    def __init__(self) -> None:
        self.holder = "bench"

    @property
    def is_held(self) -> bool:
        return True


@dataclass
class Backend:
    """One database with its plan."""

    name: str
    url: str
    broker: Mosquitto
    directory: Path
    server_pid: int | None = None

    def __post_init__(self) -> None:
        engine = make_engine(self.url)
        upgrade(engine)
        self.sessions = make_session_factory(engine)
        self.read_sessions = make_read_session_factory(engine)
        self.now = utc_now().replace(microsecond=0)
        with self.sessions.begin() as session:
            session.add(ChangeCounter(subject=changes.SCHEDULE))

    def change(self) -> None:
        """Do as the console when an event is changed: every scheduler reads all lists anew."""
        with self.sessions.begin() as session:
            changes.bump(session)

    def measure_speed(self, groups: int) -> Speed:
        add_plan(self.sessions, groups, now=self.now)
        step = self._fastest_step(groups)
        every_rule, by_rules = min(self._expand_every_rule() for _ in range(2))
        with self.read_sessions() as session:
            lists = playing.active_lists(session, now=self.now)
        by_index = {(item.id, item.start) for items in lists.values() for item in items}
        assert by_index == by_rules, "the index and plain dateutil say different things"
        speedup = every_rule / step
        return Speed(
            self.name,
            groups,
            len(by_index),
            1000 * step,
            1000 * every_rule,
            speedup,
            speedup >= MIN_SPEEDUP,
        )

    def _fastest_step(self, groups: int) -> float:
        """Return the processor time of a step that reads and compares every list but sends none."""
        sink = Sink()
        scheduler = Scheduler(
            Surroundings(
                settings=load_settings(poll_interval_seconds=3600),
                sessions=self.sessions,
                read_sessions=self.read_sessions,
                line=BrokerLine(cast("MqttConnection", sink), SimpleQueue[ReceivedMessage]()),
                leadership=AlwaysLeading(),
                clock=lambda: self.now,
            )
        )
        scheduler.step()
        assert sink.taken == groups
        times = [self._time_step(scheduler) for _ in range(STEPS)]
        assert (sink.taken, scheduler.readings) == (groups, STEPS + 1)
        return min(times)

    def _time_step(self, scheduler: Scheduler) -> float:
        self.change()
        time.sleep(scheduler.last_tick_ms / 1000)  # it rests as long as it read
        begun = time.process_time()
        scheduler.step()
        return time.process_time() - begun

    def _expand_every_rule(self) -> tuple[float, set[tuple[int, datetime]]]:
        """Return what a poll costs that asks every rule, and what it finds to be active."""
        begun = time.process_time()
        with self.read_sessions() as session:
            events = list(session.scalars(select(Event).where(Event.is_active)))
        active = set()
        for event in events:
            assert event.recurrence_rule
            length = event.end - event.start
            rule = rrulestr(
                event.recurrence_rule, dtstart=event.start.astimezone(ZoneInfo(event.timezone))
            )
            for hit in rule.between(self.now - length, self.now + LOOK_AHEAD, inc=True):
                if hit <= self.now < hit + length:
                    active.add((event.id, hit))
        return time.process_time() - begun, active

    def measure_size(self, groups: int, copies: int) -> Size:
        multiply_plan(self.sessions, groups, copies)
        total = groups * copies
        with scheduler_process(self.url, self.broker, self.directory) as pid:
            wait_until(
                lambda: self._is_all_confirmed(total), seconds=120, what="every list on the broker"
            )
            at_start = cpu_seconds(pid)
            idle, idle_server = self._spend(pid, 0)
            busy, busy_server = self._spend(pid, FORCED_STEPS)
            peak = peak_mib(pid)
        step, server = (busy - idle) / FORCED_STEPS, (busy_server - idle_server) / FORCED_STEPS
        holds = step + server <= MAX_STEP_SECONDS and peak < MAX_MIB
        share = idle / (FORCED_STEPS * STEP_PAUSE_SECONDS)
        return Size(
            self.name,
            total,
            20 * total,
            at_start,
            max(step, 0.0),
            max(server, 0.0),
            share,
            peak,
            holds,
        )

    def _spend(self, pid: int, changes_made: int) -> tuple[float, float]:
        """Return the processor time that scheduler and server take to read every list so often."""
        before, server_before, readings = (
            cpu_seconds(pid),
            cpu_seconds(self.server_pid),
            self._metric("readings"),
        )
        for number in range(FORCED_STEPS):
            if number < changes_made:
                self.change()
            time.sleep(STEP_PAUSE_SECONDS)
        spent = cpu_seconds(pid) - before, cpu_seconds(self.server_pid) - server_before
        wait_until(
            lambda: self._metric("readings") == readings + changes_made, what="so many readings"
        )
        return spent

    def _is_all_confirmed(self, groups: int) -> bool:
        time.sleep(0.2)
        return self._metric("published") >= groups and self._metric("unconfirmed") == 0

    def _metric(self, name: str) -> int:
        with self.read_sessions() as session:
            row = session.get(WorkerStatus, "scheduler")
            return int(row.metrics[name]) if row and row.metrics else 0


@contextmanager
def scheduler_process(url: str, broker: Mosquitto, directory: Path) -> Iterator[int]:
    program = str(Path(sys.executable).with_name("infoscreen"))
    settings = environment(
        url,
        broker,
        INFOSCREEN_DATA_DIR=str(directory),
        LOG_LEVEL="error",
        POLL_INTERVAL_SECONDS="3600",
    )
    process = subprocess.Popen([program, "scheduler"], env=settings, cwd=directory)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def cpu_seconds(pid: int | None) -> float:
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / MIB


def run(backends: list[str], groups: int, copies: int) -> list[Speed | Size | Age | Hostile]:
    results: list[Speed | Size | Age | Hostile] = [measure_age(), measure_hostile()]
    with tempfile.TemporaryDirectory(prefix="infoscreen-bench-") as name, ExitStack() as servers:
        directory = Path(name)
        broker = Mosquitto(directory / "mosquitto")
        broker.start()
        servers.callback(broker.stop)
        for backend_name in backends:
            backend = open_backend(backend_name, directory, broker, servers)
            results += [backend.measure_speed(groups), backend.measure_size(groups, copies)]
    return results


def open_backend(name: str, directory: Path, broker: Mosquitto, servers: ExitStack) -> Backend:
    if name == "sqlite":
        return Backend(name, f"sqlite:///{directory}/bench.db", broker, directory)
    (directory / "mariadb").mkdir()
    mariadb = MariaDB(directory / "mariadb")
    mariadb.start()
    servers.callback(mariadb.stop)
    assert mariadb.process
    return Backend(name, mariadb.new_database(), broker, directory, mariadb.process.pid)


def describe(result: Speed | Size | Age | Hostile) -> str:
    match result:
        case Speed():
            text = (
                f"{result.backend}, {result.groups} groups, {result.items} items on air: full step "
                f"{result.step_ms:.1f} ms, every rule {result.every_rule_ms:,.0f} ms: "
                f"{result.speedup:,.0f} times (wanted: {MIN_SPEEDUP:.0f})"
            )
        case Size():
            text = (
                f"{result.backend}, {result.groups} groups, {result.series} series: full step "
                f"{result.step_cpu_seconds:.2f} s + "
                f"server {result.server_cpu_seconds:.2f} s of CPU (at most "
                f"{MAX_STEP_SECONDS:.0f}), start {result.start_cpu_seconds:.1f} s, idle "
                f"{result.idle_cpu_share:.1%}, peak {result.peak_mib:.0f} MiB (below {MAX_MIB:.0f})"
            )
        case Age():
            text = (
                f"60 days of a rule: {result.young_us:.0f} us after 1 year, "
                f"{result.old_us:.0f} us after 30: {result.ratio:.2f} times "
                f"(at most {MAX_AGE_RATIO}; dateutil: {result.dateutil_ratio:.1f})"
            )
        case Hostile():
            text = (
                f"{result.rules} hostile rules, {result.refused} refused: the dearest "
                f"{result.dearest_ms:.1f} ms "
                f"({result.dearest_rule}; at most {MAX_HOSTILE_MS:.0f}); dearest first window "
                f"{result.dearest_window_ms:.1f} ms (below {MAX_WINDOW_MS:.0f})"
            )
    return f"{'holds' if result.holds else 'DOES NOT HOLD':<14} {text}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--groups", type=int, default=500, help="compared with expanding every rule"
    )
    parser.add_argument(
        "--copies", type=int, default=10, help="so many times as many in the size test"
    )
    parser.add_argument("--backend", choices=["sqlite", "mariadb", "both"], default="both")
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    options = parser.parse_args()
    backends = ["sqlite", "mariadb"] if options.backend == "both" else [options.backend]
    configure_logging(load_settings(log_level="error"), program="bench")
    results = run(backends, options.groups, options.copies)
    if options.json:
        print(
            json.dumps(
                [{"measure": type(one).__name__.lower(), **asdict(one)} for one in results],
                indent=2,
            )
        )
    else:
        print("\n".join(describe(one) for one in results))
    return 0 if all(one.holds for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
