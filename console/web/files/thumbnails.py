"""Small pictures of the library's files; a session is needed, which the gate has checked."""

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from console.runtime import read_session
from console.web.pages import media_store
from infoscreen_core.domain.media.types import Target
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.media import library

_CACHING: Final = "private, max-age=86400"
"""The address names the version: a new content has another one."""


def thumbnail(request: Request) -> Response:
    """Serve what the converter made of a file's present content, once it is there."""
    found = _find(request.path_params["id"])
    if found is None:
        body = {"error": "There is no such picture.", "code": "not_found"}
        return JSONResponse(body, status_code=404, headers={"cache-control": "no-store"})
    checksum, path = found
    headers = {"etag": f'"{checksum}"', "cache-control": _CACHING, "content-disposition": "inline"}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type="image/webp", headers=headers)


def _find(media_id: int) -> tuple[str, Path] | None:
    with read_session() as session:
        try:
            checksum = library.get(session, media_id).checksum
        except NotFoundError:
            return None
    path = media_store().derived_path(checksum, Target.THUMBNAIL)
    return (checksum, path) if path.is_file() else None
