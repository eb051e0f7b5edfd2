"""Crash recovery on both databases, from a crash to a person."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.contracts.commands import AckStatus
from infoscreen_core.db.models import AuditEntry, Client, ClientCommand, RecoveryDecision, WebPlayer
from infoscreen_core.domain.commands.lifecycle import Action, Cause, State
from infoscreen_core.domain.commands.recovery_facts import Limits, Outcome, Verdict
from infoscreen_core.domain.monitoring.judging import Sight
from infoscreen_core.domain.screens.player import ProcessStatus, RecoveryClass
from infoscreen_core.errors import ConflictError, NotAllowedError
from infoscreen_core.services.commands.commands import issue_command
from infoscreen_core.services.commands.recovery import recovery, recovery_record
from infoscreen_core.services.monitoring import sight
from infoscreen_core.services.monitoring.upkeep import retention
from infoscreen_core.services.screens.clients import set_active
from tests.support.at_once import at_once
from tests.support.commands.recovering import Ward, look_again_if_it_collides
from tests.support.people import ADMIN, EDITOR, NOW, actions_of, uuid_of

Sessions = sessionmaker[Session]
RESTART, REBOOT = Action.RESTART_APP, Action.REBOOT_HOST
V = Verdict


def test_a_crashed_app_is_restarted_and_watched_until_that_has_helped(sessions: Sessions) -> None:
    ward = Ward(sessions)
    ward.crash()
    ward.wait(seconds=1)
    assert [change.verdict for change in ward.look().changes] == [V.RESTARTING_APP]
    assert ward.commands() == [(RESTART, State.QUEUED)]
    with sessions() as session:
        command = session.scalars(select(ClientCommand)).one()
        assert command.reason == "Crash recovery: its display process crashed."
        assert command.expires_at - command.issued_at == timedelta(seconds=240)
        assert command.requested_by is None
        assert actions_of(session) == ["command.issued"]
    ward.wait(seconds=5)
    assert ward.look().changes == []
    ward.send()
    ward.answer(AckStatus.COMPLETED)
    ward.report()
    ward.wait(seconds=5)
    ward.look()
    assert ward.verdict() is V.WATCHED
    ward.wait(minutes=15)
    ward.report()
    ward.look()
    assert ward.verdict() is None
    assert ward.verdicts() == [V.RESTARTING_APP, V.WATCHED, V.WELL]
    assert ward.outcomes() == [Outcome.HELPED]


def test_three_recoveries_in_vain_call_a_person_until_somebody_saw_to_it(
    sessions: Sessions,
) -> None:
    ward = Ward(sessions)
    for action in (RESTART, REBOOT, REBOOT):
        ward.crash()
        ward.look()
        assert ward.commands()[-1] == (action, State.QUEUED)
        ward.send()
        ward.wait(seconds=30)
        ward.end(Cause.ACK_TIMEOUT)
        ward.wait(minutes=15)
    ward.crash()
    ward.look()
    assert ward.verdict() is V.NEEDS_PERSON
    assert ward.outcomes() == [Outcome.FAILED] * 3
    ward.wait(hours=25)  # however long it takes
    ward.crash()
    ward.look()
    assert ward.verdict() is V.NEEDS_PERSON
    assert len(ward.commands()) == 3
    with sessions.begin() as session:
        assert actions_of(session)[-1] == recovery.GAVE_UP
        recovery.acknowledge(session, uuid_of(1), note="neue Karte", actor=ADMIN, now=ward.now)
    assert ward.verdict() is None
    with sessions() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (last.action, last.entity_id, last.actor_name) == (
            recovery.ACKNOWLEDGED,
            uuid_of(1),
            "an admin",
        )
        assert last.after is not None
        assert last.after["note"] == "neue Karte"
    ward.wait(seconds=2)
    ward.look()
    assert ward.commands()[-1] == (RESTART, State.QUEUED)


def test_a_person_is_called_no_more_when_the_screen_has_stayed_well(sessions: Sessions) -> None:
    ward = Ward(sessions)
    for _ in range(3):
        ward.crash()
        ward.look()
        ward.send()
        ward.end(Cause.ACK_TIMEOUT)
        ward.wait(minutes=16)
    ward.crash()
    ward.look()
    with sessions() as session:
        view = recovery_record.find_recovery(session, uuid_of(1))
        assert view is not None
        assert (view.is_person_called, view.strikes) == (True, 3)
    ward.report()
    ward.wait(seconds=61)
    ward.report()
    ward.look()
    assert ward.verdict() is V.WATCHED
    ward.wait(minutes=15, seconds=1)
    ward.report()
    ward.look()
    assert ward.outcomes() == [Outcome.FORGIVEN] * 3
    ward.wait(minutes=1)
    ward.crash()
    ward.look()
    assert ward.commands()[-1] == (RESTART, State.QUEUED)


def test_a_screen_that_falls_silent_is_rebooted_after_the_grace(sessions: Sessions) -> None:
    ward = Ward(sessions)
    ward.wait(seconds=180)
    assert ward.look().count == 0
    ward.wait(seconds=1)
    ward.look()
    assert ward.commands() == [(REBOOT, State.QUEUED)]


def test_nothing_is_done_while_we_are_blind_and_each_has_time_to_be_heard_after(
    sessions: Sessions,
) -> None:
    ward = Ward(sessions, count=3)
    ward.crash(1)
    ward.wait(seconds=200)
    ward.look(Sight(is_blind=True))
    assert [ward.verdict(number) for number in (1, 2, 3)] == [None] * 3
    back = ward.wait(minutes=10)
    ward.look(Sight(seen_since=back))
    assert [ward.verdict(number) for number in (1, 2, 3)] == [V.SEEN_ANEW, None, None]
    ward.wait(seconds=20)
    ward.report((2,))
    ward.wait(seconds=161)
    ward.look(Sight(seen_since=back))
    assert ward.commands(1) == [(RESTART, State.QUEUED)]
    assert ward.commands(2) == []
    assert ward.commands(3) == [(REBOOT, State.QUEUED)]
    ward.wait(seconds=30)
    ward.end(Cause.EXPIRED, 3)
    ward.look(Sight(is_blind=True))
    assert ward.verdict(3) is V.BLIND
    assert ward.verdicts(2) == []


def test_nobody_is_rebooted_when_nearly_all_fall_silent_together(sessions: Sessions) -> None:
    ward = Ward(sessions, count=5)
    _look_for(ward, seconds=600)
    ward.report((1, 2, 3, 4))
    _look_for(ward, seconds=200, but=5)
    assert ward.commands() == []
    _look_for(ward, seconds=20, but=5)
    assert ward.commands(5) == [(REBOOT, State.QUEUED)]
    assert [ward.verdicts(number) for number in range(1, 6)] == [[]] * 4 + [[V.REBOOTING]]


def _look_for(ward: Ward, *, seconds: int, but: int | None = None) -> None:
    """Let the scheduler look for so long; with `but` all other screens report meanwhile."""
    for _ in range(0, seconds, 20):
        ward.wait(seconds=20)
        if but is not None:
            ward.report([number for number in range(1, 6) if number != but])
        with ward.sessions.begin() as session:
            sight.note(session, now=ward.now)
            seen = sight.read(session, now=ward.now)
        ward.look(seen)


def test_a_screen_that_was_shut_down_stays_so(sessions: Sessions) -> None:
    ward = Ward(sessions)
    with sessions.begin() as session:
        issue_command(
            session, uuid_of(1), Action.SHUTDOWN_HOST, reason="Ferien", actor=ADMIN, now=NOW
        )
    ward.send()
    ward.answer(AckStatus.COMPLETED)
    ward.wait(days=30)
    ward.look()
    assert ward.verdict() is V.SHUT_DOWN
    ward.report()
    ward.wait(minutes=4)
    ward.look()
    assert ward.commands()[-1] == (REBOOT, State.QUEUED)


def test_pending_and_deactivated_screens_are_no_candidates(sessions: Sessions) -> None:
    ward = Ward(sessions, count=2)
    with sessions.begin() as session:
        session.get_one(Client, uuid_of(1)).approved_at = None
    ward.crash(1, 2)
    ward.look()
    assert (ward.verdict(1), ward.verdict(2)) == (None, V.RESTARTING_APP)
    with sessions.begin() as session:
        set_active(session, [uuid_of(2)], is_active=False, actor=ADMIN, now=ward.now)
    ward.wait(minutes=1)
    ward.look()
    assert ward.verdicts(2) == [V.RESTARTING_APP, V.OUT_OF_SERVICE]
    assert ward.verdict(2) is None


def test_somebody_elses_command_is_waited_for_and_locks_out(sessions: Sessions) -> None:
    ward = Ward(sessions)
    ward.crash()
    with sessions.begin() as session:
        issue_command(session, uuid_of(1), REBOOT, reason="steht", actor=ADMIN, now=ward.now)
    ward.look()
    assert ward.verdict() is V.UNDER_WAY
    ward.send()
    ward.wait(seconds=30)
    ward.end(Cause.ACK_TIMEOUT)
    ward.look()
    assert ward.verdict() is V.LOCKED_OUT
    assert len(ward.commands()) == 1
    ward.wait(minutes=15)
    ward.look()
    assert ward.commands()[-1] == (RESTART, State.QUEUED)


def test_what_never_went_out_is_no_strike(sessions: Sessions) -> None:
    ward = Ward(sessions)
    ward.crash()
    ward.look()
    ward.wait(seconds=240)
    ward.end(Cause.EXPIRED)
    ward.wait(minutes=15)
    ward.look()
    assert ward.outcomes() == [Outcome.VOID, None]
    assert ward.commands() == [(RESTART, State.EXPIRED), (RESTART, State.QUEUED)]


def test_of_many_at_once_only_some_are_recovered_and_the_others_wait_their_turn(
    sessions: Sessions,
) -> None:
    ward = Ward(sessions, count=30, limits=Limits(at_once=4))
    ward.wait(seconds=200)
    ward.look()
    assert len(ward.commands()) == 4
    waiting = [number for number in range(1, 31) if ward.verdict(number) is V.WAITS_TURN]
    assert len(waiting) == 26
    with sessions() as session:
        view = recovery_record.find_recovery(session, uuid_of(waiting[0]))
        assert view is not None
        assert str(view.what) == "waits for its turn, 4 screens are being recovered already."
    ward.wait(seconds=11)
    ward.look()
    assert len(ward.commands()) == 4
    first = next(number for number in range(1, 31) if number not in waiting)
    ward.send(first)
    ward.wait(seconds=30)
    ward.end(Cause.PUBLISH_FAILED, first)
    ward.look()
    assert len(ward.commands()) == 5


def test_two_schedulers_that_both_believe_they_lead_issue_one_command_for_a_crash(
    sessions: Sessions,
) -> None:
    ward = Ward(sessions, count=6, limits=Limits(at_once=5))
    ward.crash(1, 2, 3)
    ward.wait(seconds=200)
    for done in at_once(*[partial(look_again_if_it_collides, ward)] * 4):
        done.result()
    assert len(ward.commands()) == 5
    with sessions() as session:
        of_each = select(func.count(ClientCommand.command_id)).group_by(ClientCommand.client_uuid)
        assert set(session.scalars(of_each)) == {1}
        assert session.scalar(select(func.count()).select_from(RecoveryDecision)) == 6


def test_a_scheduler_that_dies_before_its_commit_leaves_nothing(sessions: Sessions) -> None:
    ward = Ward(sessions)
    ward.crash()
    with sessions() as session:
        looked = recovery.look(session, ward.limits, sight=Sight(), now=ward.now)
        assert looked.changes[0].command_id is not None
        session.rollback()  # what the database does when the connection is gone
        assert actions_of(session) == []
    assert (ward.verdict(), ward.commands()) == (None, [])
    ward.look()
    assert ward.commands() == [(RESTART, State.QUEUED)]


def test_a_command_of_a_person_at_the_same_moment_is_not_missed(sessions: Sessions) -> None:
    ward = Ward(sessions)
    ward.crash()

    def by_hand() -> None:
        with sessions.begin() as session:
            issue_command(session, uuid_of(1), REBOOT, reason="x", actor=ADMIN, now=ward.now)

    for done in at_once(partial(look_again_if_it_collides, ward), by_hand):
        done.result()
    own = ward.verdict() is V.RESTARTING_APP
    # Who asks by hand is never refused for it; recovery, when it came second, stood back.
    assert len(ward.commands()) == (2 if own else 1)
    assert own or ward.verdict() is V.UNDER_WAY


def test_who_is_called_reads_what_to_do(sqlite_sessions: Sessions) -> None:
    ward = Ward(sqlite_sessions)
    ward.report(recovery_class=RecoveryClass.MANAGED_POE_AVAILABLE)
    for _ in range(3):
        ward.wait(minutes=16)
        ward.look()
        ward.send()
        ward.answer(AckStatus.EXECUTION_STARTED)
        ward.end(Cause.WENT_DOWN)
        ward.end(Cause.RECONNECT_CEILING)
    ward.wait(minutes=16)
    ward.look()
    with sqlite_sessions() as session:
        view = recovery_record.find_recovery(session, uuid_of(1))
        assert view is not None
        assert "PoE" in str(view.advice)
        assert str(view.what) == (
            "has given up after 3 attempts that failed; somebody has to see to it."
        )


def test_only_an_admin_says_that_it_is_seen_to_and_only_when_recovery_gave_up(
    sqlite_sessions: Sessions,
) -> None:
    ward = Ward(sqlite_sessions)
    ward.crash()
    ward.look()
    with sqlite_sessions.begin() as session:
        with pytest.raises(ConflictError, match="has not given up"):
            recovery.acknowledge(session, uuid_of(1), actor=ADMIN, now=ward.now)
        with pytest.raises(NotAllowedError):
            recovery.acknowledge(session, uuid_of(1), actor=EDITOR, now=ward.now)


def test_switched_off_nothing_stays_in_force_and_old_decisions_go(sessions: Sessions) -> None:
    ward = Ward(sessions, count=2)
    ward.crash(1, 2)
    ward.look()
    with sessions.begin() as session:
        assert recovery.switch_off(session, now=ward.now) == 2
        assert recovery.switch_off(session, now=ward.now) == 0
    ward.wait(days=31)
    with sessions.begin() as session:
        assert retention.delete_old_statuses(session, days=30, now=ward.now) == 2
        assert session.scalar(select(func.count()).select_from(RecoveryDecision)) == 0


def test_whoever_is_in_trouble_by_the_rule_is_found_by_the_query(sessions: Sessions) -> None:
    ward = Ward(sessions, count=6)
    ward.wait(seconds=170)
    ward.report((1,))
    ward.crash(2)
    ward.wait(seconds=10)
    ward.report((3, 4), ProcessStatus.STOPPED)
    ward.wait(seconds=1)
    with sessions() as session:
        found = recovery_record.list_candidates(session, ward.limits, now=ward.now)
    assert sorted(found) == [uuid_of(number) for number in (2, 5, 6)]


def test_a_browser_that_was_closed_is_left_alone(sessions: Sessions) -> None:
    ward = Ward(sessions, count=2)
    with sessions.begin() as session:
        session.add(WebPlayer(client_uuid=uuid_of(1), created_at=NOW))
    ward.wait(minutes=10)
    ward.look()
    with sessions() as session:
        assert session.scalars(select(ClientCommand.client_uuid)).all() == [uuid_of(2)]
