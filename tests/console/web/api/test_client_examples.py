"""The examples in the API's description are such as it answers and takes."""

import json
from typing import Any

import pytest

from console.web.api.base import ApiModel
from console.web.api.models import client_logs, clients, commands, groups

MODELS = [
    model
    for module in (client_logs, clients, commands, groups)
    for model in vars(module).values()
    if isinstance(model, type)
    and issubclass(model, ApiModel)
    and model.__module__ == module.__name__
]
WITHOUT = {
    # Their parts have examples, or each of their fields has.
    "ClientsMoved",
    "CommandAnswer",
    "GroupOrder",
    "GroupWithClients",
    "LatestLine",
    "LatestPicture",
    "Overview",
    "OverviewTotals",
    "PictureKept",
}


def _examples(model: type[ApiModel]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = model.model_json_schema(by_alias=True).get("examples", [])
    return found


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_example_has_what_its_model_has(model: type[ApiModel]) -> None:
    examples = _examples(model)
    assert bool(examples) != (model.__name__ in WITHOUT)
    for example in examples:
        read = model.model_validate_json(json.dumps(example))
        assert read.model_dump(mode="json", by_alias=True, exclude_unset=True).keys() == (
            example.keys()
        )
