"""How a roll-out is carried out: waves, limits, stops, what it waits for and whom it leaves out."""

from collections.abc import Collection
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from infoscreen_core.db.models import BlindSpan, Client, ClientCommand, User
from infoscreen_core.domain.commands.hearing import SIGHT_SETTLES
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.rollout import (
    PRIORITY_PATIENCE,
    HoldReason,
    LeftOut,
    Limits,
    MemberStatus,
    RolloutSource,
    RolloutStatus,
    StopReason,
    Waves,
)
from infoscreen_core.domain.commands.windows import LocalWindow
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.commands import issue_command
from infoscreen_core.services.commands.dispatching import claim_queued
from infoscreen_core.services.commands.rollouts import rollouts
from infoscreen_core.services.commands.rollouts.rollout_start import start_rollout
from infoscreen_core.services.screens.clients import remove_clients
from tests.support.commands.rollouts import Drive, add_fleet, request_for
from tests.support.events.planning import Sessions, add_group, local, plan
from tests.support.people import NOW, acting_as, add_client, uuid_of


def _fleet(sessions: Sessions, count: int) -> list[str]:
    with sessions.begin() as session:
        return add_fleet(session, count)


def _left_out(drive: Drive) -> dict[str, LeftOut]:
    with drive.sessions() as session:
        members = rollouts.list_members(session, drive.rollout_id)
    return {
        one.client_uuid: one.left_out_reason for one in members if one.left_out_reason is not None
    }


def test_each_wave_waits_for_the_ends_of_the_one_before(sessions: Sessions) -> None:
    drive = Drive(sessions)
    drive.start(_fleet(sessions, 20), waves=Waves((1, 5)), limits=Limits(at_once=4))
    issued = []
    while drive.view.status is RolloutStatus.RUNNING:
        issued.append(drive.step().issued)
        drive.end_commands(3)
    # One; of five first four, and the last when three have ended; then the rest as they end.
    assert issued == [1, 4, 1, 4, 3, 3, 3, 1, 0]
    assert drive.view.counts == {"completed": 20}
    assert set(drive.issued.values()) == {1}
    assert drive.view.started_at == drive.view.ended_at == NOW


def test_a_command_carries_the_rollouts_reason_and_who_asked(sessions: Sessions) -> None:
    with sessions.begin() as session:
        user = User(
            username="ada", password_hash="-", role=Role.ADMIN, created_at=NOW, updated_at=NOW
        )
        session.add(user)
        session.flush()
        request = request_for(add_fleet(session, 1), expiry=timedelta(seconds=300))
        view = start_rollout(session, request, actor=acting_as(user), now=NOW)
    drive = Drive(sessions)
    drive.rollout_id = view.rollout_id
    drive.step()
    with sessions.begin() as session:
        command = session.scalars(select(ClientCommand)).one()
        assert (command.reason, command.rollout_id) == ("Neue Version", view.rollout_id)
        assert (view.requested_by, command.requested_by) == ("ada", user.id)
        assert command.expires_at == NOW + timedelta(seconds=300)
        (claim,) = claim_queued(session, owner="me", now=NOW)
        assert claim.is_by_person


@pytest.mark.parametrize("salt", range(5))
def test_one_in_twelve_failing_stops_a_thousand_before_a_tenth_are_touched(
    sqlite_sessions: Sessions, salt: int
) -> None:
    def fate(uuid: str) -> State:
        is_bad = int(uuid[-6:], 16) % 100 * 37 % 100 in _failing(salt)
        return State.FAILED if is_bad else State.COMPLETED

    drive = Drive(sqlite_sessions, fate=fate)
    drive.start(_fleet(sqlite_sessions, 1000))
    view = drive.run()
    assert (view.status, view.stopped_reason) == (
        RolloutStatus.STOPPED,
        StopReason.TOO_MANY_FAILURES,
    )
    assert 1000 - view.counts["left_out"] < 100, view.counts
    assert len(drive.issued) == 1000 - view.counts["left_out"]


def _failing(salt: int) -> set[int]:
    """Eight of a hundred, others for each number."""
    return {(salt * 13 + one * 12) % 100 for one in range(8)}


@pytest.mark.parametrize(
    ("end", "whose", "reason"),
    [
        (State.TIMED_OUT, range(41), StopReason.TOO_MANY_FAILURES),
        (State.MANUAL_INTERVENTION_REQUIRED, range(41), StopReason.TOO_MANY_MANUAL),
        (State.MANUAL_INTERVENTION_REQUIRED, (3, 5), None),
        (State.EXPIRED, range(41), None),
        (State.FAILED, (7,), None),
        (State.FAILED, (39, 40), None),
        (State.FAILED, (38, 39), StopReason.TOO_MANY_FAILURES),
    ],
)
def test_it_stops_by_itself_over_five_percent_and_at_least_two(
    sqlite_sessions: Sessions,
    end: State,
    whose: Collection[int],
    reason: StopReason | None,
) -> None:
    def fate(uuid: str) -> State:
        return end if int(uuid[-4:], 16) in whose else State.COMPLETED

    drive = Drive(sqlite_sessions, fate=fate)
    waves, limits = Waves((1,), is_repeated=True), Limits(at_once=1)
    drive.start(_fleet(sqlite_sessions, 40), waves=waves, limits=limits)
    view = drive.run()
    expected = RolloutStatus.STOPPED if reason else RolloutStatus.COMPLETED
    assert (view.status, view.stopped_reason) == (expected, reason)


