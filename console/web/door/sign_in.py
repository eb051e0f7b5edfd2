"""Signing in, before which there is nothing else; and signing out."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from console.i18n import _
from console.runtime import (
    SESSION_COOKIE,
    OutageError,
    Session,
    explanation_of,
    now,
    resources,
    write,
)
from console.web.door import page as door_page
from console.web.door import second_step
from console.web.door.page import DoorForm, Input
from console.web.origins import may_send_form
from console.web.visitors import (
    DEVICE_COOKIE,
    address_of,
    device_of,
    has_session,
    safe_target,
    session_token,
)
from console.words.people.sessions import session_end_sentence, way_back_sentence
from infoscreen_core.domain.people.names import NAME_LIMIT
from infoscreen_core.domain.people.origins import ORIGIN_LIFE
from infoscreen_core.domain.people.sessions import SessionEnd
from infoscreen_core.errors import BusyError, InfoscreenError, InvalidInputError
from infoscreen_core.services.people import sign_in as service
from infoscreen_core.services.people.codes.second_step import StepOver
from infoscreen_core.services.people.sign_in import CodeNeeded, Refused, SignedIn

_GONE: Final = frozenset({SessionEnd.DEACTIVATED, SessionEnd.DELETED})
"""After these ends there is no way back."""


@dataclass(frozen=True)
class _Form:
    username: str
    password: str
    next: str


def show(request: Request) -> Response:
    """Show the form, or go on when the browser is signed in already."""
    target = safe_target(request.query_params.get("next"))
    form, end = _Form("", "", target), _end_asked(request)
    try:
        if has_session(request):
            return RedirectResponse(target, status_code=303)
    except OutageError as error:
        return door_page.unavailable(request, error, lambda message: _page(form, message))
    return door_page.draw(request, lambda: _page(form, _why(end), end))


async def submit(request: Request) -> Response:
    """Sign in: set the cookies and go on, or show the form again with the reason."""
    if not may_send_form(request):
        return door_page.foreign()
    if refusal := door_page.too_large(request):
        return refusal
    texts = await door_page.texts_of(request)
    if second_step.FIELD in texts:
        return await run_in_threadpool(_give_code, request, texts)
    form = _Form(
        texts.get("username", ""), texts.get("password", ""), safe_target(texts.get("next"))
    )
    return await run_in_threadpool(_sign_in, request, form)


def sign_out(request: Request) -> Response:
    """End the session here and in the database."""
    if not may_send_form(request):
        return door_page.foreign()
    token = session_token(request)
    try:
        if token:
            write(lambda session: service.sign_out(session, token, now=now()))
    except BusyError as error:
        return JSONResponse({"error": str(error), "code": error.code}, status_code=503)
    except OutageError as error:
        return JSONResponse(
            {"error": str(explanation_of(error)), "code": "unavailable"}, status_code=503
        )
    answer = RedirectResponse("/login", status_code=303)
    forget_session(answer)
    return answer


def attempt(
    request: Request, username: str, password: str, code: str | None = None
) -> SignedIn | Refused:
    """Try to sign in; what came of it is stored in either case.

    Whoever has a second factor and gives no `code` gets `CodeNeeded`.
    """
    if not username.strip() or not password:
        return Refused(
            InvalidInputError("Enter your user name and your password.", field="username")
        )

    def work(session: Session) -> SignedIn | Refused:
        outcome = service.sign_in(
            session,
            username,
            password,
            ip=address_of(request),
            user_agent=request.headers.get("user-agent"),
            device=device_of(request),
            now=now(),
        )
        if code is not None and isinstance(outcome, CodeNeeded):
            return second_step.give(session, request, outcome.token, code)
        return outcome

    return write(work)


def refusal_page(request: Request, error: InfoscreenError, target: str) -> Response:
    """Show the form with the reason why somebody was not let in."""
    form = _Form("", "", target)
    return door_page.refused(request, error, lambda message: _page(form, message))


def keep_session(answer: Response, request: Request, signed_in: SignedIn) -> None:
    """Let the browser keep the session that began, and that it is known from now on."""
    is_secure = request.url.scheme == "https"
    answer.set_cookie(
        SESSION_COOKIE,
        signed_in.token,
        expires=signed_in.expires_at,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure,
    )
    answer.set_cookie(
        DEVICE_COOKIE,
        signed_in.device,
        max_age=int(ORIGIN_LIFE.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure,
    )


def forget_session(answer: Response) -> None:
    """Let the browser forget its session; that it is known stays."""
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")


def _sign_in(request: Request, form: _Form) -> Response:
    return _answer(
        request,
        lambda: attempt(request, form.username, form.password),
        form.next,
        again=lambda message: _page(form, message),
    )


def _give_code(request: Request, texts: dict[str, str]) -> Response:
    token, target = texts[second_step.FIELD], safe_target(texts.get("next"))
    return _answer(
        request,
        lambda: write(
            lambda session: second_step.give(session, request, token, texts.get("code", ""))
        ),
        target,
        again=lambda message: second_step.page(token, target, message),
    )


def _answer(
    request: Request,
    try_it: Callable[[], SignedIn | Refused],
    target: str,
    *,
    again: Callable[[str], DoorForm],
) -> Response:
    """Let the person in, ask for the code, or show the form again with the reason."""
    try:
        outcome = try_it()
    except OutageError as error:
        return door_page.unavailable(request, error, again)
    except BusyError as error:
        return door_page.refused(request, error, again)
    match outcome:
        case CodeNeeded(token=token):
            return door_page.draw(request, lambda: second_step.page(token, target))
        case StepOver(error=reason):
            first = _Form("", "", target)
            return door_page.refused(request, reason, lambda message: _page(first, message))
        case Refused(error=reason):
            return door_page.refused(request, reason, again)
    answer = RedirectResponse(target, status_code=303, headers={"cache-control": "no-store"})
    keep_session(answer, request, outcome)
    return answer


def _page(form: _Form, message: str, end: SessionEnd | None = None) -> DoorForm:
    name = Input(
        "username",
        _("User name"),
        form.username,
        kind="text",
        autocomplete="username",
        most=NAME_LIMIT,
        has_focus=not form.username,
    )
    password = Input("password", _("Password"), has_focus=bool(form.username))
    asked = ({"next": form.next} if form.next != "/" else {}) | ({"ended": end} if end else {})
    return DoorForm(
        "/login",
        _("Sign in"),
        _("Sign in"),
        (name, password),
        message,
        hidden={"next": form.next},
        asked=asked,
        below=_provider(form.next),
    )


def _provider(target: str) -> str:
    """Return the way through the identity provider, if there is one."""
    settings = resources().settings
    if not settings.has_provider:
        return ""
    address = escape(f"/login/provider?{urlencode({'next': target})}")
    text = _("Sign in with {name}", name=settings.oidc_name or _("single sign-on"))
    return f'<p class="provider"><a href="{address}">{escape(text)}</a></p>'


def _end_asked(request: Request) -> SessionEnd | None:
    asked = request.query_params.get("ended", "")
    return SessionEnd(asked) if asked in set(SessionEnd) else None


def _why(end: SessionEnd | None) -> str:
    if end is None:
        return ""
    why = f'<p class="why" role="status">{escape(session_end_sentence(end))}</p>'
    back = "" if end in _GONE else escape(way_back_sentence())
    return f'{why}<p class="note">{back}</p>' if back else why
