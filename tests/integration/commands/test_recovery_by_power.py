"""Crash recovery with a plug, on both databases: its last means before a person is called."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest

from infoscreen_core.contracts.commands import AckStatus
from infoscreen_core.db.models import Client
from infoscreen_core.domain.commands.lifecycle import Action, Cause
from infoscreen_core.domain.commands.lifecycle import State as CommandState
from infoscreen_core.domain.commands.plugs import State
from infoscreen_core.domain.commands.recovery import BOOTS_WITHIN
from infoscreen_core.domain.commands.recovery_facts import Limits, Outcome, Verdict
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.monitoring.judging import Sight
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.plugs import plugs
from infoscreen_core.services.commands.recovery import recovery, recovery_record
from infoscreen_core.services.commands.views import RecoveryView
from infoscreen_core.services.events import events
from tests.support.at_once import at_once
from tests.support.commands.plugs import ShellyPlug, running
from tests.support.commands.power_desk import PowerDesk
from tests.support.commands.recovering import Ward, look_again_if_it_collides
from tests.support.events.planning import Sessions, add_group, lesson
from tests.support.people import ADMIN, uuid_of

RESTART, REBOOT = Action.RESTART_APP, Action.REBOOT_HOST
LIMITS = Limits(may_cut_power=True)
V = Verdict


class PoweredWard(Ward):
    """A screen that hangs on a plug, and the programs that switch it."""

    def __init__(self, sessions: Sessions, limits: Limits = LIMITS) -> None:
        super().__init__(sessions, limits=limits)
        self.power = PowerDesk(sessions, self.now)
        self.power.set_up()

    def fail_twice(self) -> None:
        """Let it crash, and let app restart and reboot be in vain."""
        for _ in range(2):
            self.crash()
            self.look()
            self.send()
            self.wait(seconds=30)
            self.end(Cause.ACK_TIMEOUT)
            self.wait(minutes=15)
        self.crash()

    def step(self) -> str | None:
        """Do what is due with the plug."""
        self.power.now = self.now
        return self.power.step()

    def cycles(self) -> list[State]:
        """Return how the screen's power cycles stand, the newest first."""
        with self.sessions() as session:
            return [one.status for one in plugs.list_cycles(session, uuid_of(1), limit=9)]

    def view(self) -> RecoveryView:
        with self.sessions() as session:
            found = recovery_record.find_recovery(session, uuid_of(1))
        assert found is not None
        return found


@contextmanager
def switched(ward: PoweredWard) -> Iterator[ShellyPlug]:
    """Let the screen's plug be there."""
    plug = ShellyPlug()
    with running(plug) as server:
        ward.power.set_up(f"127.0.0.1:{server.port}")
        yield plug


def test_the_plug_is_switched_last_and_then_a_person_is_called(sessions: Sessions) -> None:
    ward = PoweredWard(sessions)
    with switched(ward) as plug:
        ward.fail_twice()
        ward.look()
        assert ward.verdict() is V.POWER_CYCLING
        assert ward.step() == State.OFF
        ward.wait(seconds=13)
        plug.elapse()
        ward.look()
        assert ward.verdict() is V.POWER_CYCLING
        assert ward.step() == State.COMPLETED
    assert plug.offs == 1
    ward.wait(seconds=5)
    ward.look()
    assert ward.verdict() is V.SETTLING
    ward.wait(seconds=BOOTS_WITHIN.total_seconds())
    ward.crash()
    ward.look()
    assert ward.verdict() is V.NEEDS_PERSON
    assert ward.outcomes() == [Outcome.FAILED] * 3
    assert [action for action, _ in ward.commands()] == [RESTART, REBOOT]
    assert ward.power.trail()[-2:] == ["plug_cycle.requested", "plug_cycle.completed"]
    tried = ward.view()
    assert (tried.is_person_called, tried.is_plug_advised) == (True, False)


def test_without_leave_the_plug_is_for_people_who_are_told_of_it(sessions: Sessions) -> None:
    ward = PoweredWard(sessions, Limits())
    for _ in range(3):
        ward.wait(minutes=16)
        ward.look()
        ward.send()
        ward.answer(AckStatus.EXECUTION_STARTED)
        ward.end(Cause.WENT_DOWN)
        ward.end(Cause.RECONNECT_CEILING)
    ward.wait(minutes=16)
    ward.look()
    assert ward.cycles() == []
    called = ward.view()
    assert (called.verdict, called.is_plug_advised) == (V.NEEDS_PERSON, True)
    assert str(called.advice).startswith("Switch its plug off and on")


