"""Pictures of the screens, by player; a session is needed, which the gate has checked."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from console.runtime import now, read_session, resources
from console.web.api.problems import problem
from console.web.media.conditions import knows
from infoscreen_core.domain.screens.screens import is_recent
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.screens.kept_pictures import (
    find_latest_picture,
    find_picture,
    find_priority_picture,
)
from infoscreen_core.services.screens.views import PictureView

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PNG_MAGIC: Final = b"\x89PNG"


def latest(request: Request) -> Response:
    """Serve a player's newest picture."""
    with read_session() as session:
        return _answer(request, find_latest_picture(session, _asked(request)))


def priority(request: Request) -> Response:
    """Serve the active priority picture, or the newest one when none is active."""
    uuid = _asked(request)
    ttl = timedelta(seconds=resources().settings.priority_screenshot_ttl_seconds)
    with read_session() as session:
        picture = find_priority_picture(session, uuid)
        if picture is None or not is_recent(picture.at, ttl=ttl, now=now()):
            picture = find_latest_picture(session, uuid)
    return _answer(request, picture)


def one(request: Request) -> Response:
    """Serve one kept picture; it never changes."""
    with read_session() as session:
        picture = find_picture(session, _asked(request), request.path_params["id"])
    return _answer(request, picture, caching="private, max-age=86400, immutable")


def _asked(request: Request) -> str:
    """Return whose picture is asked for; capitals are taken, as in the API."""
    uuid: str = request.path_params["uuid"]
    return uuid.lower()


def _answer(
    request: Request, picture: PictureView | None, *, caching: str = "private, no-cache"
) -> Response:
    content = _read(picture) if picture else None
    if picture is None or content is None:
        return problem(request, NotFoundError("There is no such picture."))
    etag = f'"{picture.md5}"'
    headers = {"etag": etag, "cache-control": caching, "content-disposition": "inline"}
    if knows(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    media_type = "image/png" if content.startswith(_PNG_MAGIC) else "image/jpeg"
    return Response(content, media_type=media_type, headers=headers)


def _read(picture: PictureView) -> bytes | None:
    """Return the picture, whole: at most 8 MiB; None when it was deleted meanwhile."""
    if not _UUID.fullmatch(picture.client_uuid):
        return None
    try:
        return (
            resources().screenshot_dir / picture.client_uuid / Path(picture.filename).name
        ).read_bytes()
    except FileNotFoundError:
        return None
