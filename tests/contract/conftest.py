"""What every contract test needs: the schemas as judges, and the reader under judgement."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from infoscreen_core.contracts import ParsedTopic, TopicKind, WireModel, decode
from infoscreen_core.contracts.schema_export import schemas

SHARED = Path(__file__).parents[3] / "shared" / "contract" / "schemas"
"""The contract as players' programmers have it, when it lies beside the repository."""

_KINDS = {"event_list": TopicKind.EVENTS, "power_intent": TopicKind.GROUP_POWER_INTENT}


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker(("date-time", "uuid")))


@pytest.fixture(scope="session")
def shared_schemas() -> dict[str, dict[str, Any]]:
    """The shared schemas by name; our own where the shared ones are out of reach."""
    files = sorted(SHARED.glob("*.schema.json")) if SHARED.is_dir() else []
    found = {
        path.name.removesuffix(".schema.json"): json.loads(path.read_text("utf-8"))
        for path in files
    }
    return found or schemas()


@pytest.fixture(scope="session")
def conforms(shared_schemas: dict[str, dict[str, Any]]) -> Callable[[str, object], bool]:
    """Whether a payload is valid by its schema; ours and the shared one must be of one mind."""
    ours = {name: _validator(schema) for name, schema in schemas().items()}
    # What is word for word the same judges alike, and to judge is what these tests cost.
    theirs = {
        name: _validator(schema)
        for name, schema in shared_schemas.items()
        if name not in ours or schema != ours[name].schema
    }

    def judge(name: str, payload: object) -> bool:
        verdict = ours[name].is_valid(payload)
        if name in theirs:
            assert theirs[name].is_valid(payload) is verdict, (name, payload)
        return verdict

    return judge


@pytest.fixture(scope="session")
def read() -> Callable[[str, object], WireModel | None]:
    """Decode a payload as the message of a schema's name; the topic names no player."""

    def read_payload(name: str, payload: object) -> WireModel | None:
        kind = _KINDS.get(name) or TopicKind(name)
        return decode(ParsedTopic(kind), json.dumps(payload).encode())

    return read_payload