def test_when_it_stops_the_unsent_is_withdrawn_and_the_rest_runs_to_its_end(
    sessions: Sessions,
) -> None:
    drive = Drive(sessions, fate=lambda _uuid: State.FAILED)
    drive.start(_fleet(sessions, 9), waves=Waves((9,)), limits=Limits(at_once=6))
    assert drive.step().issued == 6
    with sessions.begin() as session:
        claim_queued(session, owner="me", now=NOW)
        queued = [uuid_of(number) for number in (5, 6)]
        session.execute(
            update(ClientCommand)
            .where(ClientCommand.client_uuid.in_(queued))
            .values(status=State.QUEUED)
        )
    drive.end_commands(2)
    assert drive.step().status is RolloutStatus.STOPPED
    assert drive.view.counts == {
        "publish_in_progress": 2,
        "failed": 2,
        "canceled": 2,
        "left_out": 3,
    }
    drive.fate = lambda _uuid: State.COMPLETED
    drive.end_commands()
    drive.step()
    assert drive.view.counts == {"completed": 2, "failed": 2, "canceled": 2, "left_out": 3}
    assert set(_left_out(drive).values()) == {LeftOut.STOPPED}


def test_a_paused_rollout_issues_nothing_and_notes_what_ends(sessions: Sessions) -> None:
    drive = Drive(sessions)
    drive.start(_fleet(sessions, 3), waves=Waves((1,)))
    drive.step()
    with sessions.begin() as session:
        rollouts.pause_rollout(session, drive.rollout_id, actor=CLI, now=NOW)
    drive.end_commands()
    assert drive.step().issued == 0
    assert drive.view.counts == {"completed": 1, "waiting": 2}
    with sessions.begin() as session:
        rollouts.resume_rollout(session, drive.rollout_id, actor=CLI, now=NOW)
    assert drive.step().issued == 2


def test_who_is_off_gone_or_locked_out_at_its_turn_gets_no_command(sessions: Sessions) -> None:
    uuids = _fleet(sessions, 5)
    drive = Drive(sessions)
    drive.start(uuids, waves=Waves((5,)))
    with sessions.begin() as session:
        long_ago = {"last_alive": NOW - timedelta(minutes=4)}
        session.execute(update(Client).where(Client.uuid == uuids[0]).values(long_ago))
        session.execute(update(Client).where(Client.uuid == uuids[1]).values(is_active=False))
        remove_clients(session, [uuids[2]], actor=CLI, now=NOW)
        for _ in range(3):
            issued = issue_command(
                session, uuids[3], Action.REBOOT_HOST, reason=None, actor=CLI, now=NOW
            )
            issued.status = State.COMPLETED
    assert drive.step().issued == 1
    assert _left_out(drive) == {
        uuids[0]: LeftOut.OFFLINE,
        uuids[1]: LeftOut.OUT_OF_SERVICE,
        uuids[2]: LeftOut.REMOVED,
    }
    assert drive.run().counts == {"completed": 1, "blocked_safety": 1, "left_out": 3}


def test_a_screen_removed_while_its_command_runs_ends_the_rollout_all_the_same(
    sessions: Sessions,
) -> None:
    uuids = _fleet(sessions, 1)
    drive = Drive(sessions)
    drive.start(uuids)
    drive.step()
    with sessions.begin() as session:
        remove_clients(session, uuids, actor=CLI, now=NOW)
    assert drive.step().status is RolloutStatus.COMPLETED
    assert _left_out(drive) == {uuids[0]: LeftOut.REMOVED}


def test_another_command_of_the_screen_is_waited_for(sessions: Sessions) -> None:
    uuids = _fleet(sessions, 2)
    drive = Drive(sessions)
    with sessions.begin() as session:
        issue_command(session, uuids[0], Action.REBOOT_HOST, reason=None, actor=CLI, now=NOW)
    drive.start(uuids)
    assert (drive.step().issued, drive.view.held_by) == (0, HoldReason.PRIORITY)
    drive.end_commands()
    assert (drive.step().issued, drive.view.held_by) == (1, None)
    assert drive.run().counts == {"completed": 2}


