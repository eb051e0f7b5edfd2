"""Generated payloads, right and broken: reader, exported and shared schema agree on each."""

import copy
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infoscreen_core.contracts import Fault, WireError, WireModel
from infoscreen_core.contracts.schema_export import schemas

pytestmark = pytest.mark.slow

Json: TypeAlias = Any
"""Any JSON value."""

SCHEMAS = schemas()
EXAMPLES = Path(__file__).parent / "examples" / "valid"
SEEDS: dict[str, list[Any]] = {
    path.stem: list(json.loads(path.read_text("utf-8")).values())
    for path in sorted(EXAMPLES.glob("*.json"))
}
ODD: list[Any] = [
    *(
        "",
        "x",
        "5",
        "true",
        "null",
        "on",
        "failed",
        "off",
        "other",
        "x" * 20_000,
        "\U0001f5a5" * 51,
    ),
    *(None, True, False, 0, 1, -1, 5.0, 5.5, 1e15, 2**31 - 1),
    *([], {}, [1], ["x"], {"a": 1}, [None], [[]], {"type": "browser", "url": "x"}, {"text": "x"}),
    *("2026-11-24T08:00:00Z", "2026-11-24T08:00:00.5+01:30", "2026-11-31T08:00:00Z", "2026-11-24"),
    *("9b2f6f0e-3c1a-4d5e-8f70-123456789abc", "9B2F6F0E-3C1A-4D5E-8F70-123456789ABC", "9b2f6f0e"),
]
"""Values that belong somewhere, put where they may not."""

GENERATED = settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MISSING = object()
FIRST, LAST = datetime(1971, 1, 1), datetime(2199, 1, 1)

Reader: TypeAlias = Callable[[str, object], WireModel | None]
Judge: TypeAlias = Callable[[str, object], bool]


def _payloads(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return payloads of the form that a schema describes (its if/then rules aside)."""
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([_of_type(schema, word) for word in types])


def _of_type(schema: dict[str, Any], word: str) -> st.SearchStrategy[Any]:
    lowest = schema.get("minimum")
    simple: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
        "null": st.none,
        "boolean": st.booleans,
        "string": lambda: _texts(schema),
        "integer": lambda: st.integers(-(2**31) if lowest is None else lowest, 2**31 - 1),
        "number": lambda: st.floats(
            lowest, schema.get("maximum"), allow_nan=False, allow_infinity=False, width=32
        ),
        "array": lambda: st.lists(
            _payloads(schema["items"]) if "items" in schema else st.none(), max_size=3
        ),
        "object": lambda: _objects(schema),
    }
    return simple[word]()


def _texts(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if schema.get("format") == "uuid":
        return st.uuids().map(str)
    if schema.get("format") == "date-time":
        return st.datetimes(min_value=FIRST, max_value=LAST).map(lambda at: at.isoformat() + "Z")
    storable = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
    return st.text(
        storable, min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 9), 60)
    )


def _objects(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: _payloads(part) for name, part in schema.get("properties", {}).items()}
    required = {name: fields.pop(name) for name in schema.get("required", []) if name in fields}
    return st.fixed_dictionaries(required, optional=fields)


def _places(node: Json, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a payload that holds a value."""
    inner = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    return [path, *(place for key, part in inner for place in _places(part, (*path, key)))]


def _broken(payload: Json, path: tuple[Any, ...], value: Json) -> Json:
    if not path:
        return None if value is MISSING else copy.deepcopy(value)
    payload = copy.deepcopy(payload)
    node = payload
    for key in path[:-1]:
        node = node[key]
    if value is MISSING:
        del node[path[-1]]
    else:
        node[path[-1]] = copy.deepcopy(value)
    return payload


# Made once, not for each example: to make a strategy costs more than to draw from it.
PAYLOADS = {name: _payloads(schema) for name, schema in SCHEMAS.items()}
TO_BE_BROKEN = {name: st.one_of(st.sampled_from(SEEDS[name]), PAYLOADS[name]) for name in SCHEMAS}
TIMES, CHANGES = st.integers(1, 2), st.sampled_from([MISSING, *ODD])


@st.composite
def _mutations(draw: st.DrawFn, name: str) -> Json:
    payload = draw(TO_BE_BROKEN[name])
    for _ in range(draw(TIMES)):
        path = draw(st.sampled_from(_places(payload)))
        payload = _broken(payload, path, draw(CHANGES))
    return payload


def _assert_agreement(name: str, payload: Json, read: Reader, conforms: Judge) -> None:
    is_valid = conforms(name, payload)
    try:
        model = read(name, payload)
    except WireError as error:
        # The one thing refused beyond the schema: a number that only our columns bound.
        refusal: Fault | None = error.reason
    else:
        refusal = None
        assert model is not None
        assert conforms(name, json.loads(model.to_payload()))
    assert is_valid == (refusal is None) or refusal is Fault.OUT_OF_RANGE, (payload, refusal)


@pytest.mark.parametrize("name", SCHEMAS)
def test_generated_payloads_are_judged_alike(name: str, read: Reader, conforms: Judge) -> None:
    @GENERATED
    @given(PAYLOADS[name])
    def judge(payload: Json) -> None:
        _assert_agreement(name, payload, read, conforms)

    judge()


@pytest.mark.parametrize("name", SCHEMAS)
def test_mutated_payloads_are_judged_alike(name: str, read: Reader, conforms: Judge) -> None:
    @GENERATED
    @given(_mutations(name))
    def judge(payload: Json) -> None:
        _assert_agreement(name, payload, read, conforms)

    judge()


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_single_change_of_an_example_is_judged_alike(
    name: str, read: Reader, conforms: Judge
) -> None:
    # Exhaustive for the fullest example, so that no field rests on what chance generates.
    for path in _places(SEEDS[name][0] or SEEDS[name][1]):
        for value in (MISSING, *ODD):
            _assert_agreement(
                name, _broken(SEEDS[name][0] or SEEDS[name][1], path, value), read, conforms
            )
