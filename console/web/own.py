"""Our own files for the browser, under addresses with a hash of their content: kept for a year."""

import hashlib
from functools import cache
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from console.theme import stylesheet
from console.web.bundle import YEAR
from console.web.language import script_text

FOLDER: Final = "/own/"
_PARTS: Final = {
    "console.css": (
        "console.css",
        "listing.css",
        "past.css",
        "connection.css",
        "media.css",
        "stage.css",
        "account.css",
        "find.css",
        "people.css",
    ),
    "console.js": (
        "theme.js",
        "document.js",
        "connection.js",
        "language.js",
        "access.js",
        "rows.js",
        "past.js",
        "stage.js",
        "find.js",
    ),
    "media.js": ("uploads.js", "board.js"),
    "listing.js": ("listing.js",),
}
"""Each file with those of the theme that it is made of: one request rather than several."""
_MADE: Final = {"language.js": script_text}
"""Files that are written with words from the catalogues."""
_TYPES: Final = {"css": "text/css", "js": "text/javascript"}


@cache
def address_of(name: str) -> str:
    """Return where the browser finds `console.css`: `/own/console.0f1e2d3c.css`."""
    stem, ending = name.split(".")
    digest = hashlib.sha256(_content(name).encode()).hexdigest()[:8]
    return f"{FOLDER}{stem}.{digest}.{ending}"


async def serve(request: Request) -> Response:
    """Answer with a file at its present address; others are no longer there."""
    for name in _PARTS:
        if request.url.path == address_of(name):
            media_type = _TYPES[name.split(".")[1]]
            return Response(_content(name), media_type=media_type, headers={"cache-control": YEAR})
    return PlainTextResponse("Not found", status_code=404)


@cache
def _content(name: str) -> str:
    return "\n".join(_MADE[part]() if part in _MADE else stylesheet(part) for part in _PARTS[name])
