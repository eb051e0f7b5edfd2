"""A picture in a request's body: as it is, as a file of a form, or in JSON as listeners send it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from console.web.api.bodies import allow
from console.web.api.problems import TooSlowError
from infoscreen_core.contracts import WireError
from infoscreen_core.contracts.pictures import Screenshot
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.screens.pictures import MAX_BYTES

_ROOM: Final = 64 * 1024
"""For what stands around a picture."""
_MOST_OF_JSON: Final = MAX_BYTES * 4 // 3 + _ROOM
"""Base64 takes four bytes for three."""


@dataclass(frozen=True, slots=True)
class SentPicture:
    """The bytes, and what was said of them beside the address."""

    data: bytes
    type: PictureType | None = None
    captured_at: datetime | None = None


async def read_picture(request: Request) -> SentPicture:
    """Return the picture that a request brings; raise `InvalidInputError` for a body without one.

    What has too many bytes, or comes too slowly, is cut off while it comes.
    """
    try:
        return await _read(request)
    except ClientDisconnect:
        raise TooSlowError("The body did not come in time; send it again.") from None


async def _read(request: Request) -> SentPicture:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        allow(request, _MOST_OF_JSON)
        return _of_json(await request.body())
    if kind == "multipart/form-data":
        allow(request, MAX_BYTES + _ROOM)
        return SentPicture(await _of_form(request))
    allow(request, MAX_BYTES)
    return SentPicture(_not_empty(await request.body()))


async def _of_form(request: Request) -> bytes:
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=16)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, UnicodeDecodeError) as error:
        raise InvalidInputError("The form cannot be read; send one file in it.") from error
    try:
        file = next((one for one in form.values() if isinstance(one, UploadFile)), None)
        return _not_empty(await file.read() if file else b"")
    finally:
        await form.close()


def _not_empty(data: bytes) -> bytes:
    if not data:
        raise InvalidInputError(
            "There is no picture in the body: send a JPEG or PNG as it is, as a file of a form, or "
            "in JSON as “image” in base64."
        )
    return data


def _of_json(body: bytes) -> SentPicture:
    told = _object(body)
    if "image" in told:  # as older listeners call it
        told = {**told, "screenshot": told["image"]}
    if "screenshotType" in told:
        told = {**told, "screenshot_type": told["screenshotType"]}
    try:
        read = Screenshot.model_validate(told, strict=True)
        return SentPicture(_not_empty(read.picture()), read.picture_type, read.timestamp)
    except ValidationError as error:
        field = ".".join(map(str, error.errors()[0]["loc"])) or "image"
        raise InvalidInputError(
            "The field {name} is missing or wrong: send “image” as text in base64, and “timestamp” "
            "such as 2026-11-23T07:00:00Z or not at all.",
            field=field,
            name=field,
        ) from None
    except WireError:
        raise InvalidInputError(
            "The field “image” is no base64; encode the picture's bytes.", field="image"
        ) from None


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        raise InvalidInputError("The request needs a body in JSON: an object with its fields.")
    return told
