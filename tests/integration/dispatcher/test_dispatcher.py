import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.contracts import Command, CommandAck
from infoscreen_core.contracts.commands import AckStatus
from infoscreen_core.db.engine import make_engine, make_read_session_factory, make_session_factory
from infoscreen_core.db.models import Client, ClientCommand, ClientGroup, OutboxMessage, User
from infoscreen_core.domain.commands.lifecycle import Action, Cause, State
from infoscreen_core.domain.commands.rollout import RolloutSource, RolloutStatus, Waves
from infoscreen_core.domain.monitoring.histograms import Histogram
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.services import outbox
from infoscreen_core.services.actor import CLI, SYSTEM, Actor
from infoscreen_core.services.commands import commands, dispatching
from infoscreen_core.services.commands.rollouts import rollouts
from infoscreen_core.services.commands.rollouts.rollout_start import start_rollout
from infoscreen_core.services.commands.views import RolloutView
from infoscreen_core.settings import load_settings
from tests.support.commands.maintenance import add_plan
from tests.support.commands.rollouts import request_for
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto
from workers.dispatcher.main import Dispatcher
from workers.mqtt.connection import MqttConnection, ReceivedMessage
from workers.runtime import Database, Worker


class Bench:
    """A dispatcher on a real broker, and a player's ear beside it; steps are taken by the test."""

    def __init__(self, url: str, broker: Mosquitto) -> None:
        self.settings = load_settings(
            mqtt_broker_port=broker.port, mqtt_user=broker.user, mqtt_password=broker.password
        )
        engine = make_engine(url)
        self.worker = Worker(
            "dispatcher",
            self.settings,
            Database(engine, make_session_factory(engine), make_read_session_factory(engine)),
        )
        self.heard: list[ReceivedMessage] = []
        self.mqtt = MqttConnection(self.settings, client_id=f"out-{uuid4()}")
        self.ear = MqttConnection(
            self.settings,
            client_id=f"ear-{uuid4()}",
            on_message=self.heard.append,
            subscriptions=[("infoscreen/#", 1), ("clients/#", 1)],
        )
        self.mqtt.start()
        self.ear.start()
        wait_until(
            lambda: self.mqtt.is_connected and self.ear.is_connected, what="both connections"
        )
        self.dispatcher = Dispatcher(self.worker, self.mqtt)

    @property
    def sessions(self) -> sessionmaker[Session]:
        return self.worker.sessions

    def step_until(self, condition: Callable[[], object], *, what: str) -> None:
        wait_until(lambda: (self.dispatcher.step(), condition())[1], what=what)

    def messages_on(self, topic: str) -> list[ReceivedMessage]:
        return [message for message in self.heard if message.topic == topic]

    def close(self) -> None:
        self.mqtt.stop()
        self.ear.stop()
        self.worker.database.engine.dispose()


@pytest.fixture
def bench(database_url: str, own_mosquitto: Mosquitto) -> Iterator[Bench]:
    bench = Bench(database_url, own_mosquitto)
    yield bench
    bench.close()


def _client(session: Session) -> str:
    client = Client(uuid=str(uuid4()), registration_time=utc_now(), last_alive=utc_now())
    session.add(client)
    session.flush()
    return client.uuid


def _status(bench: Bench, command_id: str) -> State:
    with bench.sessions.begin() as session:
        return session.scalars(
            select(ClientCommand.status).where(ClientCommand.command_id == command_id)
        ).one()


def _admin(session: Session) -> Actor:
    user = User(
        username="ada",
        password_hash="-",
        role=Role.ADMIN,
        created_at=utc_now(),
        updated_at=utc_now(),
    )
    session.add(user)
    session.flush()
    return Actor(user_id=user.id, name="ada", role=Role.ADMIN, source="test")


def test_a_command_goes_out_on_both_topics_and_is_published_when_the_broker_confirms(
    bench: Bench,
) -> None:
    with bench.sessions.begin() as session:
        uuid = _client(session)
        command_id = commands.issue_command(
            session, uuid, Action.RESTART_APP, reason="stuck", actor=CLI, now=utc_now()
        ).command_id
    bench.step_until(lambda: _status(bench, command_id) is State.PUBLISHED, what="published")
    wait_until(lambda: bench.messages_on(f"infoscreen/{uuid}/command"), what="the alias")
    (message,) = bench.messages_on(f"infoscreen/{uuid}/commands")
    assert not message.retain
    heard = Command.model_validate_json(message.payload)
    assert (str(heard.command_id), heard.action, heard.reason) == (
        command_id,
        "restart_app",
        "stuck",
    )
    assert not bench.messages_on(f"clients/{uuid}/restart")
    figures = bench.dispatcher.metrics()
    confirmed = Histogram.read(figures["confirm_seconds"])
    assert confirmed is not None
    assert confirmed.number >= 1, "the first message is confirmed, the alias perhaps"
    assert confirmed.total > 0
    assert figures["commands_under_way"] == 0


