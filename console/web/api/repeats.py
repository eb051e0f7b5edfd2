"""`Idempotency-Key`: a POST that is sent again is done once, and answered as the first time."""

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.runtime import Session, now, store
from console.web.api.callers import SCOPE_KEY, Caller, find_caller
from console.web.api.problems import CutOff, problem
from infoscreen_core.errors import ConflictError, InfoscreenError, InvalidInputError
from infoscreen_core.services import repeats
from infoscreen_core.services.repeats import Answer, Claim, UnfinishedError

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_FIRST_ERROR: Final = 400
_FIRST_FAILURE: Final = 500


class Repeats:
    """Middleware: keeps what a POST with a key was answered, and answers the next one with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do the request, or answer what it was answered before."""
        request = HTTPConnection(scope) if scope["type"] == "http" else None
        caller = find_caller(request) if request else None
        if not request or not caller or scope["method"] != "POST" or HEADER not in request.headers:
            await self.app(scope, receive, send)
            return
        try:
            _check(request.headers)
            messages = await _read(receive)
            asked = await run_in_threadpool(_claim_of, scope, caller, messages)
            known = await run_in_threadpool(store, lambda session: repeats.claim(session, asked))
        except (InfoscreenError, CutOff) as error:
            refusal = await run_in_threadpool(_refusal, request, error)
            await refusal(scope, receive, send)
            return
        if known:
            await _repeated(known)(scope, receive, send)
        else:
            lost = await run_in_threadpool(_lost, request)
            scope[SCOPE_KEY] = replace(
                caller, note_done=lambda session: repeats.note_done(session, asked, lost)
            )
            await self._done(scope, _replaying(messages, receive), send, asked)

    async def _done(self, scope: Scope, receive: Receive, send: Send, asked: Claim) -> None:
        """Do it, and keep the answer unless it is a refusal, before anybody gets it."""
        taken: list[Message] = []

        async def take(message: Message) -> None:
            taken.append(message)

        try:
            await self.app(scope, receive, take)
        except BaseException:
            await _stored(lambda session: repeats.release(session, asked))
            raise
        answer = _answer_of(taken)
        await _stored(lambda session: _settle(session, asked, answer))
        for message in taken:
            await send(message)


def _settle(session: Session, asked: Claim, answer: Answer) -> None:
    if answer.status < _FIRST_ERROR:
        repeats.finish(session, asked, answer)
    elif answer.status < _FIRST_FAILURE:
        repeats.forget(session, asked)
    else:
        repeats.release(session, asked)


def _refusal(request: HTTPConnection, error: InfoscreenError | CutOff) -> Response:
    refused = error.error if isinstance(error, CutOff) else error
    if isinstance(refused, UnfinishedError):
        return problem(request, refused, headers={"retry-after": str(refused.seconds)})
    return problem(request, refused)


def _lost(request: HTTPConnection) -> Answer:
    """Return what is answered when the process ends between the change and its answer."""
    told = problem(
        request,
        ConflictError(
            "The request with this Idempotency-Key was done, but its answer was lost; look at what "
            "it did."
        ),
    )
    return Answer(told.status_code, told.media_type or "", bytes(told.body).decode())


async def _stored(work: Callable[[Session], None]) -> None:
    """Store what became of the request; where that fails, its answer is lost."""
    with suppress(InfoscreenError):
        await run_in_threadpool(store, work)


def _check(headers: Headers) -> None:
    if not _KEY.fullmatch(headers[HEADER]):
        raise InvalidInputError(
            "An Idempotency-Key has 1 to 255 printable characters of ASCII and no spaces; a UUID "
            "is fine.",
            field=HEADER,
        )
    if headers.get("content-type", "application/json").partition(";")[0].strip() not in {
        "application/json",
        "",
    }:
        raise InvalidInputError(
            "An upload takes no Idempotency-Key; send it without.", field=HEADER
        )


async def _read(receive: Receive) -> list[Message]:
    messages = [await receive()]
    while messages[-1].get("more_body", False):
        messages.append(await receive())
    return messages


def _replaying(messages: list[Message], receive: Receive) -> Receive:
    left = iter(messages)

    async def again() -> Message:
        message = next(left, None)
        return await receive() if message is None else message

    return again


def _claim_of(scope: Scope, caller: Caller, messages: list[Message]) -> Claim:
    digest = hashlib.sha256(scope["path"].encode() + b"?" + scope["query_string"] + b"\n")
    for message in messages:
        digest.update(message.get("body", b""))
    return Claim(caller.secret, Headers(scope=scope)[HEADER], digest.hexdigest(), now())


def _answer_of(messages: list[Message]) -> Answer:
    start, *rest = messages
    body = b"".join(message.get("body", b"") for message in rest)
    media_type = Headers(raw=start["headers"]).get("content-type", "")
    return Answer(start["status"], media_type, body.decode())


def _repeated(known: Answer) -> Response:
    headers = {REPLAYED: "true", "cache-control": "no-store"}
    if known.media_type:
        headers["content-type"] = known.media_type
    return Response(known.body, status_code=known.status, headers=headers)
