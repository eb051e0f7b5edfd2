"""Listener, broker and MariaDB are killed in turn under a mixed load: nothing is lost or doubled.

What counts as said is what the broker has acknowledged. What was said with QoS 0 may be lost with
whoever dies; but what the listener has stored since it was started last is in the roll-ups, and
nothing is in them twice.
"""

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from infoscreen_core.db.engine import (
    make_engine,
    make_read_session_factory,
    make_session_factory,
)
from tests.support.clocks.moved_clock import clock_of
from tests.support.databases import migrate
from tests.support.listener.listening import ListenerProcess
from tests.support.listener.small_fleet import MOODY, Kept, SmallFleet, settle_in
from tests.support.playing.scheduling import SchedulerProcess
from tests.support.ports import wait_until
from tests.support.servers import MariaDB, Mosquitto

pytestmark = [pytest.mark.slow, pytest.mark.server]
PATIENCE = 60.0
MORE = 30
"""So many messages are said between two deaths at least."""
WELL, CRASHED = "all_well", "process_crashed"


class Site:
    """All that runs, each a process that can be killed."""

    def __init__(self, stack: ExitStack, broker: Mosquitto, url: str, directory: Path) -> None:
        self.broker = broker
        self.mariadb: MariaDB | None = None
        self.engine = make_engine(url)
        stack.callback(self.engine.dispose)
        settle_in(make_session_factory(self.engine))
        self.kept = Kept(make_read_session_factory(self.engine))  # which waits for no writer
        self.listener = ListenerProcess(broker, url, directory / "listener", f"t{uuid4().hex[:8]}")
        stack.callback(self.listener.close)
        self.listener.start()
        scheduler = SchedulerProcess(url, broker, directory / "scheduler.log").start()
        stack.callback(scheduler.stop)
        self._save_sessions()

    def kill_listener(self) -> None:
        self.listener.kill()
        self.listener.start(wait=False)

    def kill_broker(self) -> None:
        self.broker.kill()
        self.broker.start()

    def kill_database(self) -> None:
        assert self.mariadb
        self.mariadb.kill()
        self.mariadb.revive()
        for engine in (self.engine, self.listener.engine):
            engine.dispose()  # its connections are gone

    def _save_sessions(self) -> None:
        # As the broker does every 30 s: it knows its sessions again if they are older than that.
        assert self.broker.process
        self.broker.process.send_signal(signal.SIGUSR1)


@pytest.fixture(params=["sqlite", "mariadb"])
def site(
    request: pytest.FixtureRequest, own_mosquitto: Mosquitto, tmp_path: Path
) -> Iterator[Site]:
    with ExitStack() as stack:
        mariadb = own_mariadb(stack, tmp_path / "m") if request.param == "mariadb" else None
        if mariadb is None:
            url = request.getfixturevalue("sqlite_url")
        else:
            url = mariadb.new_database()
            migrate(url)
        stack.enter_context(clock_of(url))
        site = Site(stack, own_mosquitto, url, tmp_path)
        site.mariadb = mariadb
        yield site


def own_mariadb(stack: ExitStack, directory: Path) -> MariaDB:
    server = MariaDB(directory)
    server.start()
    stack.callback(server.stop)
    return server


def test_nothing_acknowledged_is_lost_or_doubled_when_each_is_killed_in_turn(site: Site) -> None:
    kept, record, heard = site.kept, [WELL], 0
    kills = [site.kill_listener, site.kill_broker, *([site.kill_database] if site.mariadb else [])]
    with SmallFleet(site.broker, per_second=60) as fleet:
        wait_until(lambda: kept.statuses(MOODY)[-1:] == [WELL], seconds=PATIENCE, what="a status")
        before = kept.statuses(MOODY)[:-1]
        for kill in kills:
            heard |= take_samples(fleet, kept)
            record.append(CRASHED if record[-1] == WELL else WELL)
            fleet.mood = "crashed" if record[-1] == CRASHED else "running"
            kill()
            wait_until_all_are_back(fleet, kept)
            wait_until(lambda: kept.statuses(MOODY)[-1] == record[-1], what="the change on record")
            if kill == site.kill_listener:
                heard = 0  # it writes every minute only, and took that with it
        heard |= take_samples(fleet, kept)
    check_messages(fleet, kept)
    assert kept.statuses(MOODY) == [*before, *record]
    check_samples(site, fleet, heard)


def wait_until_all_are_back(fleet: SmallFleet, kept: Kept) -> None:
    """Wait until what was said meanwhile is acknowledged, and a line said after that is stored."""
    fleet.measure()  # it may be lost
    said = fleet.published + MORE
    wait_until(lambda: fleet.published >= said, seconds=PATIENCE, what="more messages")
    wait_until(lambda: len(fleet.acknowledged) >= said, seconds=PATIENCE, what="acknowledgements")
    now = fleet.published
    wait_until(
        lambda: any(kept.has_line(fleet.message(number)) for number in range(now, now + MORE)),
        seconds=PATIENCE,
        what="a new line stored",
    )


def take_samples(fleet: SmallFleet, kept: Kept) -> int:
    """Let MEASURED be heard twice; return what it said, each a bit."""
    rooms = [say_and_wait(fleet, kept) for _ in range(2)]
    return sum(rooms)


def say_and_wait(fleet: SmallFleet, kept: Kept) -> int:
    room = fleet.measure()
    wait_until(lambda: kept.room() == room, seconds=PATIENCE, what="the sample stored")
    return room


def check_messages(fleet: SmallFleet, kept: Kept) -> None:
    assert len(fleet.acknowledged) == fleet.published
    wait_until(lambda: fleet.lines() <= set(kept.lines()), seconds=PATIENCE, what="every line")
    wait_until(
        lambda: fleet.commands() <= set(kept.commands()), seconds=PATIENCE, what="every command"
    )
    assert kept.lines() == Counter(fleet.lines())  # each once
    assert kept.commands() == Counter(fleet.commands())
    assert kept.counts_are_right()
    wait_until(kept.is_consistent, seconds=PATIENCE, what="a record that ends with the status")


def check_samples(site: Site, fleet: SmallFleet, heard: int) -> None:
    """Look into the roll-up, which the listener writes at its end."""
    assert site.listener.terminate(seconds=PATIENCE) == 0
    found, count = site.kept.samples()
    assert found & heard == heard
    assert found < 1 << fleet.samples
    assert count == found.bit_count()  # none twice