def test_an_operators_reboot_also_goes_to_the_legacy_topic(bench: Bench) -> None:
    with bench.sessions.begin() as session:
        uuid = _client(session)
        commands.issue_command(
            session, uuid, Action.REBOOT_HOST, reason="stuck", actor=_admin(session), now=utc_now()
        )
    bench.step_until(
        lambda: bench.messages_on(f"clients/{uuid}/restart"), what="the legacy restart"
    )
    assert json.loads(bench.messages_on(f"clients/{uuid}/restart")[0].payload) == {
        "action": "restart"
    }


@pytest.mark.parametrize(("actor", "expected"), [(CLI, 1), (SYSTEM, 0)])
def test_a_reboot_from_the_command_line_is_an_operators_and_one_of_the_systems_own_is_not(
    bench: Bench, actor: Actor, expected: int
) -> None:
    with bench.sessions.begin() as session:
        uuid = _client(session)
        commands.issue_command(
            session, uuid, Action.REBOOT_HOST, reason=None, actor=actor, now=utc_now()
        )
    bench.step_until(lambda: bench.messages_on(f"infoscreen/{uuid}/command"), what="the alias")
    outbox_topic = f"infoscreen/{uuid}/group_id"
    with bench.sessions.begin() as session:
        outbox.enqueue(session, outbox_topic, b"1", now=utc_now())
    bench.step_until(lambda: bench.messages_on(outbox_topic), what="what comes later")
    assert len(bench.messages_on(f"clients/{uuid}/restart")) == expected


def test_an_app_restart_recovers_when_the_process_went_down_and_runs_again(bench: Bench) -> None:
    apps_down: set[str] = set()

    def status_after(process: ProcessStatus) -> State:
        with bench.sessions.begin() as session:
            client = session.get_one(Client, uuid)
            client.process_status, client.health_at, client.last_alive = (
                process,
                utc_now(),
                utc_now(),
            )
        with bench.sessions.begin() as session:
            dispatching.sweep(
                session, apps_down, grace=bench.settings.heartbeat_grace, now=utc_now()
            )
        return _status(bench, command_id)

    with bench.sessions.begin() as session:
        uuid = _client(session)
        command = commands.issue_command(
            session, uuid, Action.RESTART_APP, reason=None, actor=CLI, now=utc_now()
        )
        assert commands.move(session, command, Cause.ACK_STARTED, now=utc_now())
        command_id = command.command_id
    assert status_after(ProcessStatus.RUNNING) is State.EXECUTION_STARTED
    assert status_after(ProcessStatus.STARTING) is State.EXECUTION_STARTED
    assert status_after(ProcessStatus.RUNNING) is State.RECOVERED


def test_the_outbox_is_sent_in_order_and_emptied(bench: Bench) -> None:
    topic = f"infoscreen/{uuid4()}/group_id"
    with bench.sessions.begin() as session:
        for number in range(1, 301):
            outbox.enqueue(session, topic, str(number).encode(), now=utc_now(), retain=True)
    bench.step_until(lambda: len(bench.messages_on(topic)) == 300, what="300 messages")
    assert [int(m.payload) for m in bench.messages_on(topic)] == list(range(1, 301))

    def is_empty() -> bool:
        with bench.sessions.begin() as session:
            return session.scalar(select(OutboxMessage.id).limit(1)) is None

    bench.step_until(is_empty, what="an empty outbox")


def test_what_is_written_while_the_broker_is_away_goes_out_when_it_is_back(
    bench: Bench, own_mosquitto: Mosquitto
) -> None:
    own_mosquitto.kill()
    wait_until(lambda: not bench.mqtt.is_connected, what="the loss to be noticed")
    with bench.sessions.begin() as session:
        uuid = _client(session)
        outbox.enqueue(session, f"infoscreen/{uuid}/group_id", b"7", now=utc_now(), retain=True)
        command_id = commands.issue_command(
            session, uuid, Action.REBOOT_HOST, reason=None, actor=CLI, now=utc_now()
        ).command_id
    bench.dispatcher.step()
    assert _status(bench, command_id) is State.QUEUED
    own_mosquitto.start()
    wait_until(lambda: bench.ear.is_connected, what="the ear to be back")
    bench.step_until(
        lambda: (
            bench.messages_on(f"infoscreen/{uuid}/group_id")
            and bench.messages_on(f"infoscreen/{uuid}/commands")
        ),
        what="both messages",
    )


