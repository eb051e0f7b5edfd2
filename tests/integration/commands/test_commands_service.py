from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.contracts import CommandAck
from infoscreen_core.db.models import Client, ClientCommand, User
from infoscreen_core.db.queries.commands import commands as queries
from infoscreen_core.domain.commands.lifecycle import Action, Cause, State
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.commands import commands, dispatching

_CLAIMED = State.PUBLISH_IN_PROGRESS
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def _client(session: Session) -> str:
    client = Client(uuid=str(uuid4()), registration_time=NOW, last_alive=NOW)
    session.add(client)
    session.flush()
    return client.uuid


def _issue(
    session: Session, uuid: str, action: Action = Action.REBOOT_HOST, now: datetime = NOW
) -> ClientCommand:
    return commands.issue_command(session, uuid, action, reason="test", actor=CLI, now=now)


def _ack(
    command_id: str, status: str, code: str | None = None, message: str | None = None
) -> CommandAck:
    return CommandAck.model_validate(
        {"command_id": command_id, "status": status, "error_code": code, "error_message": message}
    )


def _acks(session: Session, command: ClientCommand, *statuses: str) -> list[bool]:
    return [
        commands.apply_ack(
            session, client_uuid=command.client_uuid, ack=_ack(command.command_id, status), now=NOW
        ).is_applied
        for status in statuses
    ]


