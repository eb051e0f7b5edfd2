"""Maintenance is carried out once, in its window, and nothing of it is ever made up for."""

from collections import Counter
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.models import (
    ClientCommand,
    MaintenanceFiring,
    MaintenanceTurn,
    Rollout,
)
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.maintenance import FiringStatus, SkipReason
from infoscreen_core.domain.commands.rollout import LeftOut, RolloutSource, RolloutStatus, Waves
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.maintenance import plans
from infoscreen_core.services.commands.maintenance.firing import run_due
from infoscreen_core.services.commands.rollouts import rollouts
from tests.support.at_once import at_once
from tests.support.commands.maintenance import LOOK, Duty, add_plan, draft
from tests.support.commands.rollouts import Drive, add_fleet
from tests.support.events.planning import (
    Sessions,
    add_group,
    add_holiday,
    add_period,
    local,
    plan,
    utc,
)
from tests.support.people import actions_of, add_client, uuid_of

NOON = utc("2026-11-23T11:00")
NIGHT = utc("2026-11-24T01:00")
"""Tuesday, 02:00 in Vienna."""
STARTED, SKIPPED, WAITING = FiringStatus.STARTED, FiringStatus.SKIPPED, FiringStatus.WAITING


class _Night:
    """Screens, a plan for all of them, and the dispatcher that carries it out."""

    def __init__(self, sessions: Sessions, count: int = 3, **changes: object) -> None:
        self.sessions = sessions
        with sessions.begin() as session:
            self.group_id = add_group(session)
            self.uuids = add_fleet(session, count, now=NIGHT, group_id=self.group_id)
        self.plan = add_plan(sessions, NOON, **changes)
        self.duty = Duty(sessions, NIGHT)

    def begin(self) -> Drive:
        """Let the window's roll-out begin."""
        (fired,) = self.duty.look()
        assert fired.rollout_id is not None
        drive = Drive(self.sessions, self.duty.now)
        drive.rollout_id = fired.rollout_id
        return drive

    def left_out(self, drive: Drive) -> dict[str, LeftOut]:
        with self.sessions() as session:
            members = rollouts.list_members(session, drive.rollout_id)
        return {one.name: one.left_out_reason for one in members if one.left_out_reason}


def test_in_its_window_a_rollout_begins_and_each_screen_has_one_command(
    sessions: Sessions,
) -> None:
    night = _Night(sessions)
    assert night.duty.look(NIGHT - LOOK) == []
    night.duty.now = NIGHT
    drive = night.begin()
    view = drive.run()
    assert (view.source, view.reason, view.requested_by) == (
        RolloutSource.MAINTENANCE,
        "Nächtlicher Neustart",
        "system",
    )
    assert view.counts == {"completed": 3}
    assert night.duty.look(NIGHT + timedelta(minutes=30)) == []
    assert night.duty.look(NIGHT + timedelta(hours=3)) == []
    assert night.duty.firings() == [("2026-11-24", STARTED, None)]
    assert drive.issued == dict.fromkeys(night.uuids, 1)
    with sessions() as session:
        commands = session.scalars(select(ClientCommand)).all()
        assert {one.requested_by for one in commands} == {None}
        assert Counter(actions_of(session))["command.issued"] == 3


def test_a_server_that_was_off_skips_and_says_so(sqlite_sessions: Sessions) -> None:
    night = _Night(sqlite_sessions)
    # Off from Monday noon to Thursday morning: three windows passed unseen.
    told = night.duty.look(utc("2026-11-26T06:00"))
    assert [(one.day.day, one.reason) for one in told] == [
        (day, SkipReason.SERVER_OFF) for day in (24, 25, 26)
    ]
    assert night.duty.look(utc("2026-11-26T22:00")) == []
    with sqlite_sessions() as session:
        assert session.scalar(select(func.count()).select_from(Rollout)) == 0
    # One that comes back within its window begins late, in what is left of it.
    assert [one.status for one in night.duty.look(utc("2026-11-27T01:40"))] == [STARTED]


def test_holidays_are_spared_if_wished_of_the_period_in_force_and_of_none(
    sqlite_sessions: Sessions,
) -> None:
    night = _Night(sqlite_sessions, skip_holidays=True)
    with sqlite_sessions.begin() as session:
        period_id = add_period(session)
        add_holiday(session, date(2026, 11, 24), date(2026, 11, 24), period_id)
        add_holiday(session, date(2026, 11, 25), date(2026, 11, 25))
    for number in range(3):
        night.duty.look(NIGHT + timedelta(days=number))
    assert night.duty.firings() == [
        ("2026-11-24", SKIPPED, SkipReason.HOLIDAY),
        ("2026-11-25", SKIPPED, SkipReason.HOLIDAY),
        ("2026-11-26", STARTED, None),
    ]
    with sqlite_sessions() as session:
        names = session.scalars(
            select(MaintenanceFiring.holiday).where(MaintenanceFiring.status == SKIPPED)
        )
        assert set(names) == {"Herbstferien"}