def test_a_plug_that_nobody_speaks_to_is_given_up_and_the_screen_is_rebooted(
    sessions: Sessions,
) -> None:
    ward = PoweredWard(sessions)
    ward.fail_twice()
    ward.look()
    ward.wait(seconds=239)
    ward.look()
    assert (ward.verdict(), ward.cycles()) == (V.POWER_CYCLING, [State.REQUESTED])
    ward.wait(seconds=5)
    ward.crash()
    ward.look()
    assert ward.cycles() == [State.FAILED]
    assert ward.commands()[-1] == (REBOOT, CommandState.QUEUED)
    ward.send()
    ward.wait(seconds=30)
    ward.end(Cause.ACK_TIMEOUT)
    ward.wait(minutes=15)
    ward.crash()
    ward.look()
    failed = Outcome.FAILED
    assert ward.outcomes() == [failed, failed, Outcome.VOID, failed]
    assert ward.verdict() is V.NEEDS_PERSON


@pytest.mark.parametrize("is_blind", [False, True])
def test_what_nobody_began_is_taken_back_when_the_screen_is_well_or_nobody_sees(
    sqlite_sessions: Sessions, is_blind: bool
) -> None:
    ward = PoweredWard(sqlite_sessions)
    ward.fail_twice()
    ward.look()
    ward.wait(seconds=10)
    if not is_blind:
        ward.report()
    ward.look(Sight(is_blind=is_blind))
    assert ward.cycles() == [State.CANCELED]
    assert ward.power.trail()[-1] == "plug_cycle.canceled"
    assert ward.verdict() is (V.POWER_CYCLING if is_blind else V.WATCHED)


def test_switched_off_recovery_asks_for_no_plug_any_more(sqlite_sessions: Sessions) -> None:
    ward = PoweredWard(sqlite_sessions)
    ward.fail_twice()
    ward.look()
    with sqlite_sessions.begin() as session:
        assert recovery.switch_off(session, now=ward.now) == 1
    assert ward.cycles() == [State.CANCELED]


def test_what_was_begun_goes_on_though_the_screen_is_well(sqlite_sessions: Sessions) -> None:
    ward = PoweredWard(sqlite_sessions)
    with switched(ward):
        ward.fail_twice()
        ward.look()
        assert ward.step() == State.OFF
        ward.report()
        ward.wait(seconds=5)
        ward.look()
    assert ward.cycles() == [State.OFF]


def test_the_power_of_an_emergency_is_not_cut(sessions: Sessions) -> None:
    ward = PoweredWard(sessions)
    ward.fail_twice()
    with sessions.begin() as session:
        group = add_group(session)
        session.get_one(Client, uuid_of(1)).group_id = group
        start = ward.now.replace(tzinfo=None)
        alarm = lesson(
            group,
            priority=Priority.EMERGENCY,
            start=start - timedelta(hours=1),
            end=start + timedelta(hours=5),
            timezone="UTC",
        )
        events.create_events(session, alarm, actor=CLI, now=ward.now - timedelta(hours=2))
    ward.look()
    assert ward.cycles() == []
    assert ward.commands()[-1] == (REBOOT, CommandState.QUEUED)


def test_somebody_elses_power_cycle_is_waited_for_and_locks_out(sessions: Sessions) -> None:
    ward = PoweredWard(sessions)
    with switched(ward) as plug:
        ward.crash()
        ward.power.request()
        ward.look()
        assert ward.verdict() is V.UNDER_WAY
        ward.step()
        plug.elapse()
        ward.wait(seconds=13)
        ward.step()
    ward.look()
    assert ward.verdict() is V.LOCKED_OUT
    ward.wait(minutes=15)
    ward.look()
    assert ward.commands() == [(RESTART, CommandState.QUEUED)]


def test_who_says_that_it_is_seen_to_lets_it_begin_anew_but_for_the_power(
    sqlite_sessions: Sessions,
) -> None:
    ward = PoweredWard(sqlite_sessions)
    with switched(ward) as plug:
        ward.fail_twice()
        ward.look()
        ward.step()
        ward.wait(seconds=13)
        plug.elapse()
        ward.step()
    ward.wait(minutes=15)
    ward.crash()
    ward.look()
    with sqlite_sessions.begin() as session:
        recovery.acknowledge(session, uuid_of(1), actor=ADMIN, now=ward.now)
    assert ward.outcomes() == [Outcome.FORGIVEN] * 3
    ward.fail_twice()
    ward.look()
    assert ward.commands()[-1] == (REBOOT, CommandState.QUEUED)
    assert len(ward.cycles()) == 1


def test_of_all_who_ask_at_once_one_gets_the_plug(sessions: Sessions) -> None:
    ward = PoweredWard(sessions)
    ward.fail_twice()
    look, by_hand = partial(look_again_if_it_collides, ward), ward.power.request
    ward.power.now = ward.now
    for done in at_once(look, by_hand, look):
        done.result()
    found = ward.cycles()
    assert found.count(State.REQUESTED) == 1
    assert set(found) <= {State.REQUESTED, State.BLOCKED_SAFETY}
    assert ward.verdict() in {V.POWER_CYCLING, V.UNDER_WAY}
