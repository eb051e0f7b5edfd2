"""Signing in, and who one is."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from console.web.api.base import ApiModel, InputModel
from infoscreen_core.domain.people.roles import Role

Password = Annotated[str, Field(min_length=1, max_length=1024, examples=["four random words"])]


class Credentials(InputModel):
    """Name and password, and the code of the second factor where the person has one."""

    username: Annotated[str, Field(min_length=1, max_length=200, examples=["anna"])]
    password: Password
    code: Annotated[
        str | None,
        Field(
            max_length=64,
            examples=["123456"],
            description="Of the second factor, or one of the recovery codes.",
        ),
    ] = None


class Me(ApiModel):
    """Whoever asks."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 3,
                "username": "anna",
                "role": "admin",
                "language": "de",
                "mustChangePassword": False,
                "csrfToken": "5f0c1f0e6d1b",
                "tokenId": None,
                "isReadOnly": False,
            }
        }
    )

    id: int
    username: str
    role: Role
    language: str
    must_change_password: bool = Field(
        description="Whether nothing else is open before the password is changed."
    )
    csrf_token: str | None = Field(
        description="For the header X-CSRF-Token of a page; null with an API token."
    )
    token_id: int | None = Field(description="Of the API token that was sent.")
    is_read_only: bool = Field(description="Whether the API token may only read.")


class SignedIn(ApiModel):
    """The session began; its cookie is in the answer's headers."""

    success: bool
    message: str
    expires_at: datetime
    csrf_token: str
    user: Me


class Done(ApiModel):
    """It is done."""

    success: bool
    message: str


class NewPassword(InputModel):
    """The password of whoever asks, and the one that shall take its place."""

    current_password: Password
    new_password: Password
