"""Commands while the server itself cannot hear, by the record, the listener and ourselves."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.contracts import CommandAck
from infoscreen_core.db.models import BlindSpan, Client, ClientCommand, WorkerStatus
from infoscreen_core.domain.commands.hearing import COMES_AT_ONCE, SIGHT_SETTLES, Deafness
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands import commands, dispatching
from infoscreen_core.services.monitoring import sight
from workers.dispatcher.hearing import Hearing

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
GRACE = timedelta(seconds=180)
Sessions = sessionmaker[Session]


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


class Desk:
    """A dispatcher's ear and its sweeps by the test's clock, and a listener that may be dead."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.now = at(-30)
        mqtt: Any = SimpleNamespace(is_connected=True, epoch=1)
        self.mqtt = mqtt
        self.hearing = Hearing(mqtt, now=self.now)
        self.is_listening = True
        self.wait(30)

    def wait(self, seconds: int) -> None:
        """Let time pass: every other second a sign of life, every second a sweep."""
        for _ in range(seconds):
            self.now += timedelta(seconds=1)
            with self.sessions.begin() as session:
                if self.is_listening and (self.now - NOW).total_seconds() % 2 == 0:
                    _sign(session, self.now, is_connected=self.mqtt.is_connected)
                self.hearing.note(session, now=self.now)
                deaf = self.hearing.read(session, now=self.now)
                dispatching.sweep(session, set(), grace=GRACE, deaf=deaf, now=self.now)

    def send(self, action: Action = Action.RESTART_APP) -> str:
        """Send a command to a player that is alive, and stays so; return its id."""
        with self.sessions.begin() as session:
            client = Client(uuid=str(uuid4()), registration_time=NOW, last_alive=self.now)
            session.add(client)
            session.flush()
            command = commands.issue_command(
                session, client.uuid, action, reason="x", actor=CLI, now=self.now
            )
            dispatching.claim_queued(session, owner="me", now=self.now)
            dispatching.confirm_published(session, [command.command_id], now=self.now)
            return command.command_id

    def say(self, command_id: str, *words: str) -> None:
        """Let the player's acknowledgements arrive."""
        with self.sessions.begin() as session:
            uuid = session.get_one(ClientCommand, command_id).client_uuid
            session.get_one(Client, uuid).last_alive = self.now
            for word in words:
                said = {"command_id": command_id, "status": word}
                ack = CommandAck.model_validate(said | {"error_code": None, "error_message": None})
                commands.apply_ack(session, client_uuid=uuid, ack=ack, now=self.now)

    def state(self, command_id: str) -> State:
        with self.sessions() as session:
            return session.get_one(ClientCommand, command_id).status


def _sign(session: Session, now: datetime, *, is_connected: bool) -> None:
    session.merge(
        WorkerStatus(
            name="listener",
            pid=1,
            host="here",
            started_at=at(-30),
            seen_at=now,
            is_broker_connected=is_connected,
        )
    )


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    return Desk(sessions)


def test_a_player_that_lives_and_says_nothing_has_timed_out(desk: Desk) -> None:
    command = desk.send()
    desk.wait(19)
    assert desk.state(command) is State.PUBLISHED
    desk.wait(3)  # up to the sign of life that proves it
    assert desk.state(command) is State.TIMED_OUT


def test_what_was_acknowledged_while_the_listener_was_dead_goes_its_course(desk: Desk) -> None:
    answered, ignored = desk.send(), desk.send()
    desk.is_listening = False
    desk.wait(60)
    assert desk.state(answered) is desk.state(ignored) is State.PUBLISHED
    desk.is_listening = True
    desk.wait(2)
    desk.say(answered, "accepted", "execution_started", "completed")
    assert desk.state(answered) is State.COMPLETED
    desk.say(ignored)
    desk.wait(25)
    assert desk.state(ignored) is State.TIMED_OUT


