"""Remote commands and how players acknowledge them."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from infoscreen_core.contracts.base import FromPlayer, ToPlayer
from infoscreen_core.contracts.fields import (
    ClientUuid,
    OneOf,
    PositiveInteger,
    WireTimestamp,
    WireUuid,
)
from infoscreen_core.domain.commands.lifecycle import Action


class AckStatus(StrEnum):
    """How far a player says it has come with a command."""

    ACCEPTED = "accepted"
    EXECUTION_STARTED = "execution_started"
    COMPLETED = "completed"
    FAILED = "failed"


class Command(ToPlayer):
    """One remote command; players refuse it after `expires_at` and never run one id twice."""

    model_config = ConfigDict(title="Server → player: one remote command")

    schema_version: Literal["1.0"]
    command_id: WireUuid
    client_uuid: ClientUuid
    action: OneOf[Action]
    issued_at: WireTimestamp
    expires_at: WireTimestamp
    requested_by: PositiveInteger | None
    reason: Annotated[str, Field(max_length=2000)] | None


class LegacyRestart(ToPlayer):
    """What the oldest players understand: restart, now."""

    action: Literal["restart"] = "restart"


class CommandAck(FromPlayer):
    """A step of a command on the player; a failure always says what and why."""

    model_config = ConfigDict(
        title="Player → server: how far a command has come",
        json_schema_extra={
            "additionalProperties": False,
            "if": {"properties": {"status": {"const": "failed"}}},
            "then": {
                "properties": {
                    "error_code": {"type": "string", "minLength": 1},
                    "error_message": {"type": "string", "minLength": 1},
                }
            },
        },
    )

    command_id: WireUuid
    status: OneOf[AckStatus]
    error_code: Annotated[str, Field(max_length=128)] | None
    error_message: Annotated[str, Field(max_length=4000)] | None

    @model_validator(mode="after")
    def _failure_is_explained(self) -> Self:
        if self.status is AckStatus.FAILED and not (self.error_code and self.error_message):
            code, message = (
                "unexplained_failure",
                "A failed command needs error_code and error_message",
            )
            raise PydanticCustomError(code, message)
        return self
