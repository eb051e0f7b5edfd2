"""Acknowledgements of commands, and what a sign of life says of them."""

from typing import Any
from uuid import uuid4

import pytest

from infoscreen_core.db.models import ClientCommand, CommandTransition
from infoscreen_core.domain.commands.lifecycle import TERMINAL, Action, State
from infoscreen_core.services.audit import audited_columns
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


def columns_of(desk: Desk, command_id: str) -> dict[str, Any]:
    with desk.sessions() as session:
        return audited_columns(session.get_one(ClientCommand, command_id))


@pytest.mark.parametrize("end", sorted(TERMINAL))
def test_nothing_that_a_player_says_takes_back_an_end(desk: Desk, end: State) -> None:
    uuid = desk.new_client(boot_id="first")
    command_id = new_command(
        desk,
        uuid,
        end,
        published_at=NOW,
        failed_at=at(30),
        error_code="kept",
        error_message="Kept.",
    )
    before = columns_of(desk, command_id)
    failure = ack(command_id, "failed") | {"error_code": "late", "error_message": "Late."}
    steps = [ack(command_id, word) for word in ("accepted", "execution_started", "completed")]
    desk.hear(
        say(uuid, "heartbeat", {}, received_at=at(60)),
        say(uuid, "health", {"actual_state": {}}, received_at=at(61)),
        say(uuid, "discovery", {"uuid": uuid, "boot_id": "second"}, received_at=at(62)),
        *(
            say(uuid, leaf, payload, received_at=at(63))
            for payload in (*steps, failure)
            for leaf in ("commands/ack", "command/ack")
        ),
    )
    assert columns_of(desk, command_id) == before
    assert desk.all(CommandTransition) == []
    assert desk.reasons() == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"command_id": None}, "schema"),
        ({"command_id": "{{{id}}}"}, "schema"),
        ({"command_id": " {id} "}, "schema"),
        ({"command_id": 7}, "schema"),
        ({"status": None}, "schema"),
        ({"status": "Completed"}, "schema"),
        ({"status": "done"}, "schema"),
        ({"status": ["completed"]}, "schema"),
        ({"error_code": ...}, "schema"),
        ({"error_message": ...}, "schema"),
        ({"error_code": "x" * 129}, "schema"),
        ({"error_message": "x" * 4001}, "schema"),
        ({"error_code": 0}, "schema"),
        ({"error_message": "\0"}, "nul_character"),
        ({"status": "failed"}, "schema"),
        ({"status": "failed", "error_code": "", "error_message": ""}, "schema"),
        ({"client_uuid": str(uuid4())}, "contradicting_uuid"),
        ({"uuid": str(uuid4())}, "contradicting_uuid"),
    ],
)
def test_an_acknowledgement_that_breaks_the_contract_is_a_letter_and_moves_nothing(
    desk: Desk, changes: dict[str, Any], reason: str
) -> None:
    uuid = desk.new_client()
    command_id = new_command(desk, uuid, State.PUBLISHED, published_at=NOW)
    before = columns_of(desk, command_id)
    fields = {**ack(command_id, "completed"), **changes}
    said = {
        name: value.format(id=command_id) if isinstance(value, str) else value
        for name, value in fields.items()
        if value is not ...
    }
    desk.hear(say(uuid, "commands/ack", said))
    assert desk.reasons() == [reason]
    assert columns_of(desk, command_id) == before


def test_an_acknowledgement_that_a_broker_kept_says_nothing_about_now(desk: Desk) -> None:
    uuid = desk.new_client()
    command_id = new_command(desk, uuid, State.PUBLISHED, published_at=NOW)
    desk.hear(say(uuid, "commands/ack", ack(command_id, "completed"), retain=True))
    assert status_of(desk, command_id) is State.PUBLISHED
    assert desk.reasons() == ["kept_by_broker"]


def test_an_acknowledgement_is_known_by_its_id_in_any_case_and_whatever_else_it_says(
    desk: Desk,
) -> None:
    uuid = desk.new_client()
    command_id = new_command(desk, uuid, State.PUBLISHED, published_at=NOW)
    said = {**ack(command_id.upper(), "accepted"), "client_uuid": uuid.upper(), "firmware": 3}
    desk.hear(say(uuid, "commands/ack", said))
    assert status_of(desk, command_id) is State.ACK_RECEIVED
    assert desk.reasons() == []


def test_what_waited_for_us_does_not_prove_that_a_player_never_rebooted(desk: Desk) -> None:
    """It was said before the reboot, and kept by the broker while the listener was away."""
    uuid = desk.new_client(boot_id="before")
    values = {"awaiting_reconnect_at": NOW, "boot_id": "before"}
    command_id = new_command(desk, uuid, State.AWAITING_RECONNECT, **values)
    for kind, told in (("health", health(boot_id="before")), ("discovery", {"uuid": uuid})):
        late = say(uuid, kind, told | {"boot_id": "before"}, received_at=at(60))
        desk.hear(late._replace(may_have_waited=True))
        assert status_of(desk, command_id) is State.AWAITING_RECONNECT
    desk.hear(say(uuid, "health", health(boot_id="after"), received_at=at(62)))
    assert status_of(desk, command_id) is State.RECOVERED
    still_there = new_command(desk, uuid, State.AWAITING_RECONNECT, **values | {"boot_id": "after"})
    desk.hear(say(uuid, "health", health(boot_id="after"), received_at=at(64)))
    assert status_of(desk, still_there) is State.FAILED
