"""People who sign in."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import ConfigDict, Field, JsonValue

from console.web.api.base import FROM_TEXT, ApiModel, InputModel
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.user_actions import UserAction

GivenRole = Annotated[Role, FROM_TEXT, Field(examples=["editor"])]
Username = Annotated[str, Field(min_length=1, max_length=200, examples=["berta"])]
DisplayName = Annotated[str | None, Field(max_length=200, examples=["Berta Huber"])]
Email = Annotated[str | None, Field(max_length=300, examples=["berta.huber@example.org"])]
GivenPassword = Annotated[
    str | None,
    Field(
        max_length=1024,
        examples=["vier-zufaellige-Woerter"],
        description="Without one, a random password is made and answered once.",
    ),
]
_EXAMPLE: Final[dict[str, JsonValue]] = {
    "id": 7,
    "username": "berta",
    "displayName": "Berta Huber",
    "email": "berta.huber@example.org",
    "role": "editor",
    "isActive": True,
    "language": None,
    "mustChangePassword": True,
    "createdAt": "2026-11-23T07:00:00Z",
    "createdBy": "anna",
    "updatedAt": "2026-11-23T07:00:00Z",
    "updatedBy": None,
    "lastLoginAt": None,
    "lastPasswordChangeAt": "2026-11-23T07:00:00Z",
    "failedLoginAttempts": 0,
    "lastFailedLoginAt": None,
    "lockedUntil": None,
    "deactivatedAt": None,
    "deactivatedBy": None,
    "actions": ["deactivate", "edit", "end_sessions", "set_password", "set_role", "view"],
}


class User(ApiModel):
    """An account, and what the caller may do to it."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    id: int
    username: str
    display_name: str | None
    email: str | None
    role: Role
    is_active: bool
    language: str | None = Field(description="null while it follows the installation's.")
    must_change_password: bool
    created_at: datetime
    created_by: str | None
    updated_at: datetime
    updated_by: str | None
    last_login_at: datetime | None
    last_password_change_at: datetime | None
    failed_login_attempts: int
    last_failed_login_at: datetime | None
    locked_until: datetime | None
    deactivated_at: datetime | None
    deactivated_by: str | None
    actions: list[UserAction] = Field(description="What the caller may do to the account.")


class UserWithPassword(ApiModel):
    """An account just made or given a new password."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"user": _EXAMPLE, "firstPassword": "tusi-mola-keru-92"}}
    )

    user: User
    first_password: str | None = Field(
        description="The random one, told here and never again; null when one was given."
    )


class NewAccount(InputModel):
    """What an account is made of."""

    username: Username
    role: GivenRole = Role.USER
    password: GivenPassword = None
    display_name: DisplayName = None
    email: Email = None


class AccountEdit(InputModel):
    """What shall be different; what is left out stays."""

    username: Username | None = None
    display_name: DisplayName = None
    email: Email = None
    role: GivenRole | None = None
    is_active: bool | None = Field(
        default=None, description="false: nobody signs in with it until it is true again."
    )


class GivenNewPassword(InputModel):
    """The password that shall take the place of another's."""

    password: GivenPassword = None
