"""Everything our side publishes, built as its code builds it, is valid by the contract."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import pytest
from pydantic import ValidationError

from infoscreen_core.contracts import (
    EVENT_LIST,
    Command,
    DiscoveryAck,
    DiscoveryStatus,
    EventItem,
    EventList,
    GroupAssignment,
    LegacyRestart,
    MessageBlock,
    PowerIntent,
    PresentationBlock,
    PresentationFile,
    ToPlayer,
    VideoBlock,
    WebsiteBlock,
    event_list_payload,
)
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.events.event import EventType, Severity
from infoscreen_core.domain.screens.power import DesiredPower, PowerReason

Fields: TypeAlias = Any
"""Values of a model's fields by name; the model checks them."""

PLAYER = "9b2f6f0e-3c1a-4d5e-8f70-123456789abc"
ID = "5d1c0f7a-2b3c-4e4f-9a6b-0c1d2e3f4a5b"
NOW = datetime(2026, 11, 24, 8, 0, 0, 250_000, tzinfo=UTC)
BLOCKS: dict[str, Any] = {
    "presentation": PresentationBlock(
        files=[
            PresentationFile(
                url="http://server/a.pdf", name="Größe.pdf", checksum_sha256="0" * 64, size=1
            )
        ],
        slide_interval=10,
        page_progress=True,
        auto_progress=True,
    ),
    "website": WebsiteBlock(type="browser", url="https://example.org"),
    "video": VideoBlock(
        type="media", url="v", autoplay=True, loop=True, volume=0.8, muted=False, size=2**40
    ),
    "message": MessageBlock(text="Feueralarm", severity=Severity.EMERGENCY),
}
BLOCK_OF_TYPE = {
    EventType.PRESENTATION: "presentation",
    EventType.WEBSITE: "website",
    EventType.WEBUNTIS: "website",
    EventType.VIDEO: "video",
    EventType.MESSAGE: "message",
    EventType.OTHER: None,
}


def _event(kind: EventType, **blocks: Fields) -> EventItem:
    end = NOW + timedelta(hours=1)
    return EventItem(id=7, group_id=3, title="Titel", start=NOW, end=end, event_type=kind, **blocks)


def _command(**changes: Fields) -> Command:
    fields: dict[str, Any] = {
        "schema_version": "1.0",
        "command_id": ID,
        "client_uuid": PLAYER,
        "action": Action.REBOOT_HOST,
        "issued_at": NOW,
        "expires_at": NOW + timedelta(seconds=240),
        "requested_by": None,
        "reason": None,
    }
    return Command(**(fields | changes))


def _intent(**changes: Fields) -> PowerIntent:
    fields: dict[str, Any] = {
        "schema_version": "1.0",
        "intent_id": ID,
        "group_id": 3,
        "desired_state": DesiredPower.OFF,
        "reason": PowerReason.NO_ACTIVE_EVENT,
        "issued_at": NOW,
        "expires_at": NOW + timedelta(seconds=90),
        "poll_interval_sec": 30,
        "active_event_ids": [],
        "event_window_start": None,
        "event_window_end": None,
    }
    return PowerIntent(**(fields | changes))


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("discovery_ack", DiscoveryAck(status=DiscoveryStatus.NEW, uuid=PLAYER, server_time=NOW)),
        ("discovery_ack", DiscoveryAck(status=DiscoveryStatus.OK, uuid=PLAYER, group_id=3)),
        *(
            ("command", _command(action=action, requested_by=1, reason="Standbild"))
            for action in Action
        ),
        ("command", _command()),
        ("power_intent", _intent()),
        ("power_intent", _intent(client_uuid=None)),
        (
            "power_intent",
            _intent(client_uuid=PLAYER, group_id=None, reason=PowerReason.OPERATOR_OVERRIDE),
        ),
        (
            "power_intent",
            _intent(
                desired_state=DesiredPower.ON,
                reason=PowerReason.ACTIVE_EVENT,
                active_event_ids=[7],
                event_window_start=NOW,
                event_window_end=NOW + timedelta(hours=1),
            ),
        ),
        ("event_list", EventList(events=[])),
        ("event_list", EventList(events=[_event(EventType.OTHER)])),
    ],
)
def test_what_the_server_publishes_is_valid(
    name: str, model: ToPlayer, conforms: Callable[[str, object], bool]
) -> None:
    assert conforms(name, json.loads(model.to_payload()))


@pytest.mark.parametrize("kind", EventType)
def test_an_event_of_each_type_is_valid_with_its_block(
    kind: EventType, conforms: Callable[[str, object], bool]
) -> None:
    name = BLOCK_OF_TYPE[kind]
    event = _event(kind, **({name: BLOCKS[name]} if name else {}))
    payload = json.loads(event_list_payload([event]))
    assert conforms("event_list", payload)
    assert {block for block in BLOCKS if block in payload[0]} == ({name} if name else set())


@pytest.mark.parametrize("kind", [kind for kind, block in BLOCK_OF_TYPE.items() if block])
def test_an_event_without_the_block_of_its_type_cannot_be_built(kind: EventType) -> None:
    with pytest.raises(ValidationError, match="needs"):
        _event(kind)


def test_the_empty_list_is_two_brackets() -> None:
    assert (
        event_list_payload([])
        == EventList(events=[]).to_payload()
        == EVENT_LIST.dump_json([])
        == b"[]"
    )


def test_times_are_written_in_utc_with_z() -> None:
    written = json.loads(_command().to_payload())
    assert written["issued_at"] == "2026-11-24T08:00:00.250000Z"


def test_text_is_written_as_utf8_not_as_escapes() -> None:
    assert "Größe.pdf".encode() in event_list_payload(
        [_event(EventType.PRESENTATION, presentation=BLOCKS["presentation"])]
    )


def test_the_same_event_is_always_written_in_the_same_bytes() -> None:
    event = _event(EventType.WEBSITE, website=BLOCKS["website"])
    again = EVENT_LIST.validate_json(event_list_payload([event]), strict=True)
    assert event_list_payload(again) == event_list_payload([event])


def test_different_lists_are_written_in_different_bytes() -> None:
    event = _event(EventType.WEBSITE, website=BLOCKS["website"])
    other = event.model_copy(update={"id": 8})
    lists: list[list[EventItem]] = [[], [event], [event, event], [other]]
    assert len({event_list_payload(events) for events in lists}) == 4


def test_an_undeclared_field_cannot_be_published() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        _command(force=True)


def test_the_oldest_players_read_one_word() -> None:
    assert LegacyRestart().to_payload() == b'{"action":"restart"}'


def test_a_group_is_published_as_decimal_text_and_none_as_nothing() -> None:
    assert GroupAssignment(group_id=17).to_payload() == b"17"
    assert GroupAssignment(group_id=None).to_payload() == b""
