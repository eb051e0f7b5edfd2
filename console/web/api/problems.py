"""Errors as the API answers them: a sentence in the caller's language, and a word for programs.

    {"error": sentence, "code": word, "details": [{"field", "error", "code"}] or what helps,
     "type", "title", "status", "detail"}

The second line is RFC 9457, whose names other programs know.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final

from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Match

from console.runtime import OutageError, SignedOutError, explanation_of
from console.web.api.base import to_json
from console.web.api.languages import spoken
from console.web.api.refusals import SentError, refusal_of
from console.words.errors import error_sentence
from infoscreen_core.errors import BusyError, InfoscreenError, InvalidInputError, UnavailableError
from infoscreen_core.log import get_logger

log = get_logger()
MEDIA_TYPE: Final = "application/problem+json"
STATUS: Final[Mapping[str, int]] = {
    "signed_out": 401,
    "second_factor": 401,
    "not_allowed": 403,
    "foreign_origin": 403,
    "password_change_required": 403,
    "not_found": 404,
    "conflict": 409,
    "invalid": 422,
    "limited": 429,
    "busy": 503,
    "unavailable": 503,
    "no_room": 507,
}
"""By the core's codes; the rest is about what was sent: 422."""
_RETRY_SECONDS: Final = {"busy": 1, "unavailable": 10, "limited": 60}
_BEARER: Final = 'Bearer realm="infoscreen"'


class RequestError(InfoscreenError):
    """What HTTP itself has a number for."""

    status: ClassVar[int]


class UnknownAddressError(RequestError):
    """There is no such route."""

    status, code = 404, "not_found"


class WrongMethodError(RequestError):
    """The route has other methods."""

    status, code = 405, "method_not_allowed"


class BodyError(RequestError):
    """The body is read no further."""


class CutOff(HTTPException):
    """Carries an error out of the reading of a body: FastAPI lets no other kind through."""

    def __init__(self, error: BodyError) -> None:
        super().__init__(error.status)
        self.error = error


class TooSlowError(BodyError):
    """The body did not come in time."""

    status, code = 408, "too_slow"


class TooLargeError(BodyError):
    """The body has more bytes than are taken."""

    status, code = 413, "too_large"


class AmbiguousError(BodyError):
    """The body has two lengths: a proxy before us may have believed the other one."""

    status, code = 400, "ambiguous_length"


class MediaTypeError(RequestError):
    """The body is no JSON."""

    status, code = 415, "media_type"


class BrokenError(RequestError):
    """A mistake of ours."""

    status, code = 500, "internal"


def status_of(error: InfoscreenError) -> int:
    """Return the number that HTTP has for an error."""
    return error.status if isinstance(error, RequestError) else STATUS.get(error.code, 422)


def problem(
    request: HTTPConnection,
    error: InfoscreenError,
    *,
    details: object = None,
    extra: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer for an error; `details` instead of the fields that are wrong.

    `extra` stands beside what every problem has.
    """
    status = status_of(error)
    with spoken(request):
        body = {**(extra or {}), **_body(error, status, details)}
    said = {"cache-control": "no-store", **_headers_of(error, status), **(headers or {})}
    return Response(to_json(body), status_code=status, media_type=MEDIA_TYPE, headers=said)


def handle_error(request: Request, error: Exception) -> Response:
    """Answer an error that says itself what is wrong."""
    assert isinstance(error, InfoscreenError)  # noqa: S101 - FastAPI's signature is wider
    return problem(request, error)


def handle_outage(request: Request, error: Exception) -> Response:
    """Answer while the database does not."""
    return problem(request, explanation_of(error))


def handle_invalid(request: Request, error: Exception) -> Response:
    """Answer what does not have the form that the route asks for."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    if isinstance(error.body, bytes):
        return problem(
            request, MediaTypeError("Send JSON, and the header Content-Type: application/json.")
        )
    return problem(request, refusal_of(error.errors()))


def handle_http(request: Request, error: Exception) -> Response:
    """Answer what Starlette and FastAPI refuse by a number."""
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    if isinstance(error, CutOff):
        return problem(request, error.error)
    return problem(request, _of_number(error.status_code), headers=_headers_from(request, error))


def handle_mistake(request: Request, error: Exception) -> Response:
    """Answer where we fail; the log has the reason, the caller has not."""
    log.error("api.failed", path=request.scope["path"], error=repr(error))
    return problem(request, BrokenError("Something failed here; the log of the server says what."))


HANDLERS: Final[dict[Any, Any]] = {
    InfoscreenError: handle_error,
    OutageError: handle_outage,
    RequestValidationError: handle_invalid,
    HTTPException: handle_http,
    Exception: handle_mistake,
}


def _headers_from(request: Request, error: HTTPException) -> Mapping[str, str] | None:
    if error.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        return error.headers
    # Starlette names the methods of one route only, however many share the address.
    routes = [
        route
        for route in iter_route_contexts(request.app.routes)
        if route.matches(request.scope)[0] is not Match.NONE
    ]
    same = [route for route in routes if route.path_format == routes[0].path_format]
    methods = {method for route in same for method in route.methods or ()}
    if "GET" in methods:
        methods.add("HEAD")
    return {"allow": ", ".join(sorted(methods))}


def _of_number(status: int) -> InfoscreenError:
    if status == HTTPStatus.NOT_FOUND:
        return UnknownAddressError("There is nothing at this address.")
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return WrongMethodError("This address has no such method; the header Allow names others.")
    return InvalidInputError("The request cannot be read.")


def _body(error: InfoscreenError, status: int, details: object) -> dict[str, object]:
    sentence = error_sentence(error)
    return {
        "error": sentence,
        "code": error.code,
        "details": _details(error) if details is None else details,
        "type": f"urn:infoscreen:problem:{error.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
    }


def _details(error: InfoscreenError) -> list[dict[str, str]] | None:
    fields = [
        {"field": _outside(one), "error": error_sentence(one), "code": one.code}
        for one in error.parts
        if one.field
    ]
    return fields or None


def _outside(error: InfoscreenError) -> str:
    """Return the field as it is called outside; what comes from there is called so already."""
    field = error.field or ""
    return field if isinstance(error, SentError) else to_camel(field) if "_" in field else field


def _headers_of(error: InfoscreenError, status: int) -> dict[str, str]:
    if isinstance(error, SignedOutError):
        return {"www-authenticate": _BEARER}
    if isinstance(error, BodyError):
        return {"connection": "close"}
    if isinstance(error, BusyError | UnavailableError) or status == HTTPStatus.TOO_MANY_REQUESTS:
        known = _RETRY_SECONDS.get(error.code, 60)
        return {"retry-after": str(error.params.get("seconds", known))}
    return {}
