"""Commands in JSON: exactly the keys that operators' scripts know."""

from datetime import datetime
from typing import Any, Final

from pydantic import ConfigDict, Field

from console.web.api.base import ApiModel, InputModel
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.services.commands.commands import REASON_LIMIT

_EXAMPLE: Final[dict[str, Any]] = {
    "commandId": "5d9d1c1e-6e0a-4f0e-8d5e-2f4b6a7c8d9e",
    "clientUuid": "0b5f9a7e-3c1d-4e2a-9f60-1a2b3c4d5e6f",
    "action": "reboot_host",
    "status": "completed",
    "reason": "Picture is black",
    "requestedBy": 3,
    "issuedAt": "2026-11-23T07:00:00Z",
    "expiresAt": "2026-11-23T07:04:00Z",
    "publishedAt": "2026-11-23T07:00:01Z",
    "ackedAt": "2026-11-23T07:00:02Z",
    "executionStartedAt": "2026-11-23T07:00:02Z",
    "completedAt": "2026-11-23T07:01:20Z",
    "failedAt": None,
    "errorCode": None,
    "errorMessage": None,
    "createdAt": "2026-11-23T07:00:00Z",
    "updatedAt": "2026-11-23T07:01:20Z",
}


class CommandModel(ApiModel):
    """A command with the instants of its steps; those that it has not taken are null."""

    model_config = ConfigDict(
        title="Command",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [_EXAMPLE]},
    )

    command_id: str
    client_uuid: str
    action: Action
    status: State
    reason: str | None
    requested_by: int | None
    """A user's id; null: the system or the command line."""
    issued_at: datetime
    expires_at: datetime
    published_at: datetime | None
    acked_at: datetime | None
    execution_started_at: datetime | None
    completed_at: datetime | None
    failed_at: datetime | None
    error_code: str | None
    error_message: str | None
    created_at: datetime
    updated_at: datetime


class CommandRequest(InputModel):
    """Why the command is given."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Picture is black"}]})

    reason: str = Field(max_length=REASON_LIMIT)


class CommandAnswer(ApiModel):
    """That a command was taken, or taken back, and how it stands."""

    success: bool = Field(examples=[True])
    message: str = Field(examples=["The command waits to be sent."])
    command: CommandModel
