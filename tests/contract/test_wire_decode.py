"""Messages that are broken below the schema: bytes, JSON, identity."""

import json
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoscreen_core.contracts import (
    EventList,
    Fault,
    GroupAssignment,
    Health,
    LogMessage,
    ParsedTopic,
    PowerIntent,
    ServiceFailed,
    TopicKind,
    WireError,
    WireModel,
    decode,
)
from infoscreen_core.contracts.topics import parse_topic

Json: TypeAlias = Any
"""Any JSON value."""

PLAYER = "9b2f6f0e-3c1a-4d5e-8f70-123456789abc"
OTHER = "5d1c0f7a-2b3c-4e4f-9a6b-0c1d2e3f4a5b"


def _decode(leaf: str, payload: object) -> WireModel | None:
    topic = parse_topic(f"infoscreen/{PLAYER}/{leaf}")
    assert topic is not None
    return decode(topic, payload if isinstance(payload, bytes) else json.dumps(payload).encode())


def _refusal(leaf: str, payload: object) -> WireError:
    with pytest.raises(WireError) as caught:
        _decode(leaf, payload)
    return caught.value


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", Fault.NOT_JSON),
        (b"   ", Fault.NOT_JSON),
        (b"\xff\xfe{}", Fault.NOT_UTF8),
        (b'{"message":"\xff"}', Fault.NOT_UTF8),
        (b'{"message":"\xed\xa0\x80"}', Fault.NOT_UTF8),
        (b'{"message":"\xc0\xaf"}', Fault.NOT_UTF8),
        ('{"message":"x"}'.encode("utf-16"), Fault.NOT_UTF8),
        (b"\xef\xbb\xbf{}", Fault.NOT_JSON),
        (b"{", Fault.NOT_JSON),
        (b'{"message":"x"', Fault.NOT_JSON),
        (b"{'message':'x'}", Fault.NOT_JSON),
        (b'{"message":"x",}', Fault.NOT_JSON),
        (b'{"message":"x"} {}', Fault.NOT_JSON),
        (b'{"message":"a\nb"}', Fault.NOT_JSON),
        (b'{"message":"a\x00b"}', Fault.NOT_JSON),
        (b'{"message":"x"}\x00', Fault.NOT_JSON),
        (b'{"message":"x","n":NaN}', Fault.NOT_JSON),
        (b'{"message":"x","n":Infinity}', Fault.NOT_JSON),
        (b'{"message":"x","n":-Infinity}', Fault.NOT_JSON),
        (b'{"message":"x","n":01}', Fault.NOT_JSON),
        (b'{"message":"x","n":1e999}', Fault.OUT_OF_RANGE),
        (b'{"message":"x","n":' + b"9" * 400 + b"}", Fault.OUT_OF_RANGE),
        (b'{"message":"x","n":' + b"9" * 100_000 + b"}", Fault.OUT_OF_RANGE),
        (b'{"message":"\\ud800"}', Fault.LONE_SURROGATE),
        (b'{"message":"\\ud800\\ud800"}', Fault.LONE_SURROGATE),
        (b'{"message":"\\udc00\\ud800"}', Fault.LONE_SURROGATE),
        (b'{"message":"x","\\ud800":1}', Fault.LONE_SURROGATE),
        (b'{"message":"\\u0000"}', Fault.NUL_CHARACTER),
        (b'{"message":"x","\\u0000":1}', Fault.NUL_CHARACTER),
        (b'{"message":"\\\\\\u0000"}', Fault.NUL_CHARACTER),
        (b"[" * 1_000_000, Fault.TOO_DEEP),
        (b'{"a":' * 1_000_000, Fault.TOO_DEEP),
        (b'{"message":"x","context":' + b'{"a":' * 500 + b"1" + b"}" * 501, Fault.TOO_DEEP),
        (b'{"message":"x","context":{"a":' + b"[" * 900 + b"]" * 900 + b"}}", Fault.TOO_DEEP),
        (b"[]", Fault.NOT_OBJECT),
        (b"null", Fault.NOT_OBJECT),
        (b'"message"', Fault.NOT_OBJECT),
        (b"5", Fault.NOT_OBJECT),
        (b"true", Fault.NOT_OBJECT),
        (b"{}", Fault.SCHEMA),
    ],
)
def test_broken_bytes_are_refused_with_their_reason(payload: bytes, reason: Fault) -> None:
    assert _refusal("logs/error", payload).reason is reason


