"""`/uploads`: files on their way to the library, by tus 1.0, which any client of it speaks.

    OPTIONS /uploads        what this server speaks
    POST    /uploads        begin a file (`filename`, `folder` and `replaces` in Upload-Metadata)
    HEAD    /uploads/{id}   how much of it has arrived
    PATCH   /uploads/{id}   more of it
    DELETE  /uploads/{id}   give it up

With its last byte a file is looked at and becomes one of the library: the answer names it in the
header `Media-Id`, or refuses it with a sentence, and nothing of it stays. Only editors send files,
and nobody sees those of others.
"""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import replace
from errno import EDQUOT, ENOSPC
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from console.runtime import OutageError, explanation_of, now
from console.web.origins import check_origin
from console.web.uploads import answers, finishing
from console.web.uploads.body import Room, take
from console.web.uploads.finishing import file_limits, finish, no_room, uploads
from console.web.uploads.headers import (
    ProtocolError,
    check_version,
    has_body,
    read_checksum,
    read_length,
    read_metadata,
    read_offset,
)
from console.web.visitors import find_visitor, session_token
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.errors import InfoscreenError, LimitedError, NotAllowedError, NotFoundError
from infoscreen_core.files.uploads import Upload, new_upload_id, touched

MOST_OPEN: Final = 50
"""Unfinished files of one person."""
_FULL: Final = frozenset({ENOSPC, EDQUOT})
Handler = Callable[[Request, int], Awaitable[Response]]
"""Answers a request of the person with this id."""


def routes() -> list[BaseRoute]:
    """Return the addresses of uploads."""
    every = ["OPTIONS", "HEAD", "PATCH", "DELETE", "POST"]
    return [
        Route(answers.FOLDER, _serve, methods=["OPTIONS", "POST"]),
        Route(f"{answers.FOLDER}/{{id}}", _serve, methods=every),
    ]


async def _serve(request: Request) -> Response:
    method = request.headers.get("x-http-method-override", request.method).upper()
    if method == "OPTIONS":
        return answers.options(most=file_limits().max_bytes)
    try:
        return await _handled(request, method)
    except ProtocolError as error:
        return answers.wrong(error)
    except InfoscreenError as error:
        return await run_in_threadpool(answers.refused, request, error)
    except OutageError as error:
        return await run_in_threadpool(answers.refused, request, explanation_of(error))
    except OSError as error:
        if error.errno not in _FULL:
            raise
        return await run_in_threadpool(answers.refused, request, no_room())


async def _handled(request: Request, method: str) -> Response:
    handlers = _OF_ONE if "id" in request.path_params else {"POST": _create}
    handler = handlers.get(method)
    if handler is None:
        raise ProtocolError(405, "method", f"There is no {method} here.")
    check_version(request.headers)
    check_origin(request, session_token(request) or "")
    return await handler(request, await run_in_threadpool(_editor, request))


def _editor(request: Request) -> int:
    """Return the id of the person who asks; refuse whoever may not send files."""
    person = find_visitor(request)
    if person is None or not has_at_least(person.role, Role.EDITOR):
        raise NotAllowedError("Your role does not allow this.")
    return person.id


async def _create(request: Request, person: int) -> Response:
    length = read_length(request.headers, most=file_limits().max_bytes)
    said = read_metadata(request.headers)
    upload = Upload(
        id=new_upload_id(),
        owner_id=person,
        name=said.name,
        length=length,
        metadata=said.text,
        touched_at=now(),
        folder_id=said.folder_id,
        replaces_id=said.replaces_id,
    )
    read_checksum(request.headers)  # so that a wrong one leaves nothing behind
    comes_with_bytes = has_body(request.headers)
    await run_in_threadpool(_begin, upload)
    if not comes_with_bytes and length > 0:
        return answers.created(upload, 0)
    with ExitStack() as stack:
        await run_in_threadpool(stack.enter_context, uploads().holding(upload.id))
        try:
            upload, offset = await _take(request, upload)
        except ProtocolError:  # its sender does not learn where it is
            await run_in_threadpool(uploads().discard, upload.id)
            raise
    return answers.created(upload, offset)


def _begin(upload: Upload) -> None:
    if uploads().count_open(upload.owner_id, now=upload.touched_at) >= MOST_OPEN:
        raise LimitedError(
            "You have {most} unfinished uploads, and more are not kept at a time; finish or cancel "
            "some of them.",
            most=MOST_OPEN,
        )
    finishing.check_beforehand(upload)
    uploads().create(upload)


async def _tell(request: Request, person: int) -> Response:
    upload = await run_in_threadpool(_find, request, person)
    offset = uploads().offset(upload)
    if offset == upload.length and upload.media_id is None:
        # Its last byte came, but what follows was cut short: it is done now.
        with ExitStack() as stack:
            await run_in_threadpool(stack.enter_context, uploads().holding(upload.id))
            upload = await run_in_threadpool(finish, _find(request, person), request)
    return answers.state(upload, offset)


async def _advance(request: Request, person: int) -> Response:
    has_body(request.headers)
    offset = read_offset(request.headers)
    with ExitStack() as stack:
        await run_in_threadpool(_find, request, person)
        await run_in_threadpool(stack.enter_context, uploads().holding(request.path_params["id"]))
        upload = await run_in_threadpool(_find, request, person)
        if offset != (known := uploads().offset(upload)):
            raise ProtocolError(409, "offset", f"Go on at {known}, not at {offset}.")
        upload, offset = await _take(request, upload)
    return answers.advanced(upload, offset)


async def _give_up(request: Request, person: int) -> Response:
    with ExitStack() as stack:
        upload = await run_in_threadpool(_find, request, person)
        await run_in_threadpool(stack.enter_context, uploads().holding(upload.id))
        await run_in_threadpool(uploads().discard, upload.id)
    return answers.ended()


_OF_ONE: Final[dict[str, Handler]] = {"HEAD": _tell, "PATCH": _advance, "DELETE": _give_up}


async def _take(request: Request, upload: Upload) -> tuple[Upload, int]:
    """Write what comes with the request; with the last byte, make it a file of the library."""
    offset = uploads().offset(upload)
    if upload.media_id is None and upload.checksum is None:
        await _write(request, upload, offset)
        upload = touched(upload, now=now())
        await run_in_threadpool(uploads().save, upload)
        offset = uploads().offset(upload)
    if offset == upload.length and upload.media_id is None:
        upload = await run_in_threadpool(finish, upload, request)
    return upload, offset


async def _write(request: Request, upload: Upload, offset: int) -> None:
    checksum = read_checksum(request.headers)
    if upload.checked_until is not None or checksum:
        await run_in_threadpool(uploads().cut, upload.id, offset)
        await run_in_threadpool(uploads().save, replace(upload, checked_until=offset))
    room = Room(uploads().part(upload.id), offset, upload.length - offset)
    try:
        await take(request, room, checksum)
    except OSError as error:
        if error.errno in _FULL:  # it gives back the room that it took
            await run_in_threadpool(uploads().discard, upload.id)
        raise


def _find(request: Request, person: int) -> Upload:
    upload = uploads().find(request.path_params["id"], now=now())
    if upload is None or upload.owner_id != person:
        raise NotFoundError("There is no such upload; it may have expired.")
    return upload
