"""The page's own files: plain modules, a stylesheet and a service worker, no third-party code."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from starlette.responses import JSONResponse, Response

_FOLDER: Final = Path(__file__).with_name("browser")
_TYPES: Final = {".js": "text/javascript", ".css": "text/css"}
_HEADERS: Final = {
    "cache-control": "no-cache",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; connect-src 'self'; script-src 'self'",
    "service-worker-allowed": "/player/",
}


@cache
def text(name: str) -> str:
    """Return the text of one of the files."""
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def version() -> str:
    """Return a mark of all the files: a page with another one is out of date."""
    digest = hashlib.sha256()
    for path in sorted(_FOLDER.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def answer(name: str) -> Response:
    """Serve a file by its name; others there are none."""
    if name not in _names():
        return JSONResponse({"error": "Not found", "code": "not_found"}, status_code=404)
    return Response(text(name), media_type=_TYPES[Path(name).suffix], headers=_HEADERS)


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in _FOLDER.iterdir() if path.suffix in _TYPES)
