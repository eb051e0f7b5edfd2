"""What programs fetch beside the API's own routes, for the description: files and calendars.

The addresses are served by `console/web/media` and `console/web/feeds`; tests ask them for what is
said here.
"""

from typing import Any, Final

from console.web.api.base import MAX_ID
from console.web.api.problems import MEDIA_TYPE

Schema = dict[str, Any]
_ID: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": MAX_ID}
_PROBLEM: Final = "#/components/schemas/Problem"
_ROOT: Final = [{"url": "/"}]
_LINK: Final = (
    {"name": "g", "description": "Of a player's link: its group."},
    {"name": "e", "description": "Of a player's link: when it ends, in seconds since 1970."},
    {"name": "s", "description": "Of a player's link: its signature."},
)
_CONDITIONS: Final = ("Range", "If-Range", "If-None-Match", "If-Modified-Since", "If-Match")
_WORDS: Final = {
    304: "The content is the one that the caller has.",
    401: "Nobody is signed in, and there is no link; or the API token has ended (`signed_out`).",
    403: "The link has ended, or is none of ours (`link_refused`).",
    404: "There is no such thing (`not_found`).",
    412: "The content is another one by now (`precondition_failed`).",
    416: "The file is shorter than that (`range_not_satisfiable`).",
    429: "Too many wrong links from this address (`limited`); `Retry-After` says when to go on.",
    503: "The database is away (`unavailable`).",
}


def describe_elsewhere(document: Schema) -> None:
    """Add what is served beside the API's own routes to its description."""
    document["paths"] |= {
        "/eventmedia/stream/{media_id}/{filename}": {"get": _original()},
        "/files/converted/{path}": {"get": _converted()},
        "/calendar/{group_id}.ics": {"servers": _ROOT, "get": _calendar()},
    }


def _original() -> Schema:
    return _file(
        "streamMedia",
        "Fetch a file",
        "Its bytes as they were uploaded, whole or in ranges. The name is for people; the number "
        "tells the file.",
        _in_path("media_id", _ID),
        _in_path("filename", {"type": "string"}),
    )


def _converted() -> Schema:
    return _file(
        "fetchConverted",
        "Fetch what was made of a file",
        "A PDF, a small picture or a video, at the address that `url` of a conversion names.",
        _in_path("path", {"type": "string"}, example="derived/9f/9f86…/document.pdf"),
    )


def _file(operation_id: str, summary: str, description: str, *places: Schema) -> Schema:
    content = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    return {
        "tags": ["files"],
        "operationId": operation_id,
        "summary": summary,
        "description": f"{description} Players have signed links, people and scripts sign in.",
        "security": [{"session": []}, {"token": []}, {}],
        "parameters": [
            *places,
            *(_optional(one["name"], "query", one["description"]) for one in _LINK),
            *(_optional(name, "header", "As RFC 9110 says.") for name in _CONDITIONS),
        ],
        "responses": {
            "200": {"description": "The whole file.", "content": content},
            "206": {"description": "One range of it, or several.", "content": content},
            "304": {"description": _WORDS[304]},
            **_refusals(401, 403, 404, 412, 416, 503),
        },
    }


def _calendar() -> Schema:
    return {
        "tags": ["calendars"],
        "operationId": "getCalendarFeed",
        "summary": "Subscribe to a group's calendar",
        "description": "RFC 5545 with RRULE and EXDATE, for calendar programs. The token is made "
        "on the page of the calendar; a wrong one and an unknown group get the same answer.",
        "security": [],
        "parameters": [
            _in_path("group_id", _ID),
            {
                "name": "token",
                "in": "query",
                "required": True,
                "schema": {"type": "string"},
                "description": "The only key there is.",
            },
            _optional("If-None-Match", "header", "As RFC 9110 says."),
        ],
        "responses": {
            "200": {
                "description": "The calendar.",
                "content": {"text/calendar": {"schema": {"type": "string"}}},
            },
            "304": {"description": _WORDS[304]},
            **_refusals(404, 429, 503),
        },
    }


def _in_path(name: str, schema: Schema, **more: object) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": schema, **more}


def _optional(name: str, place: str, description: str) -> Schema:
    schema = {"type": "string"}
    return {
        "name": name,
        "in": place,
        "required": False,
        "schema": schema,
        "description": description,
    }


def _refusals(*statuses: int) -> Schema:
    content = {MEDIA_TYPE: {"schema": {"$ref": _PROBLEM}}}
    return {str(status): {"description": _WORDS[status], "content": content} for status in statuses}
