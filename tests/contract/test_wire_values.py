"""Single values as Python code sees them: timestamps, identities, pictures, what is left out."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from infoscreen_core.contracts import (
    Dashboard,
    Discovery,
    Fault,
    Health,
    Heartbeat,
    PowerState,
    Screenshot,
    WireError,
)
from infoscreen_core.contracts.fields import read_timestamp, write_timestamp
from infoscreen_core.domain.screens.player import ObservedPower, PictureType

PLAYER = "9b2f6f0e-3c1a-4d5e-8f70-123456789abc"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T08:00:00Z", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T08:00:00+00:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T08:00:00-00:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T08:00:00+13:45", datetime(2026, 11, 23, 18, 15, tzinfo=UTC)),
        ("2026-11-24T08:00:00-03:30", datetime(2026, 11, 24, 11, 30, tzinfo=UTC)),
        ("2026-11-24T08:00:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T08:00:00.5", datetime(2026, 11, 24, 8, microsecond=500_000, tzinfo=UTC)),
        (
            "2026-11-24T08:00:00.1234567899Z",
            datetime(2026, 11, 24, 8, microsecond=123_456, tzinfo=UTC),
        ),
        ("2024-02-29T23:59:59Z", datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)),
        ("1970-01-01T01:00:00+01:00", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_every_form_of_timestamp_becomes_aware_utc(text: str, moment: datetime) -> None:
    read = read_timestamp(text)
    assert read == moment
    assert read.tzinfo is UTC


def test_a_timestamp_is_written_with_z_and_only_the_fraction_it_has() -> None:
    assert write_timestamp(datetime(2026, 11, 24, 8, tzinfo=UTC)) == "2026-11-24T08:00:00Z"
    assert (
        write_timestamp(datetime(2026, 11, 24, 8, 0, 0, 1500, UTC)) == "2026-11-24T08:00:00.001500Z"
    )


def test_a_timestamp_of_another_zone_is_written_in_utc() -> None:
    vienna = timezone(timedelta(hours=1))
    state = PowerState(state=ObservedPower.ON, reported_at=datetime(2026, 11, 24, 9, tzinfo=vienna))
    assert json.loads(state.to_payload())["reported_at"] == "2026-11-24T08:00:00Z"


def test_a_naive_datetime_in_our_own_code_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="timestamp"):
        PowerState(state=ObservedPower.ON, reported_at=datetime(2026, 11, 24, 8))


def test_an_identity_is_lower_case_whatever_case_it_came_in() -> None:
    assert Discovery(uuid=PLAYER.upper()).uuid == PLAYER


def test_a_field_left_out_is_absent_on_the_wire_and_none_in_python() -> None:
    heartbeat = Heartbeat(uuid=None, timestamp=None, process_pid=None)
    assert heartbeat.timestamp is None
    assert json.loads(heartbeat.to_payload()).keys() == {
        "current_process",
        "process_pid",
        "process_status",
        "current_event_id",
        "ip",
    }


def test_null_on_the_wire_is_not_the_same_as_left_out() -> None:
    with pytest.raises(ValidationError):
        Heartbeat.model_validate({"timestamp": None}, strict=True)
    assert Heartbeat.model_validate({}, strict=True).timestamp is None


def test_a_whole_float_is_an_integer_and_truth_is_none() -> None:
    assert Heartbeat.model_validate({"process_pid": 7.0}, strict=True).process_pid == 7
    with pytest.raises(ValidationError):
        Health.model_validate({"actual_state": {"pid": True}}, strict=True)


@pytest.mark.parametrize(
    ("macs", "addresses"),
    [
        (None, ()),
        ("", ()),
        ("a:b, c:d", ("a:b", "c:d")),
        (["a:b", " c:d ", 5, None, ""], ("a:b", "c:d")),
    ],
)
def test_mac_addresses_come_as_list_or_text(
    macs: list[object] | str | None, addresses: tuple[str, ...]
) -> None:
    assert Discovery(uuid=PLAYER, macs=macs).mac_addresses == addresses


@pytest.mark.parametrize("word", [*PictureType, "birthday", None])
def test_unknown_and_missing_picture_types_are_periodic(word: str | None) -> None:
    expected = PictureType(word) if word in list(PictureType) else PictureType.PERIODIC
    assert Screenshot(screenshot="", screenshot_type=word).picture_type is expected
    capture = {} if word is None else {"capture": {"type": word}}
    dashboard = {
        "message": {"client_id": PLAYER, "status": "ok"},
        "content": {},
        "runtime": None,
        "metadata": capture,
    }
    assert Dashboard.model_validate(dashboard, strict=True).picture_type is expected


def test_a_picture_is_read_with_or_without_line_breaks() -> None:
    text = base64.encodebytes(bytes(range(256))).decode()
    assert Screenshot(screenshot=text).picture() == bytes(range(256))
    assert Screenshot(screenshot=text.replace("\n", "")).picture() == bytes(range(256))


@pytest.mark.parametrize("text", ["???", "a", "ü", "data:image/png;base64,AAAA"])
def test_a_picture_that_is_not_base64_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(WireError) as caught:
        Screenshot(screenshot=text).picture()
    assert caught.value.reason is Fault.NOT_BASE64
    assert caught.value.field == "screenshot"
