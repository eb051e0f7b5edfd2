"""One request that brings a whole file to the library, which goes to the disk as it comes.

It lies where files lie that browsers send by tus (`console/web/uploads`), and is finished as they
are: looked at, put where its content belongs, entered. A request that breaks off leaves nothing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from errno import EDQUOT, ENOSPC
from typing import Annotated, BinaryIO, Final

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from console.runtime import now
from console.web.api.base import MAX_ID, Id
from console.web.api.callers import Caller
from console.web.api.files.forms import ROOM_OF_FORM, FormModel, check_size, read_form
from console.web.uploads.body import BLOCK, put
from console.web.uploads.finishing import (
    check_disk,
    check_place,
    file_limits,
    finish_by,
    no_room,
    uploads,
)
from console.web.uploads.routes import MOST_OPEN
from infoscreen_core.errors import LimitedError
from infoscreen_core.files.uploads import Upload, new_upload_id

_FULL: Final = frozenset({ENOSPC, EDQUOT})


class PlaceAsked(FormModel):
    """Where a file goes."""

    folder_id: Annotated[int, Field(ge=0, le=MAX_ID)] = 0
    replaces_id: Id | None = None
    name: str | None = None


async def take_file(request: Request, caller: Caller) -> int:
    """Put the request's file into the library; return its id there.

    Raises what is wrong with the file or its name, `TooLargeError`, or that there is no room.
    """
    async with _begun(request, caller) as upload:
        with uploads().part(upload.id).open("r+b", buffering=0) as file:
            most = file_limits().max_bytes
            sink = _Disk(file, most)
            form = await read_form(request, sink, most=most)
            await sink.flush()
        asked = form.asked(PlaceAsked, request)
        complete = replace(
            upload,
            name=asked.name or form.file_name or "",
            length=sink.size,
            folder_id=asked.folder_id or None,
            replaces_id=asked.replaces_id,
        )
        done = await run_in_threadpool(_finished, complete, caller)
    if done.media_id is None:
        message = "a finished upload has its file"
        raise RuntimeError(message)
    return done.media_id


def _finished(upload: Upload, caller: Caller) -> Upload:
    check_place(upload)  # by now it is known where it goes
    return finish_by(upload, caller.change)


@asynccontextmanager
async def _begun(request: Request, caller: Caller) -> AsyncIterator[Upload]:
    """Begin an upload, and forget it at the end, however that comes."""
    upload = await run_in_threadpool(_begin, request, caller)
    try:
        yield upload
    except OSError as error:
        if error.errno in _FULL:
            raise no_room() from error
        raise
    finally:
        uploads().discard(upload.id)


def _begin(request: Request, caller: Caller) -> Upload:
    length = int(request.headers.get("content-length") or 0)
    check_size(length, file_limits().max_bytes + ROOM_OF_FORM)
    upload = Upload(new_upload_id(), caller.identity.user_id, "", length, "", now())
    if uploads().count_open(upload.owner_id, now=upload.touched_at) >= MOST_OPEN:
        raise LimitedError(
            "You have {most} unfinished uploads, and more are not kept at a time; finish or cancel "
            "some of them.",
            most=MOST_OPEN,
        )
    check_place(upload)
    check_disk(length)
    uploads().create(upload)
    return upload


class _Disk:
    """A sink that gathers at most a mebibyte before a thread writes it."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most
        self._gathered = bytearray()
        self.size = 0

    async def take(self, data: bytes) -> None:
        self.size += len(data)
        check_size(self.size, self._most)
        self._gathered += data
        if len(self._gathered) >= BLOCK:
            await self.flush()

    async def flush(self) -> None:
        if self._gathered:
            gathered, self._gathered = self._gathered, bytearray()
            await run_in_threadpool(put, self._file, gathered)
