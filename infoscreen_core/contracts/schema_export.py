"""The contract's JSON Schemas, generated from the models."""

import json
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from infoscreen_core.contracts.base import WireModel
from infoscreen_core.contracts.commands import Command, CommandAck
from infoscreen_core.contracts.events import EventItem
from infoscreen_core.contracts.pictures import Dashboard, Screenshot
from infoscreen_core.contracts.power import PowerIntent, PowerState
from infoscreen_core.contracts.registration import Discovery, DiscoveryAck
from infoscreen_core.contracts.telemetry import Health, Heartbeat, LogMessage, ServiceFailed

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_OBJECTS: Final[dict[str, type[WireModel]]] = {
    "command": Command,
    "command_ack": CommandAck,
    "dashboard": Dashboard,
    "discovery": Discovery,
    "discovery_ack": DiscoveryAck,
    "health": Health,
    "heartbeat": Heartbeat,
    "log": LogMessage,
    "power_intent": PowerIntent,
    "power_state": PowerState,
    "screenshot": Screenshot,
    "service_failed": ServiceFailed,
}


class _ContractStyle(GenerateJsonSchema):
    """The contract's style: no invented titles, no defaults, enumerations without a type."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - pydantic's signature
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        written = super().model_schema(schema)
        written.pop("description", None)
        if "title" not in schema["cls"].model_config:
            written.pop("title", None)
        return written

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def lax_or_strict_schema(self, schema: core_schema.LaxOrStrictSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["strict_schema"])

    def literal_schema(self, schema: core_schema.LiteralSchema) -> JsonSchemaValue:
        written = super().literal_schema(schema)
        written.pop("type", None)
        return written


def schemas() -> dict[str, dict[str, Any]]:
    """Return every schema by its name, such as `power_intent`."""
    written = {name: _object_schema(name, model) for name, model in _OBJECTS.items()}
    written["event_list"] = _event_list_schema()
    return dict(sorted(written.items()))


def export_schemas(directory: Path) -> list[Path]:
    """Write `<name>.schema.json` for each schema to `directory`; return the paths."""
    directory.mkdir(parents=True, exist_ok=True)
    return [_write(directory / f"{name}.schema.json", schema) for name, schema in schemas().items()]


def _write(path: Path, schema: dict[str, Any]) -> Path:
    path.write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")
    return path


def _object_schema(name: str, model: type[WireModel]) -> dict[str, Any]:
    body = _body(model)
    return _heading(name, body.pop("title")) | {"type": body.pop("type"), "required": []} | body


def _event_list_schema() -> dict[str, Any]:
    heading = _heading("event_list", "Server → player, retained: what a group shows now")
    return heading | {"type": "array", "items": _body(EventItem)}


def _heading(name: str, title: str) -> dict[str, Any]:
    return {"$schema": DIALECT, "$id": f"urn:infoscreen:contract:{name}:1", "title": title}


def _body(model: type[WireModel]) -> dict[str, Any]:
    written = model.model_json_schema(schema_generator=_ContractStyle)
    definitions = written.pop("$defs", {})
    body: dict[str, Any] = _plain(written, definitions)
    return body


def _plain(node: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 - any part of a schema
    """Return a part of a schema with its references resolved and "or null" said in the type."""
    if isinstance(node, list):
        return [_plain(part, definitions) for part in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return _plain(definitions[node["$ref"].removeprefix("#/$defs/")], definitions)
    plain = {key: _plain(part, definitions) for key, part in node.items()}
    return _merged(plain["anyOf"]) if "anyOf" in plain else plain


def _merged(branches: list[dict[str, Any]]) -> dict[str, Any]:
    """Return `anyOf` branches as one schema; their types differ, so they never share a keyword."""
    if "enum" in branches[0]:
        return {"enum": [*branches[0]["enum"], None]}
    types = [word for branch in branches for word in _words(branch["type"])]
    details = {key: part for branch in branches for key, part in branch.items() if key != "type"}
    return {"type": types} | details


def _words(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types
