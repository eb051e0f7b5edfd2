"""`/api/openapi.json`: what FastAPI knows of the routes, and what holds for each of them.

Who may call a route, and every error that it may answer, are written down here from what the routes
declare, so that no route can forget them.
"""

from collections.abc import Iterator
from copy import deepcopy
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import Field

from console.runtime import SESSION_COOKIE
from console.web.api.base import ApiModel
from console.web.api.callers import Access
from console.web.api.elsewhere import describe_elsewhere
from console.web.api.problems import MEDIA_TYPE
from console.web.origins import CSRF_HEADER

Operation = dict[str, Any]


class FieldProblem(ApiModel):
    """What is wrong with one field."""

    field: str
    error: str
    code: str


class Problem(ApiModel):
    """An error: a sentence for people, a word for programs, and what RFC 9457 asks for."""

    error: str = Field(description="What is wrong and what to do, in the caller's language.")
    code: str = Field(description="The same for programs.", examples=["invalid"])
    details: list[FieldProblem] | dict[str, Any] | None = Field(
        description="The fields that are wrong, or what else helps."
    )
    type: str = Field(examples=["urn:infoscreen:problem:invalid"])
    title: str
    status: int
    detail: str


_DESCRIPTION: Final = f"""\
Thin over the services that the pages use: the same rules, the same audit trail.

* Sign in with `POST /api/auth/login` and keep the cookie, or send
  `Authorization: Bearer <API token>`.
* A browser's page also sends `{CSRF_HEADER}` with the `csrfToken` of `/api/auth/me` when it
  changes something; programs and tokens need not.
* Names are camelCase, times are UTC with `Z`, a list is an array. A long list goes on at the
  address in the header `Link` with `rel="next"`.
* Errors are problems (RFC 9457) with a sentence in `error` and a word in `code`.
* A `POST` with an `Idempotency-Key` is done once, however often it is sent.
"""
_WORDS: Final = {
    401: "Nobody is signed in, or the session or token is over (`signed_out`).",
    403: "The role or the token does not reach (`not_allowed`), or a foreign page asks "
    "(`foreign_origin`).",
    404: "There is no such thing, or the caller may not know of it (`not_found`).",
    405: "The address has other methods.",
    408: "The body came too slowly (`too_slow`).",
    409: "It collides with what is there, or with what somebody did meanwhile (`conflict`).",
    413: "The body is too large (`too_large`).",
    415: "The body is no JSON (`media_type`).",
    422: "Something about the request is wrong (`invalid`); `details` names the fields.",
    429: "Too many requests, or too many failures (`limited`); `Retry-After` says when to go on.",
    503: "Database or broker are away (`unavailable`), or busy (`busy`); `Retry-After` says when "
    "to try again.",
}
_EXAMPLE: Final = {
    "error": "The field name is missing; send it.",
    "code": "invalid",
    "details": [
        {"field": "name", "error": "The field name is missing; send it.", "code": "invalid"}
    ],
    "type": "urn:infoscreen:problem:invalid",
    "title": "Unprocessable Entity",
    "status": 422,
    "detail": "The field name is missing; send it.",
}
_SCHEMES: Final = {
    "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    "token": {"type": "http", "scheme": "bearer", "description": "An API token: `isk_…`."},
}


def describe(app: FastAPI, prefix: str) -> None:
    """Let the application answer its own description, made when it is first asked for."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(_document(app, prefix))
        return made

    app.openapi = openapi  # type: ignore[method-assign]


def list_routes(app: FastAPI) -> Iterator[RouteContext]:
    """Return the API's own routes with the whole path of each."""
    for found in iter_route_contexts(app.routes):
        if isinstance(found.original_route, APIRoute):
            yield found


def access_of(route: RouteContext) -> Access | None:
    """Return what a route asks of its caller; None: anybody may call it."""
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, Access):
            return dependency.call
    return None


def _document(app: FastAPI, prefix: str) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=version("infoscreen"),
        description=_DESCRIPTION,
        routes=app.routes,
        servers=[{"url": prefix}],
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas |= _schemas_of_problems()
    document["components"]["securitySchemes"] = deepcopy(_SCHEMES)
    for route in list_routes(app):
        for method in route.methods or ():
            operation = document["paths"][route.path_format][method.lower()]
            _complete(operation, access_of(route), method)
    describe_elsewhere(document)
    return document


def _complete(operation: Operation, access: Access | None, method: str) -> None:
    """Add who may call it, and every error that it may answer."""
    operation["security"] = [{"session": []}, {"token": []}] if access else []
    if access:
        operation["x-role"] = access.role.value
    responses = operation.setdefault("responses", {})
    for status in _errors_of(operation, access, method):
        known = responses.get(str(status), {})
        words = known.get("description") if status != 422 else None  # noqa: PLR2004 - FastAPI's own
        responses[str(status)] = _problem(words or _WORDS[status])


def _errors_of(operation: Operation, access: Access | None, method: str) -> list[int]:
    named = [int(status) for status in operation.get("responses", {}) if int(status) in _WORDS]
    every = [422, 429, 503, *named, *((401, 403) if access else ())]
    if method != "GET":
        every += [403, 404, 408, 409, 413]
    if "requestBody" in operation:
        every += [415]
    if any(one["in"] == "path" for one in operation.get("parameters", ())):
        every += [404]
    return sorted(set(every))


def _problem(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {MEDIA_TYPE: {"schema": schema, "example": _EXAMPLE}}}


def _schemas_of_problems() -> dict[str, Any]:
    schema = Problem.model_json_schema(
        by_alias=True, ref_template="#/components/schemas/{model}", mode="serialization"
    )
    parts: dict[str, Any] = schema.pop("$defs")
    return {**parts, "Problem": schema}