def test_a_broker_that_lost_its_retained_state_gets_every_players_group_back(
    bench: Bench, own_mosquitto: Mosquitto
) -> None:
    with bench.sessions.begin() as session:
        group = ClientGroup(name="Aula", created_at=utc_now())
        session.add(group)
        session.flush()
        uuid, unassigned = _client(session), _client(session)
        session.get_one(Client, uuid).group_id = group.id
        expected = str(group.id).encode()
    own_mosquitto.kill()
    (own_mosquitto.directory / "mosquitto.db").unlink(missing_ok=True)
    bench.heard.clear()
    own_mosquitto.start()
    wait_until(lambda: bench.ear.is_connected, what="the ear to be back")
    topic = f"infoscreen/{uuid}/group_id"
    bench.step_until(lambda: bench.messages_on(topic), what="the group")
    assert {m.payload for m in bench.messages_on(topic)} == {expected}
    assert {m.payload for m in bench.messages_on(f"infoscreen/{unassigned}/group_id")} <= {b""}


def test_a_claim_whose_owner_died_is_taken_over_and_sent(bench: Bench) -> None:
    now = utc_now()
    with bench.sessions.begin() as session:
        command = commands.issue_command(
            session, _client(session), Action.REBOOT_HOST, reason=None, actor=CLI, now=now
        )
        command.status = State.PUBLISH_IN_PROGRESS
        command.claimed_by = "a dispatcher that is gone"
        command.claimed_at = now - timedelta(seconds=9)
        command_id = command.command_id
    bench.step_until(lambda: _status(bench, command_id) is State.PUBLISHED, what="published")


def test_a_command_nobody_took_expires(bench: Bench) -> None:
    with bench.sessions.begin() as session:
        command = commands.issue_command(
            session,
            _client(session),
            Action.REBOOT_HOST,
            reason=None,
            actor=CLI,
            now=utc_now() - timedelta(seconds=241),
        )
        command_id = command.command_id
    bench.step_until(lambda: _status(bench, command_id) is State.EXPIRED, what="expired")
    assert not [m for m in bench.heard if m.topic.endswith("/commands")]


def test_maintenance_that_is_due_begins_once_and_goes_out(bench: Bench) -> None:
    now = utc_now()
    with bench.sessions.begin() as session:
        uuids = [_client(session) for _ in range(2)]
        session.execute(update(Client).values(approved_at=now))
    add_plan(bench.sessions, now - timedelta(days=2), window="00:00-24:00")

    def heard() -> list[ReceivedMessage]:
        topics = {f"infoscreen/{uuid}/commands" for uuid in uuids}
        return [message for message in bench.heard if message.topic in topics]

    bench.step_until(lambda: len(heard()) == 1, what="the first wave")
    with bench.sessions() as session:
        (rollout,) = rollouts.list_rollouts(session)
    assert (rollout.source, rollout.total) == (RolloutSource.MAINTENANCE, 2)


def test_a_rollout_goes_out_wave_by_wave_and_each_screen_hears_it_once(bench: Bench) -> None:
    now = utc_now()
    with bench.sessions.begin() as session:
        uuids = [_client(session) for _ in range(3)]
        session.execute(update(Client).values(approved_at=now))
        request = request_for(uuids, waves=Waves((1,)))
        rollout_id = start_rollout(session, request, actor=CLI, now=now).rollout_id

    def heard() -> list[Command]:
        topics = {f"infoscreen/{uuid}/commands" for uuid in uuids}
        messages = [message for message in bench.heard if message.topic in topics]
        return [Command.model_validate_json(message.payload) for message in messages]

    def acknowledge(command: Command) -> None:
        ack = CommandAck(
            command_id=command.command_id,
            status=AckStatus.COMPLETED,
            error_code=None,
            error_message=None,
        )
        with bench.sessions.begin() as session:
            commands.apply_ack(session, client_uuid=str(command.client_uuid), ack=ack, now=now)

    def view() -> RolloutView:
        with bench.sessions() as session:
            return rollouts.get_rollout(session, rollout_id)

    bench.step_until(lambda: heard() and view().counts.get(State.PUBLISHED), what="the first wave")
    assert view().counts == {"published": 1, "waiting": 2}
    acknowledge(heard()[0])
    bench.step_until(lambda: len(heard()) == len(uuids), what="the others")
    for command in heard()[1:]:
        acknowledge(command)
    bench.step_until(lambda: view().status is RolloutStatus.COMPLETED, what="its end")
    assert sorted(str(command.client_uuid) for command in heard()) == sorted(uuids)
