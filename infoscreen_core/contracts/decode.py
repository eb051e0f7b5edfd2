"""From the bytes of a message to its model, or to the reason why it was refused."""

import re
from collections.abc import Callable
from typing import Any, Final, NoReturn

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from infoscreen_core.contracts.base import WireModel
from infoscreen_core.contracts.commands import Command, CommandAck, LegacyRestart
from infoscreen_core.contracts.errors import Fault, WireError
from infoscreen_core.contracts.events import EventList
from infoscreen_core.contracts.fields import OUT_OF_RANGE, TOO_DEEP, is_uuid
from infoscreen_core.contracts.json_text import MAX_PAYLOAD_BYTES, parse_json
from infoscreen_core.contracts.pictures import Dashboard, Screenshot
from infoscreen_core.contracts.power import PowerIntent, PowerState
from infoscreen_core.contracts.registration import Discovery, DiscoveryAck, GroupAssignment
from infoscreen_core.contracts.telemetry import Health, Heartbeat, LogMessage, ServiceFailed
from infoscreen_core.contracts.topics import ParsedTopic, TopicKind

MODELS: Final[dict[TopicKind, type[WireModel]]] = {
    TopicKind.DISCOVERY: Discovery,
    TopicKind.HEARTBEAT: Heartbeat,
    TopicKind.HEALTH: Health,
    TopicKind.LOG: LogMessage,
    TopicKind.DASHBOARD: Dashboard,
    TopicKind.SCREENSHOT: Screenshot,
    TopicKind.COMMAND_ACK: CommandAck,
    TopicKind.SERVICE_FAILED: ServiceFailed,
    TopicKind.POWER_STATE: PowerState,
    TopicKind.DISCOVERY_ACK: DiscoveryAck,
    TopicKind.GROUP_ID: GroupAssignment,
    TopicKind.EVENTS: EventList,
    TopicKind.COMMAND: Command,
    TopicKind.LEGACY_RESTART: LegacyRestart,
    TopicKind.CLIENT_POWER_INTENT: PowerIntent,
    TopicKind.GROUP_POWER_INTENT: PowerIntent,
}
"""The model of each kind of message."""

# The validators themselves: `model_validate` would add half a microsecond to each message.
_READERS: Final[dict[TopicKind, Callable[..., WireModel]]] = {
    kind: model.__pydantic_validator__.validate_python for kind, model in MODELS.items()
}

# An empty payload clears a retained message; on these topics that carries no message of its own.
_CLEARABLE: Final = frozenset(
    {TopicKind.SERVICE_FAILED, TopicKind.CLIENT_POWER_INTENT, TopicKind.GROUP_POWER_INTENT}
)
_FAULT_OF_ERROR: Final = {
    OUT_OF_RANGE: Fault.OUT_OF_RANGE,
    "less_than_equal": Fault.OUT_OF_RANGE,
    "greater_than_equal": Fault.OUT_OF_RANGE,
    TOO_DEEP: Fault.TOO_DEEP,
}
_DECIMAL = re.compile(rb"[1-9][0-9]{0,9}")


def decode(topic: ParsedTopic, payload: bytes) -> WireModel | None:
    """Read a message of the kind its topic says; None when it only clears a retained message.

    Raises `WireError` with the reason, a sentence and the wrong field. The identity in the topic is
    the sender (or addressee): a payload that names another player is refused as
    `contradicting_uuid`.
    """
    kind = topic.kind
    if not payload and kind in _CLEARABLE:
        return None
    if kind is TopicKind.GROUP_ID:
        return _decode_group(payload)
    value = parse_json(payload)
    if kind is TopicKind.EVENTS:
        value = _events_object(value)
    if not isinstance(value, dict):
        raise WireError(Fault.NOT_OBJECT, "The message is JSON, but not an object.")
    try:
        model = _READERS[kind](value, strict=True)
    except ValidationError as error:
        raise _schema_error(error) from None
    if topic.client_uuid is not None:
        _check_identity(topic.client_uuid, value, model)
    return model


def _decode_group(payload: bytes) -> GroupAssignment:
    if not payload:
        return GroupAssignment(group_id=None)
    if _DECIMAL.fullmatch(payload) and int(payload) < 2**31:
        return GroupAssignment(group_id=int(payload))
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise WireError(
            Fault.TOO_LARGE, f"The message has {len(payload)} bytes; 8 MiB are allowed."
        )
    raise WireError(Fault.NOT_DECIMAL, "A group id is plain decimal text, 1 or more.")


def _events_object(value: object) -> dict[str, object]:
    if isinstance(value, list):
        return {"events": value}
    raise WireError(Fault.NOT_ARRAY, "An event list is a JSON array.")


_SOME_NAMES: Final = ("uuid", "client_id")
_IDENTITIES: Final = frozenset({"client_uuid", *_SOME_NAMES})


def _check_identity(client_uuid: str, value: dict[str, Any], model: WireModel) -> None:
    # Most messages have none of these: one look, for this runs for each.
    if not _IDENTITIES.isdisjoint(value):
        _check_named(client_uuid, value)
    if isinstance(model, Dashboard) and model.message.client_id != client_uuid:
        _refuse_contradiction("message.client_id")


def _check_named(client_uuid: str, value: dict[str, Any]) -> None:
    named = value.get("client_uuid")
    if named is not None and named != client_uuid and not _is_same(named, client_uuid):
        _refuse_contradiction("client_uuid")
    # Where the schema does not declare these two, they may be names of some other sort: only a UUID
    # can contradict the topic.
    for field in _SOME_NAMES:
        named = value.get(field)
        if (
            named is not None
            and named != client_uuid
            and is_uuid(named)
            and not _is_same(named, client_uuid)
        ):
            _refuse_contradiction(field)


def _is_same(named: object, client_uuid: str) -> bool:
    return isinstance(named, str) and named.lower() == client_uuid


def _refuse_contradiction(field: str) -> NoReturn:
    detail = f"{field} names another player than the topic; the topic counts."
    raise WireError(Fault.CONTRADICTING_UUID, detail, field=field)


def _schema_error(error: ValidationError) -> WireError:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = _dotted(first)
    reason = _FAULT_OF_ERROR.get(first["type"], Fault.SCHEMA)
    return WireError(reason, f"{field or 'The message'}: {first['msg']}.", field=field)


def _dotted(detail: ErrorDetails) -> str | None:
    return ".".join(str(part) for part in detail["loc"]) or None
