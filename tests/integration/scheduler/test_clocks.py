"""`infoscreen scheduler` and the listener on machines whose clocks are wrong, or are set."""

import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.migrate import upgrade
from infoscreen_core.db.models import Event, WorkerStatus
from infoscreen_core.services.monitoring.signs_of_life import CLOCK_AHEAD
from tests.support.cli import program_on
from tests.support.clocks.moved_clock import clock_of
from tests.support.clocks.set_clock import SettableClock
from tests.support.events.planning import Sessions, add_group
from tests.support.playing.messages import show
from tests.support.playing.scheduling import Ear, SchedulerProcess
from tests.support.ports import wait_until
from tests.support.servers import MariaDB, Mosquitto

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
HOUR = 3600
POLL_SECONDS = 10


class Hall:
    """Schedulers on one database, each with a clock of its own."""

    def __init__(self, url: str, broker: Mosquitto, directory: Path) -> None:
        self.url, self.broker, self.directory = url, broker, directory
        self.engine = make_engine(url)
        upgrade(self.engine)
        self.sessions = make_session_factory(self.engine)
        with self.sessions.begin() as session:
            self.group = add_group(session)
        self.ear = Ear(broker)
        self.running: list[SchedulerProcess] = []

    def start(self, name: str, ahead: float = 0) -> tuple[SchedulerProcess, SettableClock]:
        clock = SettableClock(self.directory / f"{name}.clock")
        clock.set_ahead(ahead)
        more = {"POLL_INTERVAL_SECONDS": str(POLL_SECONDS), **clock.environment}
        log = self.directory / f"{name}.log"
        process = SchedulerProcess(self.url, self.broker, log, more).start()
        self.running.append(process)
        return process, clock

    def close(self) -> None:
        self.ear.close()
        for process in self.running:
            process.stop()
        self.engine.dispose()


@pytest.fixture(params=["sqlite", "mariadb"])
def hall(
    request: pytest.FixtureRequest, own_mosquitto: Mosquitto, tmp_path: Path
) -> Iterator[Hall]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/hall.db"
    else:
        server: MariaDB = request.getfixturevalue("mariadb")
        url = server.new_database()
    with clock_of(url):
        hall = Hall(url, own_mosquitto, tmp_path)
        yield hall
        hall.close()


def leads(process: SchedulerProcess) -> bool:
    log = process.log()
    return log.count("lease.taken") > log.count("lease.lost")


def test_two_schedulers_with_clocks_90_seconds_apart_have_one_leader_that_is_on_time(
    hall: Hall,
) -> None:
    first, _clock = hall.start("first", ahead=90)
    wait_until(lambda: leads(first), seconds=60, what="the first leading")
    hall.ear.wait_for(hall.group, title=None, seconds=60)
    second, _clock = hall.start("second")
    wait_until(lambda: second.log().count("mqtt.connected") == 2, seconds=60, what="the second")
    time.sleep(10)  # two leases and more
    assert leads(first)
    assert not leads(second)
    if hall.engine.dialect.name != "sqlite":
        assert "clock.corrected" in first.log()
        begins = utc_now() + timedelta(seconds=8)
        show(hall.sessions, hall.group, "pünktlich", start=begins)
        at = hall.ear.wait_for(hall.group, title="pünktlich", seconds=60)
        assert abs(at - begins.timestamp()) < 2
    killed = time.monotonic()
    first.kill()
    wait_until(lambda: leads(second), seconds=60, what="the second leading")
    took = time.monotonic() - killed
    print(f"{hall.engine.dialect.name}: taken over after {took:.1f} s")  # noqa: T201 - the figure
    assert took < 2 * POLL_SECONDS


def test_a_leader_killed_while_its_clock_was_an_hour_fast_is_replaced_at_once(
    hall: Hall,
) -> None:
    first, clock = hall.start("first")
    wait_until(lambda: leads(first), seconds=60, what="the first leading")
    clock.set_ahead(HOUR)
    time.sleep(4)
    assert leads(first)
    first.kill()
    second, _clock = hall.start("second")
    wait_until(lambda: "worker.started" in second.log(), seconds=120, what="the second")
    begun = time.monotonic()
    wait_until(lambda: leads(second), seconds=60, what="the second leading")
    took = time.monotonic() - begun
    print(f"{hall.engine.dialect.name}: leads {took:.1f} s after it started")  # noqa: T201 - as above
    assert took < 2 * POLL_SECONDS


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_clock_that_is_set_and_set_back_changes_nothing_for_good(hall: Hall, step: int) -> None:
    process, clock = hall.start("first")
    begins, ends = (utc_now() + timedelta(minutes=minutes) for minutes in (-10, 20))
    event_id = show(hall.sessions, hall.group, "läuft", begins, ends)
    hall.ear.wait_for(hall.group, title="läuft", seconds=60)
    clock.set_ahead(step)
    if hall.engine.dialect.name == "sqlite":  # one machine: its clock is the truth
        hall.ear.wait_for(hall.group, title=None, seconds=60)
        wait_until(lambda: is_seen(hall.sessions, step), seconds=60, what="a sign of life")
        if step > 0:
            wait_until(lambda: not is_active(hall.sessions, event_id), what="it being finished")
    clock.set_ahead(0)
    hall.ear.wait_for(hall.group, title="läuft", seconds=60)
    assert is_active(hall.sessions, event_id)
    wait_until(lambda: is_seen(hall.sessions, 0), seconds=60, what="a sign of life")
    assert leads(process)


def is_seen(sessions: Sessions, ahead: float) -> bool:
    with sessions() as session:
        seen_at = session.get_one(WorkerStatus, "scheduler").seen_at
    return abs((seen_at - utc_now()).total_seconds() - ahead) < 5


def is_active(sessions: Sessions, event_id: int) -> bool:
    with sessions() as session:
        return session.get_one(Event, event_id).is_active


@pytest.mark.parametrize("hall", ["mariadb"], indirect=True)  # SQLite has no clock
def test_status_says_which_clock_is_off(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    process, _clock = hall.start("first", ahead=90)
    wait_until(lambda: leads(process), seconds=60, what="the scheduler leading")
    wait_until(lambda: clock_ahead(hall) > 0, seconds=60, what="its clock being told")
    run = program_on(hall.url, monkeypatch, capsys)
    _code, said, _errors = run("status")
    assert "The clock of the scheduler on" in said
    # Between the two clocks' readings lies a moment.
    assert re.search(r" (90|89\.\d) s ahead of the database's. It goes by the database's", said)
    rows = json.loads(run("status", "--json")[1])
    assert [row["is_alive"] for row in rows] == [True]


def clock_ahead(hall: Hall) -> float:
    with hall.sessions() as session:
        row = session.get(WorkerStatus, "scheduler")
        return float((row.metrics or {}).get(CLOCK_AHEAD, 0)) if row else 0.0
