"""Pictures of what a screen shows, with the status around them."""

import base64
import binascii
from typing import Annotated

from pydantic import ConfigDict, Field

from infoscreen_core.contracts.base import FromPlayer
from infoscreen_core.contracts.errors import Fault, WireError
from infoscreen_core.contracts.fields import (
    BigInteger,
    ClientUuid,
    FreeObject,
    Integer,
    Number,
    Omittable,
    OneOf,
    WireTimestamp,
)
from infoscreen_core.domain.screens.player import PictureType, ProcessStatus

Base64Text = Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]


def decode_picture(text: str, *, field: str) -> bytes:
    """Return the bytes of a base64 picture; raise `WireError` `not_base64`, naming `field`."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError(
            Fault.NOT_BASE64, f"The picture is not base64: {error}", field=field
        ) from error


_PICTURE_TYPES = {kind.value: kind for kind in PictureType}


def _picture_type(word: str | None) -> PictureType:
    return _PICTURE_TYPES.get(word or "", PictureType.PERIODIC)


class DashboardIdentity(FromPlayer):
    """Who sends the message, and its status in its own words."""

    client_id: ClientUuid
    status: str


class DashboardScreenshot(FromPlayer):
    """The picture inside a dashboard message; `size` in bytes, as the player counted."""

    data: Base64Text
    filename: str | None = None
    timestamp: WireTimestamp | None = None
    size: BigInteger | None = None

    def picture(self) -> bytes:
        """Return the picture's bytes; raise `WireError` when they are not base64."""
        return decode_picture(self.data, field="content.screenshot.data")


class DashboardContent(FromPlayer):
    """What a dashboard message carries beside the status."""

    screenshot: DashboardScreenshot | None = None


class ProcessHealth(FromPlayer):
    """The display process at the moment of the picture."""

    current_process: str | None = None
    process_pid: Integer | None = None
    process_status: Omittable[OneOf[ProcessStatus]] = None
    current_event_id: Integer | None = None


class DashboardRuntime(FromPlayer):
    """The machine and its display process; `system_info` is free in form."""

    system_info: FreeObject | None = None
    process_health: ProcessHealth | None = None


class Capture(FromPlayer):
    """Why and when the picture was taken; `age_s` in seconds."""

    type: Omittable[str] = None
    captured_at: WireTimestamp | None = None
    age_s: Number | None = None
    triggered: bool | None = None


class DashboardMetadata(FromPlayer):
    """What the message says about itself."""

    schema_version: Omittable[str] = None
    published_at: Omittable[WireTimestamp] = None
    capture: Capture | None = None


class Dashboard(FromPlayer):
    """Status with a picture, version 2."""

    model_config = ConfigDict(
        title="Player → server: status with a picture (v2)",
        json_schema_extra={"additionalProperties": True},
    )

    message: DashboardIdentity
    content: DashboardContent
    runtime: DashboardRuntime | None
    metadata: DashboardMetadata

    @property
    def picture_type(self) -> PictureType:
        """Why the picture was taken; unknown and missing words mean periodic."""
        capture = self.metadata.capture
        return _picture_type(capture.type if capture else None)

    def picture(self) -> bytes:
        """Return the picture's bytes, none without one; raise `WireError` if not base64."""
        screenshot = self.content.screenshot
        return screenshot.picture() if screenshot else b""


class Screenshot(FromPlayer):
    """The older, flat form: the picture alone."""

    model_config = ConfigDict(
        title="Player → server: a picture, flat form",
        json_schema_extra={"additionalProperties": True},
    )

    screenshot: Base64Text
    screenshot_type: str | None = None
    timestamp: Omittable[WireTimestamp] = None

    @property
    def picture_type(self) -> PictureType:
        """Why the picture was taken; unknown and missing words mean periodic."""
        return _picture_type(self.screenshot_type)

    def picture(self) -> bytes:
        """Return the picture's bytes; raise `WireError` when they are not base64."""
        return decode_picture(self.screenshot, field="screenshot")