@pytest.mark.parametrize(
    ("window", "looks", "expected"),
    [
        # 02:00 to 03:00 does not occur on 29 March, and occurs twice on 25 October.
        ("02:10-02:50", "2026-03-28T23:00", ("2026-03-29", SKIPPED, SkipReason.NO_SUCH_TIME)),
        ("02:10-02:50", "2026-10-24T23:00", ("2026-10-25", STARTED, None)),
        ("00:00-01:00", "2026-12-31T22:00", ("2027-01-01", STARTED, None)),
        ("23:00-24:00", "2026-12-31T20:00", ("2026-12-31", STARTED, None)),
        ("02:00-03:00", "2028-02-28T23:00", ("2028-02-29", STARTED, None)),
    ],
)
def test_over_clock_changes_and_turns_of_the_year_there_is_one_firing(
    sqlite_sessions: Sessions, window: str, looks: str, expected: tuple[object, ...]
) -> None:
    begin = utc(looks)
    with sqlite_sessions.begin() as session:
        uuids = add_fleet(session, 2, now=begin)
    add_plan(sqlite_sessions, begin - timedelta(minutes=1), window=window)
    duty, drive = Duty(sqlite_sessions, begin), Drive(sqlite_sessions, begin)
    for _ in range(6 * 4):
        drive.pass_time(minutes=15)
        for fired in duty.look(drive.now):
            drive.rollout_id = fired.rollout_id or ""
        if drive.rollout_id:
            drive.step()
            drive.end_commands()
    assert duty.firings() == [expected]
    assert drive.issued == (dict.fromkeys(uuids, 1) if expected[1] is STARTED else {})


def test_a_clock_that_is_set_back_fires_nothing_twice(sqlite_sessions: Sessions) -> None:
    night = _Night(sqlite_sessions)
    drive = night.begin()
    drive.run()
    assert night.duty.look(NIGHT - timedelta(hours=1)) == []
    assert night.duty.look(NIGHT) == []
    assert drive.issued == dict.fromkeys(night.uuids, 1)


def test_who_has_no_turn_in_the_window_is_left_out_even_if_nobody_looked_until_the_next(
    sqlite_sessions: Sessions,
) -> None:
    night = _Night(sqlite_sessions, at_once=1)
    drive = night.begin()
    assert drive.step().issued == 1
    # The dispatcher was away from now until the next night's window is open.
    drive.pass_time(days=1)
    drive.end_commands()
    assert drive.step().issued == 0
    assert set(night.left_out(drive).values()) == {LeftOut.WINDOW_OVER}
    assert drive.view.status is RolloutStatus.COMPLETED
    assert [one.status for one in night.duty.look(drive.now)] == [STARTED]


def test_a_paused_one_ends_with_its_window(sqlite_sessions: Sessions) -> None:
    night = _Night(sqlite_sessions)
    drive = night.begin()
    with sqlite_sessions.begin() as session:
        rollouts.pause_rollout(session, drive.rollout_id, actor=CLI, now=NIGHT)
    assert drive.step().status is RolloutStatus.PAUSED
    drive.pass_time(hours=1)
    assert drive.step().status is RolloutStatus.COMPLETED
    assert set(night.left_out(drive).values()) == {LeftOut.WINDOW_OVER}


@pytest.mark.parametrize(
    ("priority", "skips", "is_spared"),
    [
        (Priority.NORMAL, True, True),
        (Priority.BACKGROUND, True, False),
        (Priority.NORMAL, False, False),
        (Priority.HIGH, False, True),
    ],
)
def test_a_screen_that_shows_an_event_is_put_off_and_left_out_at_the_end(
    sqlite_sessions: Sessions, priority: Priority, *, skips: bool, is_spared: bool
) -> None:
    night = _Night(sqlite_sessions, skip_events=skips, window="02:00-06:00")
    with sqlite_sessions.begin() as session:
        free = add_client(session, 99, last_alive=NIGHT).uuid
        plan(
            session,
            night.group_id,
            now=NOON,
            start=local("2026-11-23T20:00"),
            end=local("2026-11-24T07:00"),
            priority=priority,
        )
    drive = night.begin()
    for _ in range(6):  # for three hours, longer than anybody waits for a screen otherwise
        drive.step()
        drive.end_commands()
        drive.pass_time(minutes=30)
    wanted = {free: 1} if is_spared else {free: 1, **dict.fromkeys(night.uuids, 1)}
    assert drive.issued == wanted
    drive.pass_time(hours=1)
    drive.step()
    reason = LeftOut.EVENT if skips else LeftOut.PRIORITY
    assert set(night.left_out(drive).values()) == ({reason} if is_spared else set())
    assert drive.view.status is RolloutStatus.COMPLETED


def test_an_event_that_ends_within_the_window_only_puts_screens_off(
    sqlite_sessions: Sessions,
) -> None:
    night = _Night(sqlite_sessions, window="02:00-06:00")
    with sqlite_sessions.begin() as session:
        start, end = local("2026-11-23T20:00"), local("2026-11-24T05:00")
        plan(session, night.group_id, now=NOON, start=start, end=end)
    drive = night.begin()
    drive.step()
    drive.pass_time(hours=2, minutes=55)
    assert drive.step().issued == 0
    drive.pass_time(minutes=5)
    assert drive.step().issued == 3
    assert drive.run().counts == {"completed": 3}


