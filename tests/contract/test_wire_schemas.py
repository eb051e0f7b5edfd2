"""The schemas that the models give are those of the contract, and those in the documentation."""

import json
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from infoscreen_core.contracts.schema_export import export_schemas, schemas

Json: TypeAlias = Any
"""Any JSON value."""

DOCUMENTED = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.mark.parametrize("name", schemas())
def test_the_exported_schema_is_the_shared_one(
    name: str, shared_schemas: dict[str, dict[str, Any]]
) -> None:
    assert _sorted_lists(schemas()[name]) == _sorted_lists(shared_schemas[name])


def test_every_shared_schema_has_a_model(shared_schemas: dict[str, dict[str, Any]]) -> None:
    assert set(schemas()) == set(shared_schemas)


def test_the_documented_schemas_are_the_exported_ones(tmp_path: Path) -> None:
    """When this fails, run `infoscreen schemas export docs/schemas`."""
    exported = {
        path.name: path.read_text("utf-8") for path in export_schemas(tmp_path / "new" / "folder")
    }
    assert {path.name: path.read_text("utf-8") for path in DOCUMENTED.iterdir()} == exported


def _sorted_lists(node: Json) -> Json:
    """The order of `required`, `type` and `enum` means nothing."""
    if isinstance(node, dict):
        return {key: _sorted_lists(part) for key, part in node.items()}
    if isinstance(node, list):
        return sorted((_sorted_lists(part) for part in node), key=json.dumps)
    return node
