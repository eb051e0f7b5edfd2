"""Hand-written payloads: what is valid is read, what is not is refused with its reason."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from _pytest.mark import ParameterSet

from infoscreen_core.contracts import WireError, WireModel
from infoscreen_core.contracts.schema_export import schemas

EXAMPLES = Path(__file__).parent / "examples"

Reader: TypeAlias = Callable[[str, object], WireModel | None]
Judge: TypeAlias = Callable[[str, object], bool]


def _cases(folder: str) -> list[ParameterSet]:
    return [
        pytest.param(path.stem, content, id=f"{path.stem}: {case}")
        for path in sorted((EXAMPLES / folder).glob("*.json"))
        for case, content in json.loads(path.read_text("utf-8")).items()
    ]


@pytest.mark.parametrize("folder", ["valid", "invalid"])
def test_every_schema_has_examples(folder: str) -> None:
    assert {path.stem for path in (EXAMPLES / folder).glob("*.json")} == set(schemas())


@pytest.mark.parametrize(("name", "payload"), _cases("valid"))
def test_a_valid_payload_conforms_and_is_read(
    name: str, payload: object, read: Reader, conforms: Judge
) -> None:
    assert conforms(name, payload)
    assert read(name, payload) is not None


@pytest.mark.parametrize(("name", "payload"), _cases("valid"))
def test_what_was_read_can_be_written_and_read_again(
    name: str, payload: object, read: Reader, conforms: Judge
) -> None:
    model = read(name, payload)
    assert model is not None
    written = json.loads(model.to_payload())
    assert conforms(name, written)
    assert read(name, written) == model


@pytest.mark.parametrize(("name", "case"), _cases("invalid"))
def test_an_invalid_payload_is_refused_with_reason_and_field(
    name: str, case: dict[str, Any], read: Reader, conforms: Judge
) -> None:
    assert not conforms(name, case["payload"])
    with pytest.raises(WireError) as caught:
        read(name, case["payload"])
    assert (caught.value.reason, caught.value.field) == (case["reason"], case["field"])


@pytest.mark.parametrize(("name", "payload"), _cases("tolerated"))
def test_the_reader_is_more_tolerant_than_the_schema_only_where_the_contract_says_so(
    name: str, payload: object, read: Reader
) -> None:
    # Naive timestamps and unknown fields; whether lower-case letters are valid, validators
    # disagree.
    assert read(name, payload) is not None


@pytest.mark.parametrize(("name", "case"), _cases("unstorable"))
def test_what_no_column_can_hold_is_refused_though_the_schema_allows_it(
    name: str, case: dict[str, Any], read: Reader, conforms: Judge
) -> None:
    assert conforms(name, case["payload"])
    with pytest.raises(WireError) as caught:
        read(name, case["payload"])
    assert (caught.value.reason, caught.value.field) == (case["reason"], case["field"])
    caught.value.detail.encode()
    assert "\0" not in caught.value.detail
