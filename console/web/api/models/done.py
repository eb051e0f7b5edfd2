"""That something was done."""

from pydantic import ConfigDict

from console.web.api.base import ApiModel


class Deleted(ApiModel):
    """It is deleted."""

    model_config = ConfigDict(json_schema_extra={"example": {"success": True}})

    success: bool
