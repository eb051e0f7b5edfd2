"""Pages of documents as pictures, for people: `/files/{media_id}/pages/{page}.webp`.

Drawing takes up to seconds, so it has threads of its own, and those who ask for the same page
meanwhile wait for the same picture.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from console.runtime import read_session, resources
from infoscreen_core.errors import InfoscreenError, InvalidInputError, NotFoundError
from infoscreen_core.files.pages import PageSize, count_pages, page_picture
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services.media.documents import DocumentView, find_document

T = TypeVar("T")
_AT_ONCE: Final = 2
"""Documents drawn at the same time; each takes a whole core."""
_UNCHANGING: Final = "private, max-age=86400"


class Desk:
    """Does slow work of one kind, each piece once however many wait for it."""

    def __init__(self, threads: int = _AT_ONCE) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")
        self._under_way: dict[object, asyncio.Future[Any]] = {}

    async def do(self, key: object, work: Callable[[], T]) -> T:
        """Return what `work` returns, or raise what it raises; it runs once for all with a key."""
        running = self._under_way.get(key)
        if running is None or running.get_loop() is not asyncio.get_running_loop():
            running = asyncio.get_running_loop().run_in_executor(self._threads, work)
            self._under_way[key] = running
            running.add_done_callback(lambda _done: self._under_way.pop(key, None))
        result: T = await asyncio.shield(running)
        return result


desk: Final = Desk()


def media_store() -> MediaStore:
    """Return where the library's files lie."""
    return MediaStore(resources().settings.media_dir)


async def picture(request: Request) -> Response:
    """Serve a page of a file as people preview it; `?size=screen` as screens show it."""
    document = await run_in_threadpool(_find, request.path_params["media_id"])
    if document is None:
        return refusal(NotFoundError("There is no document with pages here."))
    return await picture_of(request, document)


async def count(request: Request) -> Response:
    """Say how many pages a file has."""
    document = await run_in_threadpool(_find, request.path_params["media_id"])
    if document is None:
        return refusal(NotFoundError("There is no document with pages here."))
    return await count_of(document)


async def picture_of(request: Request, document: DocumentView) -> Response:
    """Answer with the picture of a page, drawn if need be."""
    page, size = request.path_params["page"], PageSize.PREVIEW
    with suppress(ValueError):
        size = PageSize(request.query_params.get("size", ""))
    try:
        path = await _drawn(document, page, size)
    except InfoscreenError as error:
        return refusal(error)
    headers = {"cache-control": _UNCHANGING, "content-disposition": "inline"}
    return FileResponse(path, media_type="image/webp", headers=headers)


async def count_of(document: DocumentView) -> Response:
    """Answer with how many pages a document has."""
    work = _counting(document)
    try:
        pages = await desk.do((document.checksum, "count"), work)
    except InfoscreenError as error:
        return refusal(error)
    return JSONResponse({"pages": pages}, headers={"cache-control": _UNCHANGING})


def refusal(error: InfoscreenError) -> JSONResponse:
    """Answer with why there is no picture."""
    status = 422 if isinstance(error, InvalidInputError) else 404
    body = {"error": str(error), "code": error.code}
    return JSONResponse(body, status_code=status, headers={"cache-control": "no-store"})


async def _drawn(document: DocumentView, page: int, size: PageSize) -> Path:
    store = media_store()
    return await desk.do(
        (document.checksum, page, size),
        lambda: page_picture(store, document.checksum, document.path, page, size),
    )


def _counting(document: DocumentView) -> Callable[[], int]:
    store = media_store()
    return lambda: count_pages(store, document.checksum, document.path)


def _find(media_id: int) -> DocumentView | None:
    with read_session() as session:
        return find_document(session, media_store(), media_id)
