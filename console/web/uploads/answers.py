"""What a tus client is answered."""

from email.utils import format_datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.i18n import LANGUAGES, use_language
from console.web.uploads.headers import ALGORITHMS, EXTENSIONS, TUS_VERSION, ProtocolError
from console.web.visitors import language_of
from console.words.errors import error_sentence
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.files.uploads import Upload

FOLDER: Final = "/uploads"
MEDIA_ID: Final = "Media-Id"
"""The header that names the library's file once the last byte has come."""
_HEADERS: Final = {"Tus-Resumable": TUS_VERSION, "Cache-Control": "no-store"}
_STATUS: Final = {
    "not_allowed": 403,
    "foreign_origin": 403,
    "not_found": 404,
    "busy": 423,
    "limited": 429,
    "unavailable": 503,
    "no_room": 507,
    "signed_out": 401,
}
"""By the core's codes; the rest is 422, since 409 is what tus says of a wrong offset."""


def options(*, most: int) -> Response:
    """Say what this server speaks."""
    headers = {
        "Tus-Version": TUS_VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        "Tus-Max-Size": str(most),
    }
    return Response(status_code=204, headers=_HEADERS | headers)


def created(upload: Upload, offset: int) -> Response:
    """Say where the file is to be sent."""
    headers = state_headers(upload, offset) | {"Location": f"{FOLDER}/{upload.id}"}
    return Response(status_code=201, headers=headers)


def state(upload: Upload, offset: int) -> Response:
    """Say how much has arrived, and of how much."""
    headers = {"Upload-Length": str(upload.length)}
    if upload.metadata:
        headers["Upload-Metadata"] = upload.metadata
    return Response(status_code=200, headers=state_headers(upload, offset) | headers)


def advanced(upload: Upload, offset: int) -> Response:
    """Say how much has arrived now."""
    return Response(status_code=204, headers=state_headers(upload, offset))


def ended() -> Response:
    """Say that an upload is forgotten."""
    return Response(status_code=204, headers=_HEADERS)


def state_headers(upload: Upload, offset: int) -> dict[str, str]:
    """Return what every answer on an upload says of it."""
    headers = {"Upload-Offset": str(offset)}
    if upload.media_id is None:
        headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    else:
        headers[MEDIA_ID] = str(upload.media_id)
    return _HEADERS | headers


def wrong(error: ProtocolError) -> Response:
    """Tell the client's author what is wrong."""
    headers = _HEADERS | ({"Tus-Version": TUS_VERSION} if error.status == 412 else {})  # noqa: PLR2004 - Precondition Failed
    body = {"error": error.sentence, "code": error.code}
    return JSONResponse(body, status_code=error.status, headers=headers)


def refused(request: Request, error: InfoscreenError) -> Response:
    """Tell the person who sends the file, in their language, why it is not taken.

    The page gets the sentence in all languages, since it stands there when its language changes.
    """
    texts = {language: _in_language(error, language) for language in LANGUAGES}
    sentence = texts[language_of(request)]
    body = {"error": sentence, "texts": texts, "code": error.code, "field": error.field}
    return JSONResponse(body, status_code=_STATUS.get(error.code, 422), headers=_HEADERS)


def _in_language(error: InfoscreenError, language: str) -> str:
    with use_language(language):
        return error_sentence(error)
