"""What players report of their TV: the newest report counts."""

from uuid import uuid4

import pytest

from infoscreen_core.domain.screens.player import ObservedPower
from tests.support.listener.telemetry import Desk, at, say, stamp
from workers.mqtt.connection import ReceivedMessage


def test_the_tvs_power_is_noted(desk: Desk) -> None:
    uuid, intent = desk.new_client(), str(uuid4())
    state = {"state": "off", "reported_at": stamp(at(-3)), "intent_id": intent, "method": "cec"}
    desk.hear(say(uuid, "power/state", state))
    client = desk.client(uuid)
    assert (client.power_state, client.power_state_at) == (ObservedPower.OFF, at(-3))
    assert client.power_intent_id == intent


def power(
    uuid: str, state: str, second: float, *, received: float | None = None
) -> ReceivedMessage:
    said = {"state": state, "reported_at": stamp(at(second))}
    return say(uuid, "power/state", said, received_at=at(second if received is None else received))


@pytest.mark.parametrize("is_one_batch", [True, False])
def test_since_when_the_tv_does_it_is_kept_over_reports_that_say_the_same(
    desk: Desk, *, is_one_batch: bool
) -> None:
    uuid = desk.new_client()
    reports = [
        power(uuid, state, second)
        for second, state in enumerate(["on", "off", "off", "unknown", "off", "off"])
    ]
    for batch in [reports] if is_one_batch else [[report] for report in reports]:
        desk.hear(*batch)
    client = desk.client(uuid)
    assert (client.power_state, client.power_state_since, client.power_state_at) == (
        ObservedPower.OFF,
        at(4),
        at(5),
    )


@pytest.mark.parametrize("is_one_batch", [True, False])
def test_an_older_report_changes_nothing_whenever_it_comes(
    desk: Desk, *, is_one_batch: bool
) -> None:
    uuid = desk.new_client()
    reports = [power(uuid, "on", 1), power(uuid, "off", 9), power(uuid, "on", 1, received=10)]
    for batch in [reports] if is_one_batch else [[report] for report in reports]:
        desk.hear(*batch)
    client = desk.client(uuid)
    assert (client.power_state, client.power_state_at) == (ObservedPower.OFF, at(9))
    assert client.power_state_since == at(9)
    assert desk.reasons() == []


def test_a_report_from_a_clock_that_is_ahead_does_not_outdo_later_ones(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(power(uuid, "on", 200, received=1))
    desk.hear(power(uuid, "off", 5))
    assert (desk.client(uuid).power_state, desk.client(uuid).power_state_at) == (
        ObservedPower.OFF,
        at(5),
    )


def test_a_power_report_that_breaks_the_contract_is_dead_lettered(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(
        power(uuid, "on", 1),
        say(uuid, "power/state", {"state": "standby", "reported_at": stamp(at(2))}),
        say(uuid, "power/state", {"state": "off"}),
        say(uuid, "power/state", {"state": "off", "reported_at": "yesterday"}),
        say(
            uuid,
            "power/state",
            {"state": "off", "reported_at": stamp(at(3)), "intent_id": "no uuid"},
        ),
    )
    assert desk.reasons() == ["schema"] * 4
    assert desk.client(uuid).power_state is ObservedPower.ON
