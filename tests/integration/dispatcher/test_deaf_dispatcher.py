"""The listener is killed for longer than a player has to acknowledge, while players do."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from infoscreen_core.clock import utc_now
from infoscreen_core.contracts import Command
from infoscreen_core.contracts.topics import command_ack_topic
from infoscreen_core.db.engine import make_engine, make_read_session_factory, make_session_factory
from infoscreen_core.db.models import Client, ClientCommand
from infoscreen_core.domain.commands import hearing, time_rules
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.commands import issue_command
from tests.support.listener.listening import ListenerProcess, Speaker, speaking
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto
from workers.dispatcher.main import Dispatcher
from workers.mqtt.connection import MqttConnection, ReceivedMessage
from workers.runtime import Database, Worker

LIMIT = timedelta(seconds=3)
"""Instead of the 20 s that a player has to acknowledge, which would be long for a test."""


class Site:
    """A dispatcher whose steps the test takes, a listener to kill, and a player that answers."""

    def __init__(self, stack: ExitStack, broker: Mosquitto, url: str, directory: Path) -> None:
        self.listener = ListenerProcess(broker, url, directory, f"t{uuid4().hex[:8]}")
        stack.callback(self.listener.close)
        self.listener.start()
        engine = make_engine(url)
        stack.callback(engine.dispose)
        self.sessions = make_session_factory(engine)
        database = Database(engine, self.sessions, make_read_session_factory(engine))
        self.heard: list[ReceivedMessage] = []
        self.mqtt = self._connect(stack, "out")
        self._connect(stack, "player", self.heard.append)
        self.dispatcher = Dispatcher(
            Worker("dispatcher", self.listener.settings, database), self.mqtt
        )

    def _connect(
        self,
        stack: ExitStack,
        name: str,
        on_message: Callable[[ReceivedMessage], None] | None = None,
    ) -> MqttConnection:
        connection = MqttConnection(
            self.listener.settings,
            client_id=f"{name}-{uuid4().hex[:8]}",
            subscriptions=[("infoscreen/+/commands", 1)] if on_message else [],
            on_message=on_message,
        )
        connection.start()
        stack.callback(connection.stop)
        wait_until(lambda: connection.is_connected, what="the connection")
        return connection

    def issue(self) -> str:
        """Send a command to a player that is alive; return its id."""
        with self.sessions.begin() as session:
            client = Client(uuid=str(uuid4()), registration_time=utc_now(), last_alive=utc_now())
            session.add(client)
            session.flush()
            action = Action.RESTART_APP
            command = issue_command(
                session, client.uuid, action, reason="x", actor=CLI, now=utc_now()
            )
            return command.command_id

    def command(self, command_id: str) -> ClientCommand:
        with self.sessions() as session:
            wanted = select(ClientCommand).where(ClientCommand.command_id == command_id)
            return session.scalars(wanted).one()

    def step_until(self, command_id: str, state: State) -> None:
        self._step_until(lambda: self.command(command_id).status is state, what=state.value)

    def step_until_heard(self, command_id: str) -> Command:
        found: list[Command] = []

        def is_heard() -> bool:
            said = [Command.model_validate_json(message.payload) for message in self.heard]
            found[:] = [one for one in said if str(one.command_id) == command_id]
            return bool(found)

        self._step_until(is_heard, what="the command at the player")
        return found[0]

    def step_past(self, command_id: str) -> None:
        """Go on until the limit has passed twice by the clock."""
        published_at = self.command(command_id).published_at
        assert published_at
        self._step_until(lambda: utc_now() - published_at > 2 * LIMIT, what="the limit")

    def _step_until(self, condition: Callable[[], object], *, what: str) -> None:
        wait_until(lambda: (self.dispatcher.step(), condition())[1], seconds=60, what=what)


@pytest.fixture
def site(
    sqlite_url: str, own_mosquitto: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    monkeypatch.setattr(time_rules, "ACK_LIMIT", LIMIT)
    monkeypatch.setattr(hearing, "COMES_AT_ONCE", timedelta(seconds=2))
    with ExitStack() as stack:
        yield Site(stack, own_mosquitto, sqlite_url, tmp_path / "listener")


def acknowledge(speaker: Speaker, command: Command, *words: str) -> None:
    for word in words:
        body = f'{{"command_id": "{command.command_id}", "status": "{word}", '
        body += '"error_code": null, "error_message": null}'
        speaker.say(command_ack_topic(str(command.client_uuid)), body.encode())
    speaker.wait_for_confirmations()


def test_a_player_whose_word_waits_at_the_broker_has_not_timed_out(
    site: Site, own_mosquitto: Mosquitto
) -> None:
    site.listener.kill()
    answered, ignored = site.issue(), site.issue()
    with speaking(own_mosquitto) as speaker:
        command = site.step_until_heard(answered)
        acknowledge(speaker, command, "accepted", "execution_started", "completed")
        for command_id in (answered, ignored):
            site.step_until(command_id, State.PUBLISHED)
    site.step_past(ignored)
    assert site.command(answered).status is site.command(ignored).status is State.PUBLISHED
    site.listener.start(wait=False)
    site.step_until(answered, State.COMPLETED)
    site.step_until(ignored, State.TIMED_OUT)
    assert site.command(ignored).error_code == "ack_timeout"
