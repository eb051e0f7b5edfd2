"""The door of the API: who calls is known before a route is reached, and before a body is read."""

from contextlib import suppress
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.identity import bearer_in, identity_in
from console.runtime import (
    OutageError,
    SignedOutError,
    explanation_of,
    now,
    read_session,
    write,
)
from console.web.api.callers import SCOPE_KEY, Caller
from console.web.api.languages import kept_house_language
from console.web.api.problems import problem
from console.web.api.rates import RateError, rate
from console.web.visitors import address_of, bearer_of, session_token
from infoscreen_core.domain.people.api_tokens import Scope as TokenScope
from infoscreen_core.errors import BusyError
from infoscreen_core.services.people import api_tokens, sign_in

PUBLIC: Final = frozenset({"/api/openapi.json", "/api/auth/login"})


class Door:
    """Middleware: nobody passes unknown, save to where everybody may, and nobody too often."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find out who calls, and pass the request on; or answer 401 or 429."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        admitted = await run_in_threadpool(_admitted, request)
        if isinstance(admitted, Response):
            await admitted(scope, receive, send)
        else:
            caller, headers = admitted
            scope[SCOPE_KEY] = caller
            await self.app(scope, receive, _with_headers(send, headers))


def _admitted(request: HTTPConnection) -> tuple[Caller | None, dict[str, str]] | Response:
    """Return who calls, and what they are told of their rate; or why they may not."""
    address = f"address:{address_of(request)}"
    try:
        rate().check(address)
        if request.scope["path"] in PUBLIC:
            return None, rate().count(address)
        caller = _admit(request)
        return caller, rate().count(_known_as(caller))
    except RateError as error:
        return problem(request, error, headers=error.headers)
    except SignedOutError as error:
        return problem(request, error, headers=_counted(address))
    except OutageError as error:
        return problem(request, explanation_of(error))


def _counted(address: str) -> dict[str, str]:
    """Count a refusal; the next one is refused unasked when it is one too many."""
    with suppress(RateError):
        return rate().count(address)
    return {}


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


def _admit(request: HTTPConnection) -> Caller:
    """Return who calls; a token is asked before a cookie, since nobody sends one unawares."""
    secret = bearer_of(request)
    if secret is not None:
        return _with_token(request, secret)
    return _with_cookie(request, session_token(request) or "")


def _with_token(request: HTTPConnection, secret: str) -> Caller:
    address = address_of(request)
    with read_session() as session:
        identity, bearer = bearer_in(session, secret, kept_house_language, now=now())
    if bearer.is_use_due:
        with suppress(OutageError, BusyError):  # reading goes on while nothing can be stored
            write(
                lambda session: api_tokens.note_use(
                    session, bearer.token_id, address=address, now=now()
                )
            )
    is_read_only = bearer.scope is TokenScope.READ
    return Caller(identity, address, bearer.token_id, is_read_only, secret)


def _with_cookie(request: HTTPConnection, token: str) -> Caller:
    with read_session() as session:
        if not token:
            raise SignedOutError("Sign in first.")
        identity = identity_in(session, token, kept_house_language, now=now())
        person = sign_in.find_person(session, token, now=now())
    if person and person.is_touch_due:
        with suppress(OutageError, BusyError):
            write(lambda session: sign_in.resume(session, token, now=now()))
    return Caller(identity, address_of(request), None, is_read_only=False, secret=token)
