"""The door of the API: who calls is known before a route is reached, and before a body is read."""

from contextlib import suppress
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from console.runtime import (
    OutageError,
    SignedOutError,
    bearer_in,
    explanation_of,
    identity_in,
    now,
    read_session,
    write,
)
from console.web.api.callers import SCOPE_KEY, Caller
from console.web.api.problems import problem
from console.web.visitors import address_of, session_token
from infoscreen_core.domain.people.api_tokens import Scope as TokenScope
from infoscreen_core.errors import BusyError, InfoscreenError
from infoscreen_core.services.people import api_tokens, sign_in

PUBLIC: Final = frozenset({"/api/openapi.json", "/api/auth/login"})
_BEARER: Final = "bearer "


class Door:
    """Middleware: nobody passes unknown, save to where everybody may."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find out who calls, and pass the request on; or answer 401."""
        if scope["type"] != "http" or scope["path"] in PUBLIC:
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        try:
            caller = await run_in_threadpool(_admit, request)
        except InfoscreenError as error:
            app: ASGIApp = await run_in_threadpool(problem, request, error)
        except OutageError as error:
            app = await run_in_threadpool(problem, request, explanation_of(error))
        else:
            app, scope = self.app, {**scope, SCOPE_KEY: caller}
        await app(scope, receive, send)


def _admit(request: HTTPConnection) -> Caller:
    """Return who calls; a token is asked before a cookie, since nobody sends one unawares."""
    header = request.headers.get("authorization", "")
    if header[: len(_BEARER)].lower() == _BEARER:
        return _with_token(request, header[len(_BEARER) :].strip())
    return _with_cookie(request, session_token(request) or "")


def _with_token(request: HTTPConnection, secret: str) -> Caller:
    address = address_of(request)
    with read_session() as session:
        identity, bearer = bearer_in(session, secret)
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
        identity = identity_in(session, token)
        person = sign_in.find_person(session, token, now=now())
    if person and person.is_touch_due:
        with suppress(OutageError, BusyError):
            write(lambda session: sign_in.resume(session, token, now=now()))
    return Caller(identity, address_of(request), None, is_read_only=False, secret=token)
