"""Acknowledgements of commands, and what a sign of life says of them."""

from uuid import uuid4

import pytest

from infoscreen_core.db.models import ClientCommand, CommandTransition
from infoscreen_core.domain.commands.lifecycle import Action, State
from tests.support.listener.telemetry import NOW, Desk, ack, at, health, say


def new_command(desk: Desk, uuid: str, status: State, **values: object) -> str:
    command_id = str(uuid4())
    with desk.sessions.begin() as session:
        session.add(
            ClientCommand(
                command_id=command_id,
                client_uuid=uuid,
                action=Action.REBOOT_HOST,
                status=status,
                issued_at=NOW,
                expires_at=at(240),
                created_at=NOW,
                updated_at=NOW,
                **values,
            )
        )
    return command_id


def status_of(desk: Desk, command_id: str) -> State:
    with desk.sessions() as session:
        return session.get_one(ClientCommand, command_id).status


def test_acknowledgements_on_both_topics_move_a_command_once(desk: Desk) -> None:
    uuid = desk.new_client()
    command_id = new_command(desk, uuid, State.PUBLISHED, published_at=NOW)
    desk.hear(
        say(uuid, "commands/ack", ack(command_id, "accepted")),
        say(uuid, "command/ack", ack(command_id, "accepted")),
        say(uuid, "commands/ack", ack(command_id, "execution_started")),
        say(uuid, "commands/ack", ack(command_id, "accepted")),
    )
    assert status_of(desk, command_id) is State.EXECUTION_STARTED
    steps = [step.to_status for step in desk.all(CommandTransition)]
    assert steps == [State.ACK_RECEIVED, State.EXECUTION_STARTED]
    assert desk.reasons() == []


def test_acknowledgements_of_foreign_and_unknown_commands_are_dead_lettered(desk: Desk) -> None:
    owner, stranger = desk.new_client(), desk.new_client()
    command_id = new_command(desk, owner, State.PUBLISHED)
    desk.hear(
        say(stranger, "commands/ack", ack(command_id, "completed")),
        say(stranger, "commands/ack", ack(str(uuid4()), "completed")),
    )
    assert status_of(desk, command_id) is State.PUBLISHED
    assert sorted(desk.reasons()) == ["foreign_command", "unknown_command"]
    assert {letter.client_uuid for letter in desk.letters()} == {stranger}


@pytest.mark.parametrize("sign", ["heartbeat", "health", "discovery"])
def test_a_sign_of_life_after_a_reboot_recovers_the_command(desk: Desk, sign: str) -> None:
    uuid, other = desk.new_client(), desk.new_client()
    command_id = new_command(desk, uuid, State.AWAITING_RECONNECT, awaiting_reconnect_at=NOW)
    desk.hear(say(other, "health", health(), received_at=at(5)))
    assert status_of(desk, command_id) is State.AWAITING_RECONNECT
    payload = {"heartbeat": {}, "health": health(), "discovery": {"uuid": uuid}}[sign]
    desk.hear(say(uuid, sign, payload, received_at=at(6)))
    assert status_of(desk, command_id) is State.RECOVERED
