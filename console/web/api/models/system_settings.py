"""The installation's settings."""

from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, WithJsonSchema

from console.web.api.base import ApiModel, InputModel
from infoscreen_core.domain.setup.settings_keys import MAX_LIST

_KINDS: Final[dict[str, Any]] = {
    "anyOf": [
        {"type": "boolean"},
        {"type": "number"},
        {"type": "string", "maxLength": MAX_LIST},
        {"type": "array", "items": {"type": "integer"}},
    ]
}
Value = Annotated[Any, WithJsonSchema(_KINDS)]
"""Of the type of the setting's default, which its service looks at."""


class Setting(ApiModel):
    """One setting: its value has the type of its default."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "key": "presentation_interval",
                "value": 15,
                "default": 10,
                "updatedAt": "2026-11-23T07:00:00Z",
            }
        }
    )

    key: str
    value: Value
    default: Value
    updated_at: datetime | None = Field(description="null while it has its default.")


class NewValue(InputModel):
    """What a setting shall be."""

    value: Value = Field(examples=[15])


class SupplementTable(ApiModel):
    """The page that is shown beside a plan."""

    url: str = Field(examples=["https://www.example.org/plan"])
    enabled: bool


class NewSupplementTable(InputModel):
    """The page that shall be shown beside a plan; its address stays when it is left out."""

    url: Annotated[
        str | None, Field(max_length=2000, examples=["https://www.example.org/plan"])
    ] = None
    enabled: bool