def test_what_shows_something_of_priority_comes_later_or_not_at_all(sessions: Sessions) -> None:
    now = NOW.replace(month=9, day=7, hour=6, minute=10)
    with sessions.begin() as session:
        group_id, alarm = add_group(session, "Aula"), add_group(session, "Foyer")
        plan(session, group_id, priority=10, now=now)  # until 06:50
        plan(session, alarm, priority=100, end=local("2026-09-07T20:00"), now=now)
        for number, group in ((1, group_id), (2, alarm), (3, None)):
            add_client(session, number, last_alive=now, group_id=group)
    drive = Drive(sessions, now=now)
    drive.start([uuid_of(number) for number in (1, 2, 3)], waves=Waves((1,)))
    assert [drive.step().issued for _ in range(2)] == [0, 1]
    drive.end_commands()
    assert (drive.step().issued, drive.view.held_by) == (0, HoldReason.PRIORITY)
    assert drive.view.counts == {"completed": 1, "waiting": 2}
    drive.pass_time(minutes=41)
    assert drive.step().issued == 1
    drive.end_commands()
    drive.step()
    drive.pass_time(seconds=PRIORITY_PATIENCE.total_seconds())
    drive.step()
    assert drive.step().status is RolloutStatus.COMPLETED
    assert _left_out(drive) == {uuid_of(2): LeftOut.PRIORITY}
    assert set(drive.issued) == {uuid_of(1), uuid_of(3)}


def test_while_the_server_is_blind_nothing_is_issued_and_nobody_left_out(
    sessions: Sessions,
) -> None:
    drive = Drive(sessions)
    drive.start(_fleet(sessions, 3), waves=Waves((3,)), limits=Limits(at_once=1))
    drive.step()
    drive.end_commands()
    with sessions.begin() as session:
        session.add(BlindSpan(cause=BlindCause.BROKER, began_at=NOW, ended_at=None))
    drive.now += timedelta(minutes=10)
    assert (drive.step().issued, drive.view.held_by) == (0, HoldReason.BLIND)
    with sessions.begin() as session:
        session.execute(update(BlindSpan).values(ended_at=drive.now))
    # It sees again, but nobody has had the time to speak.
    assert (drive.step().issued, _left_out(drive)) == (0, {})
    drive.pass_time(seconds=10)
    assert drive.step().issued == 1
    drive.end_commands()
    drive.now += SIGHT_SETTLES + timedelta(minutes=4)
    assert (drive.step().issued, drive.view.counts) == (0, {"completed": 2, "left_out": 1})


def test_after_a_standstill_or_a_clock_set_back_nobody_is_left_out_for_being_silent(
    sqlite_sessions: Sessions,
) -> None:
    drive = Drive(sqlite_sessions)
    drive.start(_fleet(sqlite_sessions, 2))
    drive.now += timedelta(hours=1)
    assert (drive.step(is_watched=False).issued, _left_out(drive)) == (0, {})
    drive.now -= timedelta(hours=2)  # they were heard an hour from now
    assert (drive.step().issued, _left_out(drive)) == (0, {})
    drive.pass_time(seconds=5)
    assert drive.step().issued == 1


def test_without_the_broker_nothing_is_issued(sqlite_sessions: Sessions) -> None:
    drive = Drive(sqlite_sessions)
    drive.start(_fleet(sqlite_sessions, 1))
    assert drive.step(is_broker_connected=False).issued == 0
    assert drive.step().issued == 1


@pytest.mark.parametrize("source", RolloutSource)
def test_outside_its_window_it_waits_or_skips_if_it_is_maintenance(
    sqlite_sessions: Sessions, source: RolloutSource
) -> None:
    vienna = ZoneInfo("Europe/Vienna")
    window = LocalWindow(120, 180, "Europe/Vienna")
    drive = Drive(sqlite_sessions, now=NOW.astimezone(vienna).replace(hour=2, minute=59))
    uuids = _fleet(sqlite_sessions, 2)
    drive.pass_time(seconds=1)
    drive.start(uuids, window=window, source=source, limits=Limits(at_once=1))
    assert drive.step().issued == 1
    drive.pass_time(minutes=1)
    drive.end_commands()
    assert drive.step().issued == 0
    if source is RolloutSource.MAINTENANCE:
        assert set(_left_out(drive).values()) == {LeftOut.WINDOW_OVER}
        assert drive.step().status is RolloutStatus.COMPLETED
        return
    assert (drive.view.held_by, drive.view.counts) == (
        HoldReason.WINDOW,
        {"completed": 1, "waiting": 1},
    )
    drive.pass_time(hours=23, minutes=5)
    assert drive.step().issued == 1


def test_members_are_listed_by_what_became_of_them(sessions: Sessions) -> None:
    def fate(uuid: str) -> State:
        return State.FAILED if uuid == uuid_of(2) else State.COMPLETED

    drive = Drive(sessions, fate=fate)
    drive.start(_fleet(sessions, 3), waves=Waves((1, 1)))
    drive.run()
    with sessions() as session:
        failed = rollouts.MemberFilter(states=frozenset({State.FAILED}))
        (one,) = rollouts.list_members(session, drive.rollout_id, filters=failed)
        assert (one.client_uuid, one.status, one.wave) == (uuid_of(2), MemberStatus.ENDED, 2)
        third = rollouts.MemberFilter(wave=3)
        assert len(rollouts.list_members(session, drive.rollout_id, filters=third)) == 1
        none = rollouts.MemberFilter(left_out_reasons=frozenset({LeftOut.OFFLINE}))
        assert rollouts.list_members(session, drive.rollout_id, filters=none) == []