def test_a_reboot_that_nobody_heard_is_no_matter_for_a_person(desk: Desk) -> None:
    command = desk.send(Action.REBOOT_HOST)
    desk.say(command, "accepted", "execution_started")
    desk.wait(11)
    assert desk.state(command) is State.AWAITING_RECONNECT
    desk.is_listening = False
    desk.wait(250)
    desk.is_listening = True
    desk.wait(100)
    assert desk.state(command) is State.AWAITING_RECONNECT
    desk.wait(120)
    assert desk.state(command) is State.MANUAL_INTERVENTION_REQUIRED


def test_after_an_outage_of_the_broker_players_may_take_a_while(desk: Desk) -> None:
    command = desk.send()
    desk.mqtt.is_connected = False
    desk.wait(30)
    desk.mqtt.is_connected, desk.mqtt.epoch = True, 2
    desk.wait(80)
    assert desk.state(command) is State.PUBLISHED
    desk.say(command)
    desk.wait(14)
    assert desk.state(command) is State.TIMED_OUT


def test_one_that_was_started_meanwhile_knows_it_from_the_record(desk: Desk) -> None:
    command = desk.send()
    with desk.sessions.begin() as session:
        span = BlindSpan(cause=BlindCause.LISTENER, began_at=desk.now, ended_at=None)
        session.add(span)
    desk.hearing = Hearing(desk.mqtt, now=desk.now)
    desk.wait(60)
    assert desk.state(command) is State.PUBLISHED
    with desk.sessions.begin() as session:
        session.merge(span).ended_at = desk.now
    desk.say(command)
    desk.wait(19)
    assert desk.state(command) is State.PUBLISHED
    desk.wait(4)
    assert desk.state(command) is State.TIMED_OUT


def test_what_was_sent_may_have_begun_before_it_expired(desk: Desk) -> None:
    sent = desk.send()
    with desk.sessions.begin() as session:
        command = session.get_one(ClientCommand, sent)
        session.get_one(Client, command.client_uuid).last_alive = None  # it was never alive
        waiting = Client(uuid=str(uuid4()), registration_time=NOW)
        session.add(waiting)
        session.flush()
        queued = commands.issue_command(
            session, waiting.uuid, Action.REBOOT_HOST, reason="x", actor=CLI, now=desk.now
        ).command_id
    desk.wait(200)
    desk.is_listening = False
    desk.wait(60)
    assert desk.state(queued) is State.EXPIRED
    assert desk.state(sent) is State.PUBLISHED
    desk.is_listening = True
    desk.wait(15)
    assert desk.state(sent) is State.EXPIRED


def test_the_record_says_when_players_could_not_be_heard(sessions: Sessions) -> None:
    spans = [
        (BlindCause.LISTENER, -9000, -8000),
        (BlindCause.LISTENER, -500, -400),
        (BlindCause.STANDSTILL, -300, -250),
        (BlindCause.NETWORK, -240, -200),
        (BlindCause.BROKER, -100, None),
    ]
    with sessions.begin() as session:
        for cause, began, ended in spans:
            end = None if ended is None else at(ended)
            session.add(BlindSpan(cause=cause, began_at=at(began), ended_at=end))
    with sessions() as session:
        assert sight.list_deaf(session, since=at(-3600), now=NOW) == [
            Deafness(at(-500), at(-400), COMES_AT_ONCE),
            Deafness(at(-300), at(-250), SIGHT_SETTLES),
            Deafness(at(-240), at(-200), SIGHT_SETTLES),
            Deafness(at(-100), None, SIGHT_SETTLES),
        ]


@pytest.mark.parametrize(("minutes", "expected"), [(14, None), (60, 15)])
def test_screens_that_are_silent_for_a_night_do_not_keep_commands_open(
    sessions: Sessions, minutes: int, expected: int | None
) -> None:
    began = NOW - timedelta(minutes=minutes)
    with sessions.begin() as session:
        session.add(BlindSpan(cause=BlindCause.NETWORK, began_at=began, ended_at=None))
    ended = None if expected is None else began + timedelta(minutes=expected)
    with sessions() as session:
        (found,) = sight.list_deaf(session, since=at(-3600), now=NOW)
    assert found == Deafness(began, ended, SIGHT_SETTLES)