def test_a_command_goes_its_whole_course_and_every_step_is_a_row(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        command = _issue(session, _client(session))
        assert commands.move(session, command, Cause.CLAIMED, now=NOW, claimed_by="me")
        assert commands.move(session, command, Cause.PUBACK, now=NOW)
        assert _acks(session, command, "accepted", "execution_started") == [True, True]
        assert commands.move(session, command, Cause.WENT_DOWN, now=NOW)
        assert (
            commands.note_seen(
                session, {command.client_uuid: None}, now=NOW + timedelta(seconds=30)
            )
            == 1
        )
        assert _acks(session, command, "completed") == [True]
        course = queries.list_transitions(session, [command.command_id])[command.command_id]
    assert [step.to_status for step in course] == [
        State.QUEUED,
        State.PUBLISH_IN_PROGRESS,
        State.PUBLISHED,
        State.ACK_RECEIVED,
        State.EXECUTION_STARTED,
        State.AWAITING_RECONNECT,
        State.RECOVERED,
        State.COMPLETED,
    ]
    assert command.published_at == NOW
    assert command.recovered_at == NOW + timedelta(seconds=30)


def test_an_ack_may_skip_forward_but_never_back(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        command = _issue(session, _client(session))
        assert _acks(session, command, "execution_started", "accepted", "execution_started") == [
            True,
            False,
            False,
        ]
        assert command.status is State.EXECUTION_STARTED
        assert command.acked_at is None


def test_a_failure_ends_the_command_with_the_players_words(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        command = _issue(session, _client(session))
        ack = _ack(command.command_id, "failed", "permission_denied_local", "sudo: not allowed")
        assert commands.apply_ack(
            session, client_uuid=command.client_uuid, ack=ack, now=NOW
        ).is_applied
        assert _acks(session, command, "completed") == [False]
        assert (command.status, command.error_code) == (State.FAILED, "permission_denied_local")


def test_another_players_ack_is_refused(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        command = _issue(session, _client(session))
        ack = _ack(command.command_id, "completed")
        outcome = commands.apply_ack(session, client_uuid=_client(session), ack=ack, now=NOW)
        assert outcome.refused_reason == "foreign_command"
        assert command.status is State.QUEUED
        unknown = commands.apply_ack(
            session, client_uuid=command.client_uuid, ack=_ack(str(uuid4()), "completed"), now=NOW
        )
        assert unknown.refused_reason == "unknown_command"


def test_the_fourth_restart_within_fifteen_minutes_is_stored_but_blocked(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        uuid = _client(session)
        for minute in range(3):
            assert (
                _issue(session, uuid, Action.RESTART_APP, NOW + timedelta(minutes=minute)).status
                is State.QUEUED
            )
        blocked = _issue(session, uuid, now=NOW + timedelta(minutes=4))
        assert (blocked.status, blocked.error_code) == (State.BLOCKED_SAFETY, "lockout_threshold")
        assert (
            _issue(session, uuid, Action.SHUTDOWN_HOST, NOW + timedelta(minutes=4)).status
            is State.QUEUED
        )
        # The blocked one does not count, and the first has left the window.
        assert (
            _issue(session, uuid, now=NOW + timedelta(minutes=15, seconds=1)).status is State.QUEUED
        )


def test_a_command_can_be_cancelled_only_before_it_is_sent(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        uuid = _client(session)
        command = _issue(session, uuid)
        commands.cancel_command(session, command.command_id, actor=CLI, now=NOW)
        assert command.status is State.CANCELED
        sent = _issue(session, uuid)
        _acks(session, sent, "accepted")
        with pytest.raises(ConflictError, match="ack_received"):
            commands.cancel_command(session, sent.command_id, actor=CLI, now=NOW)


def test_only_one_of_two_claimers_wins(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        command_id = _issue(session, _client(session)).command_id
    with sessions() as one, sessions() as other:
        first, second = one.get(ClientCommand, command_id), None
        one.rollback()
        second = other.get(ClientCommand, command_id)
        other.rollback()
        assert first
        assert second
        assert commands.move(one, first, Cause.CLAIMED, now=NOW, claimed_by="one")
        one.commit()
        assert not commands.move(other, second, Cause.CLAIMED, now=NOW, claimed_by="other")
        other.rollback()


@pytest.mark.parametrize("reason", [None, "", " \n "])
def test_who_signed_in_has_to_say_why(
    sqlite_sessions: sessionmaker[Session], reason: str | None
) -> None:
    with sqlite_sessions.begin() as session:
        uuid = _client(session)
        user = User(
            username="ada", password_hash="-", role=Role.ADMIN, created_at=NOW, updated_at=NOW
        )
        session.add(user)
        session.flush()
        ada = Actor(user_id=user.id, name="ada", role=Role.ADMIN, source="test")
        with pytest.raises(InvalidInputError, match="Say why") as refused:
            commands.issue_command(
                session, uuid, Action.REBOOT_HOST, reason=reason, actor=ada, now=NOW
            )
        assert refused.value.field == "reason"
        of_program = commands.issue_command(
            session, uuid, Action.REBOOT_HOST, reason=reason, actor=CLI, now=NOW
        )
        assert of_program.reason is None
        why = "x" * commands.REASON_LIMIT
        of_person = commands.issue_command(
            session, uuid, Action.RESTART_APP, reason=why, actor=ada, now=NOW
        )
        assert of_person.reason == why


def test_bad_requests_are_refused_with_a_sentence(sqlite_sessions: sessionmaker[Session]) -> None:
    editor = Actor(user_id=None, name="eva", role=Role.EDITOR, source="test")
    with sqlite_sessions.begin() as session:
        uuid = _client(session)
        with pytest.raises(NotFoundError, match="no screen"):
            _issue(session, str(uuid4()))
        with pytest.raises(InvalidInputError, match="reason"):
            commands.issue_command(
                session, uuid, Action.REBOOT_HOST, reason="x" * 2001, actor=CLI, now=NOW
            )
        with pytest.raises(InvalidInputError, match="180 to 360"):
            commands.issue_command(
                session,
                uuid,
                Action.REBOOT_HOST,
                reason=None,
                actor=CLI,
                now=NOW,
                expiry=timedelta(seconds=5),
            )
        with pytest.raises(NotAllowedError, match="admin"):
            commands.issue_command(
                session, uuid, Action.REBOOT_HOST, reason=None, actor=editor, now=NOW
            )


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1)])
def test_commands_under_way_wait_as_long_as_they_would_have_when_the_clock_is_set(
    sessions: sessionmaker[Session], step: timedelta
) -> None:
    with sessions.begin() as session:
        uuid = _client(session)
        waiting = _issue(session, uuid, Action.RESTART_APP)
        assert dispatching.claim_queued(session, owner="one", now=NOW + timedelta(seconds=1))
    set_at = NOW + timedelta(seconds=5)
    with sessions.begin() as session:
        newer = commands.issue_command(
            session, uuid, Action.RESTART_APP, reason="x", actor=CLI, now=set_at + step
        )
        assert dispatching.shift_open(session, step, now=set_at + step) == 1
        assert dispatching.shift_open(session, step, now=set_at + step) == 0
        session.flush()
        assert newer.issued_at == set_at + step
        after = session.get_one(ClientCommand, waiting.command_id)
        assert (after.issued_at, after.expires_at) == (NOW + step, waiting.expires_at + step)
        grace = timedelta(minutes=3)

        def swept(seconds: int) -> State:
            now = NOW + step + timedelta(seconds=seconds)
            dispatching.sweep(session, set(), grace=grace, now=now)
            session.refresh(after)
            return after.status

        assert swept(8) is State.PUBLISH_IN_PROGRESS
        assert swept(9) is State.QUEUED
        assert swept(239) is State.QUEUED
        assert swept(241) is State.EXPIRED


def _rebooting(session: Session, boot_id: str | None) -> ClientCommand:
    """A reboot of a player in that boot, which began ten seconds ago: it should be down."""
    uuid = _client(session)
    session.get_one(Client, uuid).boot_id = boot_id
    command = _issue(session, uuid)
    dispatching.claim_queued(session, owner="me", now=NOW)
    assert _acks(session, command, "accepted", "execution_started") == [True, True]
    assert commands.move(session, command, Cause.WENT_DOWN, now=NOW)
    return command


def _heard(session: Session, command: ClientCommand, boot_id: str | None, seconds: float) -> State:
    """Let the player be heard that long after it should be down, in a boot that it names."""
    client = session.get_one(Client, command.client_uuid)
    now = NOW + timedelta(seconds=seconds)
    client.last_alive, client.boot_id = now, boot_id or client.boot_id
    session.flush()
    commands.note_seen(session, {client.uuid: boot_id}, now=now)
    dispatching.sweep(session, set(), grace=timedelta(seconds=180), now=now)
    session.refresh(command)
    return command.status


def test_a_reboot_is_completed_only_in_a_new_boot(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        command = _rebooting(session, "first")
        assert _heard(session, command, "first", 5) is State.AWAITING_RECONNECT
        assert _heard(session, command, None, 60) is State.AWAITING_RECONNECT
        assert _heard(session, command, "second", 62) is State.RECOVERED
        assert _heard(session, command, None, 82) is State.COMPLETED


def test_a_player_that_never_went_down_has_not_rebooted(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        command = _rebooting(session, "first")
        assert _heard(session, command, "first", 39) is State.AWAITING_RECONNECT
        assert _heard(session, command, "first", 41) is State.FAILED
        assert command.error_code == "not_rebooted"


def test_a_players_word_needs_a_new_boot_as_its_proof(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        liar, honest = _rebooting(session, "first"), _rebooting(session, "second")
        for command in (liar, honest):
            assert _acks(session, command, "completed", "completed") == [True, False]
            assert command.status is State.RECOVERED
        assert _heard(session, liar, "first", 20) is State.FAILED
        assert liar.error_code == "not_rebooted"
        assert _heard(session, honest, "third", 19) is State.RECOVERED
        assert _acks(session, honest, "completed") == [True]
        assert honest.status is State.COMPLETED


def test_of_a_player_that_names_no_boot_nothing_is_concluded(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        command = _rebooting(session, None)
        assert _heard(session, command, None, 5) is State.RECOVERED
        assert _heard(session, command, None, 25) is State.COMPLETED


def test_many_commands_are_claimed_and_confirmed_in_as_many_statements_as_one(
    sessions: sessionmaker[Session], engine: Engine
) -> None:
    asked: list[str] = []
    counts = []
    event.listen(engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    for count in (1, 40):
        with sessions.begin() as session:
            ids = [_issue(session, _client(session)).command_id for _ in range(count)]
        asked.clear()
        with sessions.begin() as session:
            claims = dispatching.claim_queued(session, owner="me", now=NOW)
        with sessions.begin() as session:
            dispatching.confirm_published(session, ids, now=NOW)
        counts.append(len(asked))
        assert sorted(str(claim.command.command_id) for claim in claims) == sorted(ids)
        with sessions() as session:
            courses = queries.list_transitions(session, ids)
        assert all(
            [step.to_status for step in course] == [State.QUEUED, _CLAIMED, State.PUBLISHED]
            for course in courses.values()
        )
    assert counts[0] == counts[1]


def test_a_confirmation_after_the_acknowledgement_keeps_the_state_and_notes_the_time(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        command = _issue(session, _client(session))
        dispatching.claim_queued(session, owner="me", now=NOW)
        assert _acks(session, command, "accepted") == [True]
    later = NOW + timedelta(seconds=1)
    for now in (later, later + timedelta(seconds=1)):
        with sessions.begin() as session:
            dispatching.confirm_published(session, [command.command_id], now=now)
            row = session.get_one(ClientCommand, command.command_id)
            assert (row.status, row.published_at) == (State.ACK_RECEIVED, later)


def test_no_more_are_claimed_at_once_than_asked_for_and_the_oldest_first(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        ids = [
            _issue(session, _client(session), now=NOW + timedelta(seconds=number)).command_id
            for number in (3, 1, 2)
        ]
    claimed: list[list[str]] = []
    while len(claimed) < len(ids):
        with sessions.begin() as session:
            now = NOW + timedelta(seconds=5)
            claims = dispatching.claim_queued(session, owner="me", now=now, limit=2)
            claimed.append([str(claim.command.command_id) for claim in claims])
        if not claims:
            break
    assert claimed == [[ids[1], ids[2]], [ids[0]], []]