def test_a_message_of_8_mib_is_read_and_one_byte_more_is_not() -> None:
    frame = b'{"screenshot":"%s"}'
    picture = b"A" * (8 * 1024 * 1024 - len(frame) + 2)
    assert _decode("screenshot", frame % picture) is not None
    assert _refusal("screenshot", frame % (picture + b"A")).reason is Fault.TOO_LARGE
    assert _refusal("group_id", b"1" * (9 * 1024 * 1024)).reason is Fault.TOO_LARGE


def test_of_a_repeated_key_the_last_counts() -> None:
    line = _decode("logs/info", b'{"message":5,"message":"last"}')
    assert isinstance(line, LogMessage)
    assert line.message == "last"


def test_text_that_spells_the_nul_escape_is_text() -> None:
    line = _decode("logs/info", rb'{"message":"\\u0000 \\\\u0000"}')
    assert isinstance(line, LogMessage)
    assert line.message == r"\u0000 \\u0000"


def test_a_surrogate_pair_is_one_character() -> None:
    line = _decode("logs/info", rb'{"message":"\ud83d\udda5"}')
    assert isinstance(line, LogMessage)
    assert line.message == "\U0001f5a5"


def test_the_longest_message_is_counted_in_characters() -> None:
    assert _decode("logs/info", {"message": "\U0001f5a5" * 16_384}) is not None
    assert _refusal("logs/info", {"message": "ß" * 16_385}).field == "message"


def test_a_deep_unknown_field_is_ignored_like_any_other() -> None:
    health = _decode("health", b'{"actual_state":{},"x":' + b"[" * 500 + b"]" * 500 + b"}")
    assert isinstance(health, Health)


@pytest.mark.parametrize(
    ("leaf", "payload", "field"),
    [
        ("heartbeat", {"uuid": OTHER}, "uuid"),
        ("heartbeat", {"uuid": PLAYER, "client_uuid": OTHER}, "client_uuid"),
        ("heartbeat", {"client_uuid": 5}, "client_uuid"),
        ("health", {"actual_state": {}, "client_uuid": OTHER}, "client_uuid"),
        ("health", {"actual_state": {}, "client_uuid": "somebody"}, "client_uuid"),
        ("health", {"actual_state": {}, "client_id": OTHER}, "client_id"),
        (
            "service_failed",
            {
                "event": "service_failed",
                "unit": "u",
                "failed_at": "2026-11-24T08:00:00Z",
                "client_uuid": OTHER,
            },
            "client_uuid",
        ),
        (
            "dashboard",
            {
                "message": {"client_id": OTHER, "status": ""},
                "content": {},
                "runtime": None,
                "metadata": {},
            },
            "message.client_id",
        ),
        ("discovery_ack", {"status": "ok", "uuid": OTHER}, "uuid"),
    ],
)
def test_a_payload_that_names_another_player_is_refused(
    leaf: str, payload: Json, field: str
) -> None:
    error = _refusal(leaf, payload)
    assert (error.reason, error.field) == (Fault.CONTRADICTING_UUID, field)


@pytest.mark.parametrize(
    ("leaf", "payload"),
    [
        ("heartbeat", {"uuid": PLAYER.upper(), "client_uuid": PLAYER.upper()}),
        ("health", {"actual_state": {}, "client_uuid": None}),
        (
            "health",
            {"actual_state": {}, "client_id": "infoscreen-client-9b2f6f0e", "uuid": "short"},
        ),
        ("logs/warn", {"message": "x", "uuid": PLAYER, "context": {"client_uuid": OTHER}}),
        ("health", {"actual_state": {}, "message": {}}),
        (
            "dashboard",
            {
                "message": {"client_id": PLAYER.upper(), "status": ""},
                "content": {},
                "runtime": {},
                "metadata": {},
            },
        ),
    ],
)
def test_a_payload_that_names_its_sender_or_nobody_is_read(leaf: str, payload: Json) -> None:
    assert _decode(leaf, payload) is not None


