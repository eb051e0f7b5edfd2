"""The lease: one leader whatever the clocks say, and soon another one when it is gone."""

import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from infoscreen_core.db.queries.operations import database_time_now
from infoscreen_core.services import leases
from tests.support.events.planning import MONDAY, Sessions
from workers.leadership import (
    HOLD_SECONDS,
    LEASE_SECONDS,
    RENEW_SECONDS,
    Leadership,
    holder_name,
)

STEP = 0.5
HOUR = timedelta(hours=1)


class Machine:
    """A scheduler's claim to lead, on a machine with a clock of its own."""

    def __init__(self, sessions: Sessions, ahead: timedelta = timedelta()) -> None:
        self.leadership = Leadership(sessions)
        self.ahead = ahead
        self.is_alive = True

    def renew(self, now: datetime) -> None:
        if self.is_alive:
            self.leadership.renew(now + self.ahead)

    @property
    def leads(self) -> bool:
        return self.is_alive and self.leadership.is_held


class Hall:
    """Machines, and the time that passes."""

    def __init__(self, *machines: Machine) -> None:
        self.machines = machines
        self.moment = 1000.0
        self.now = MONDAY

    def pass_time(self, seconds: float) -> None:
        """Let time pass in small steps: never may two lead."""
        for _ in range(round(seconds / STEP)):
            self.moment += STEP
            self.now += timedelta(seconds=STEP)
            for machine in self.machines:
                machine.renew(self.now)
            assert sum(machine.leads for machine in self.machines) <= 1

    def seconds_until(self, machine: Machine) -> float:
        """Return after how long the machine leads."""
        begun = self.moment
        while not machine.leads:
            assert self.moment - begun < 60
            self.pass_time(STEP)
        return self.moment - begun


def hall_of(monkeypatch: pytest.MonkeyPatch, *machines: Machine) -> Hall:
    hall = Hall(*machines)
    monkeypatch.setattr("workers.leadership.time.monotonic", lambda: hall.moment)
    return hall


@pytest.mark.parametrize("ahead", [90, -90, 3600, -3600, 0])
def test_clocks_that_disagree_neither_give_two_leaders_nor_delay_the_next(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    first, second = Machine(sessions, timedelta(seconds=ahead)), Machine(sessions)
    hall = hall_of(monkeypatch, first, second)
    hall.pass_time(STEP)
    assert first.leads
    hall.pass_time(20)
    assert first.leads
    first.is_alive = False
    assert hall.seconds_until(second) <= LEASE_SECONDS + 2 * STEP
    first.is_alive = True
    hall.pass_time(20)
    assert second.leads


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_clock_that_is_set_changes_nothing_for_who_leads(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, step: timedelta
) -> None:
    first, second = Machine(sessions), Machine(sessions)
    hall = hall_of(monkeypatch, first, second)
    hall.pass_time(10)
    hall.now += step
    hall.pass_time(10)
    assert first.leads
    first.is_alive = False
    hall.now -= step
    assert hall.seconds_until(second) <= LEASE_SECONDS + 2 * STEP


@pytest.mark.parametrize("ahead", [timedelta(), HOUR, -HOUR])
def test_a_lone_scheduler_leads_again_soon_after_its_death_whatever_its_clock_was(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    before, after = Machine(sessions, ahead), Machine(sessions)
    hall = hall_of(monkeypatch, before, after)
    hall.pass_time(STEP)
    before.is_alive = False
    assert hall.seconds_until(after) <= LEASE_SECONDS + 2 * STEP


def test_a_leader_that_could_not_renew_stops_before_the_next_begins(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Machine(sessions), Machine(sessions)
    hall = hall_of(monkeypatch, first, second)
    hall.pass_time(STEP)
    monkeypatch.setattr(first.leadership, "renew", lambda _now: False)  # its database is away
    hall.pass_time(HOLD_SECONDS)
    assert not first.leads
    assert not second.leads
    hall.pass_time(LEASE_SECONDS - HOLD_SECONDS + STEP)
    assert second.leads


def test_a_lease_that_was_given_back_is_taken_at_once(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Machine(sessions), Machine(sessions)
    hall = hall_of(monkeypatch, first, second)
    hall.pass_time(2 * RENEW_SECONDS)
    first.leadership.release()
    first.is_alive = False
    assert hall.seconds_until(second) <= STEP


def test_readers_go_by_the_databases_clock_and_believe_no_expiry_beyond_a_lease(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        assert not leases.is_held(session, "scheduler", now=MONDAY)
        assert leases.take(session, "scheduler", "one", seen=None, now=MONDAY)
        assert leases.is_held(session, "scheduler", now=MONDAY)
        assert not leases.is_held(session, "scheduler", now=MONDAY + leases.LEASE)
        assert not leases.is_held(session, "scheduler", now=MONDAY - HOUR)


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)  # SQLite has no clock
def test_mariadb_writes_its_own_time(sessions: Sessions) -> None:
    with sessions.begin() as session:
        leases.take(session, "scheduler", "one", seen=None, now=MONDAY)
        now = database_time_now(session)
        assert now
        assert leases.is_held(session, "scheduler", now=now)


def test_the_lease_of_a_process_that_died_on_this_machine_is_taken_at_once(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    machine = Machine(sessions)
    hall = hall_of(monkeypatch, machine)
    for pid in (ended.pid, os.getpid()):
        holder = holder_name(pid, "before")
        with sessions.begin() as session:
            leases.take(session, "scheduler", holder, seen=None, now=hall.now)
        took = hall.seconds_until(machine)
        assert (took <= STEP) is (pid == ended.pid)
        machine.leadership.release()


@pytest.mark.parametrize("holder", ["me", "", "host:1:tag", "host:other:1:tag", "a:b:c:d:e"])
def test_other_holders_are_waited_for(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, holder: str
) -> None:
    machine = Machine(sessions)
    hall = hall_of(monkeypatch, machine)
    with sessions.begin() as session:
        leases.take(session, "scheduler", holder, seen=None, now=hall.now)
    assert hall.seconds_until(machine) >= LEASE_SECONDS
