"""Groups of players in JSON."""

from datetime import datetime

from pydantic import ConfigDict, Field

from console.web.api.base import ApiModel, Id, InputModel
from console.web.api.models.clients import ClientModel
from infoscreen_core.services.screens.groups import DESCRIPTION_LIMIT, NAME_LIMIT

MOST_GROUPS = 10_000


class GroupModel(ApiModel):
    """A group and how much is in it."""

    model_config = ConfigDict(
        title="Group",
        use_attribute_docstrings=True,
        json_schema_extra={
            "examples": [
                {
                    "id": 2,
                    "name": "Aula",
                    "description": "Erdgeschoß",
                    "screenCount": 3,
                    "outOfServiceCount": 0,
                    "eventCount": 17,
                    "isActive": True,
                    "sortOrder": 1,
                    "createdAt": "2026-09-01T06:30:00Z",
                }
            ]
        },
    )

    id: int
    name: str
    description: str
    screen_count: int
    """Its screens in service."""
    out_of_service_count: int
    """Its other players, which are in it all the same."""
    event_count: int
    is_active: bool
    sort_order: int
    """Its place in every list."""
    created_at: datetime


class GroupWithClients(ApiModel):
    """A group with its players; the last one, without an id, has those that are in none."""

    id: int | None
    name: str | None = Field(examples=["Aula"])
    description: str
    clients: list[ClientModel]


class NewGroup(InputModel):
    """A group to be made."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Aula", "description": "Erdgeschoß"}]}
    )

    name: str = Field(max_length=NAME_LIMIT)
    description: str | None = Field(default=None, max_length=DESCRIPTION_LIMIT)


class GroupChange(InputModel):
    """What is to change of a group; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Aula Nord"}]})

    name: str = Field(default="", max_length=NAME_LIMIT)
    description: str | None = Field(default=None, max_length=DESCRIPTION_LIMIT)


class GroupOrder(ApiModel):
    """All groups' ids in the order of every list."""

    order: list[int] = Field(examples=[[2, 1, 3]])


class NewGroupOrder(InputModel):
    """Groups in the order that they are to have; those not named come after, as before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"order": [2, 1, 3]}]})

    order: list[Id] = Field(max_length=MOST_GROUPS)