def test_two_plans_of_a_day_send_a_screen_the_same_command_once(sessions: Sessions) -> None:
    night = _Night(sessions, name="Alle", window="02:00-05:00")
    with sessions.begin() as session:
        for name, action in (("Aula", Action.RESTART_APP), ("Voll", Action.REBOOT_HOST)):
            second = draft(
                name=name, action=action, window="04:00-05:00", group_ids=(night.group_id,)
            )
            plans.create_plan(session, second, actor=CLI, now=NOON)
    drive = night.begin()
    drive.run()
    drive.pass_time(hours=2)
    later = night.duty.look(drive.now)
    # The first of the two to begin holds the screens; the other one waits for it.
    assert [one.status for one in later] == [STARTED, WAITING]
    for fired in [*later[:1], *later[1:]]:
        if fired.rollout_id is None:
            (fired,) = night.duty.look(drive.now)  # noqa: PLW2901 - begins now
        drive.rollout_id = fired.rollout_id or ""
        drive.run()
        if fired.name == "Aula":
            assert set(night.left_out(drive).values()) == {LeftOut.MAINTAINED}
    with sessions() as session:
        sent = session.execute(select(ClientCommand.client_uuid, ClientCommand.action)).all()
        turns = session.scalar(select(func.count()).select_from(MaintenanceTurn))
    assert Counter(sent) == {
        (uuid, action): 1
        for uuid in night.uuids
        for action in (Action.RESTART_APP, Action.REBOOT_HOST)
    }
    assert turns == 6


def test_a_plan_that_is_made_anew_begins_no_loop(sqlite_sessions: Sessions) -> None:
    night = _Night(sqlite_sessions, window="02:00-05:00")
    drive = night.begin()
    drive.run()
    for window in ("03:30-05:00", "05:00-06:00"):
        with sqlite_sessions.begin() as session:
            (old,) = plans.list_plans(session, now=drive.now)
            plans.delete_plan(session, old.id, actor=CLI, now=drive.now)
            plans.create_plan(session, draft(window=window), actor=CLI, now=drive.now)
        drive.pass_time(hours=1, minutes=30)
        night.duty.now = drive.now
        drive.rollout_id = night.begin().rollout_id
        drive.run()
        assert set(night.left_out(drive).values()) == {LeftOut.MAINTAINED}
    assert drive.issued == dict.fromkeys(night.uuids, 1)


def test_a_plan_waits_for_screens_of_another_rollout_as_long_as_its_window(
    sqlite_sessions: Sessions,
) -> None:
    night = _Night(sqlite_sessions)
    other = Drive(sqlite_sessions, NIGHT)
    other.start(night.uuids, waves=Waves((3,)))
    assert [(one.status, one.reason) for one in night.duty.look()] == [(WAITING, SkipReason.BUSY)]
    assert night.duty.look(NIGHT + LOOK) == []
    other.run()
    assert [one.status for one in night.duty.look(NIGHT + 2 * LOOK)] == [STARTED]


def test_a_plan_whose_screens_are_never_let_go_is_skipped_when_its_window_ends(
    sqlite_sessions: Sessions,
) -> None:
    night = _Night(sqlite_sessions)
    Drive(sqlite_sessions, NIGHT).start(night.uuids)
    night.duty.look()
    night.duty.look(NIGHT + timedelta(hours=1))
    assert night.duty.firings() == [("2026-11-24", SKIPPED, SkipReason.BUSY)]


@pytest.mark.server
def test_two_dispatchers_at_once_begin_one_rollout(database_url: str) -> None:
    engines = [make_engine(database_url), make_engine(database_url)]
    both = [make_session_factory(engine) for engine in engines]
    night = _Night(both[0], 12)
    works = [
        partial(in_transaction, sessions, partial(run_due, plan_id=night.plan.id, now=NIGHT))
        for sessions in both * 3
    ]
    told = [one for future in at_once(*works) for one in future.result()]  # type: ignore[attr-defined]
    assert [one.status for one in told] == [STARTED]
    with both[0]() as session:
        assert session.scalar(select(func.count()).select_from(Rollout)) == 1
        assert session.scalar(select(func.count()).select_from(MaintenanceFiring)) == 1
    for engine in engines:
        engine.dispose()


def test_the_database_itself_refuses_a_second_firing_and_a_second_turn(
    sessions: Sessions,
) -> None:
    night = _Night(sessions)
    drive = night.begin()
    drive.run()
    firing = MaintenanceFiring(
        plan_id=night.plan.id,
        day=date(2026, 11, 24),
        opens_at=NIGHT,
        closes_at=NIGHT,
        status=STARTED,
        updated_at=NIGHT,
    )
    turn = MaintenanceTurn(
        day=date(2026, 11, 24),
        client_uuid=night.uuids[0],
        action=Action.RESTART_APP,
        rollout_id=uuid_of(7),
        at=NIGHT,
    )
    for row in (firing, turn):
        with pytest.raises(IntegrityError), sessions.begin() as session:
            session.add(row)