def test_a_discovery_names_its_sender_itself() -> None:
    topic = parse_topic("infoscreen/discovery")
    assert topic is not None
    assert decode(topic, json.dumps({"uuid": OTHER.upper()}).encode()).uuid == OTHER  # type: ignore[union-attr]


@pytest.mark.parametrize("leaf", ["service_failed", "power/intent"])
def test_an_empty_payload_only_clears_a_retained_message(leaf: str) -> None:
    assert _decode(leaf, b"") is None
    assert _refusal(leaf, b" ").reason is Fault.NOT_JSON


def test_an_event_list_is_never_empty_bytes() -> None:
    topic = ParsedTopic(TopicKind.EVENTS, group_id=3)
    assert decode(topic, b"[]") == EventList(events=[])
    with pytest.raises(WireError, match="not_json"):
        decode(topic, b"")


@pytest.mark.parametrize(
    ("payload", "group_id"), [(b"17", 17), (b"2147483647", 2**31 - 1), (b"", None)]
)
def test_a_group_is_plain_decimal_text(payload: bytes, group_id: int | None) -> None:
    assignment = _decode("group_id", payload)
    assert assignment == GroupAssignment(group_id=group_id)
    assert assignment.to_payload() == payload


@pytest.mark.parametrize(
    "payload", [b"0", b"-1", b"+1", b"01", b" 1", b"1\n", b"1.0", b"2147483648", b'"1"', b"\xb2"]
)
def test_a_group_in_any_other_form_is_refused(payload: bytes) -> None:
    assert _refusal("group_id", payload).reason is Fault.NOT_DECIMAL


def test_a_refusal_is_short_and_storable_whatever_was_sent() -> None:
    intent = {"\U0001f5a5" * 5000: 1}
    error = _refusal("power/intent", intent)
    assert len(error.detail) <= 500
    assert len(error.field or "") <= 500
    assert "breaks the contract" in str(error)


def test_a_refusal_survives_braces_in_what_was_sent() -> None:
    assert str(_refusal("power/intent", {"{nothing}": 1}))


@settings(max_examples=400, derandomize=True, database=None, deadline=None)
@given(
    st.sampled_from(list(TopicKind)), st.binary(max_size=60) | st.text(max_size=40).map(str.encode)
)
def test_no_bytes_make_the_reader_do_anything_but_read_or_refuse(
    kind: TopicKind, payload: bytes
) -> None:
    try:
        decode(ParsedTopic(kind, PLAYER), payload)
    except WireError as error:
        reason: Fault | None = error.reason
    else:
        reason = None
    assert reason in (None, *Fault)


def test_what_was_read_is_immutable() -> None:
    failure = _decode(
        "service_failed",
        {"event": "service_failed", "unit": "u", "failed_at": "2026-11-24T08:00:00Z"},
    )
    assert isinstance(failure, ServiceFailed)
    with pytest.raises(ValueError, match="frozen"):
        failure.unit = "v"  # type: ignore[misc]


def test_an_intent_for_a_player_must_name_that_player_or_none() -> None:
    payload: dict[str, Json] = {
        "schema_version": "1.0",
        "intent_id": OTHER,
        "group_id": None,
        "client_uuid": PLAYER,
        "desired_state": "off",
        "reason": "operator_override",
        "issued_at": "2026-11-24T08:00:00Z",
        "expires_at": "2026-11-24T08:01:30Z",
        "poll_interval_sec": 30,
        "active_event_ids": [],
        "event_window_start": None,
        "event_window_end": None,
    }
    assert isinstance(_decode("power/intent", payload), PowerIntent)
    assert (
        _refusal("power/intent", payload | {"client_uuid": OTHER}).reason
        is Fault.CONTRADICTING_UUID
    )
