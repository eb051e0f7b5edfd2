"""The door of the API: who calls is known before a route is reached, and before a body is read."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, ParamSpec, Protocol, TypeVar

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.identity import good_bearer, identity_of
from console.runtime import (
    Identity,
    OutageError,
    Reader,
    Session,
    SignedOutError,
    explanation_of,
    glance,
    glance_at_once,
    now,
    resources,
    write,
)
from console.web.api.callers import SCOPE_KEY, Caller
from console.web.api.languages import kept_house_language
from console.web.api.problems import problem
from console.web.api.questions import Questions
from console.web.api.rates import RateError, rate
from console.web.visitors import address_of, bearer_of, session_token
from infoscreen_core.domain.people.api_tokens import Scope as TokenScope
from infoscreen_core.errors import BusyError
from infoscreen_core.services.people import api_tokens, sign_in

P = ParamSpec("P")
R = TypeVar("R")
PUBLIC: Final = frozenset({"/api/openapi.json", "/api/auth/login"})
_THREADS: Final = ThreadPoolExecutor(8, thread_name_prefix="door")
"""Of its own: who calls is found out also while slow routes have all the others."""
_QUESTIONS: Final = Questions()


class Glance(Protocol):
    """`glance`, or `glance_at_once`."""

    def __call__(self, ask: Callable[[Reader], R]) -> R:
        """Ask the database one question."""


class Door:
    """Middleware: nobody passes unknown, save to where everybody may, and nobody too often."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find out who calls, and pass the request on; or answer 401 or 429."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":  # what GET says, without its body
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        request = HTTPConnection(scope)
        try:
            caller, headers = await _admitted(request)
        except (RateError, SignedOutError, OutageError) as error:
            refusal = await _in_thread(_refusal, request, error)
            await refusal(scope, receive, send)
            return
        scope[SCOPE_KEY] = caller
        await self.app(scope, receive, _with_headers(send, headers))


async def _in_thread(work: Callable[P, R], *args: P.args, **_kwargs: P.kwargs) -> R:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work, *args)


async def _admitted(request: HTTPConnection) -> tuple[Caller | None, dict[str, str]]:
    """Return who calls, and what they are told of their rate; raise why they may not."""
    address = _from(request)
    rate().check(address)
    if request.scope["path"] in PUBLIC:
        return None, rate().count(address)
    caller = await _admit(request)
    return caller, rate().count(_known_as(caller))


def _refusal(request: HTTPConnection, error: Exception) -> Response:
    """Return the answer for somebody who may not pass; may ask the database for a language."""
    if isinstance(error, RateError):
        return problem(request, error, headers=error.headers)
    if isinstance(error, SignedOutError):
        return problem(request, error, headers=_counted(_from(request)))
    return problem(request, explanation_of(error))


def _counted(address: str) -> dict[str, str]:
    """Count a refusal; the next one is refused unasked when it is one too many."""
    with suppress(RateError):
        return rate().count(address)
    return {}


def _from(request: HTTPConnection) -> str:
    return f"address:{address_of(request)}"


def _known_as(caller: Caller) -> str:
    if caller.token_id is not None:
        return f"token:{caller.token_id}"
    return f"user:{caller.identity.user_id}"


def _with_headers(send: Send, headers: dict[str, str]) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return send_with_headers


def _without_body(send: Send) -> Send:
    async def send_without_body(message: Message) -> None:
        is_body = message["type"] == "http.response.body"
        await send({**message, "body": b""} if is_body else message)

    return send_without_body


@dataclass(frozen=True)
class _Shown:
    """What the database says of a token or a cookie, whoever shows it from wherever."""

    identity: Identity
    token_id: int | None = None
    is_read_only: bool = False
    is_note_due: bool = False
    """Whether it is to be noted that it was shown."""


async def _admit(request: HTTPConnection) -> Caller:
    """Return who calls, and note from time to time that they did.

    A token is asked before a cookie, since nobody sends one unawares.
    """
    bearer, address, at = bearer_of(request), address_of(request), now()
    secret = (session_token(request) or "") if bearer is None else bearer
    if not secret and bearer is None:
        raise SignedOutError("Sign in first.")
    read = _of_cookie if bearer is None else _of_token
    shown = await _shown(read, secret)
    token_id = shown.token_id
    if shown.is_note_due and token_id is None:
        await _in_thread(_noted, lambda session: sign_in.resume(session, secret, now=at))
    elif shown.is_note_due and token_id is not None:
        await _in_thread(
            _noted,
            lambda session: api_tokens.note_use(session, token_id, address=address, now=at),
        )
    return Caller(shown.identity, address, token_id, shown.is_read_only, secret)


def _noted(note: Callable[[Session], object]) -> None:
    with suppress(OutageError, BusyError):  # reading goes on while nothing can be stored
        write(note)


async def _shown(read: Callable[[str, Glance], _Shown], secret: str) -> _Shown:
    """Ask the database; one in a file here answers before a thread would have begun."""
    if resources().is_at_hand:
        with suppress(OutageError):  # whoever it waits for is waited for in a thread
            return read(secret, glance_at_once)
    key = (resources().serial, read, secret)
    return await _QUESTIONS.ask(key, partial(_in_thread, read, secret, glance))


def _of_token(secret: str, look: Glance) -> _Shown:
    at = now()
    bearer = good_bearer(look(lambda reader: api_tokens.find_bearer(reader, secret, now=at)))
    identity = identity_of(bearer.person, kept_house_language)
    is_read_only = bearer.scope is TokenScope.READ
    return _Shown(identity, bearer.token_id, is_read_only, bearer.is_use_due)


def _of_cookie(token: str, look: Glance) -> _Shown:
    at = now()
    person = look(lambda reader: sign_in.find_person(reader, token, now=at))
    identity = identity_of(person, kept_house_language)
    return _Shown(identity, is_note_due=person is not None and person.is_touch_due)
