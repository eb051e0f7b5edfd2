"""The sign-in page: plain HTML, so that it works before any session exists; and signing out."""

from dataclasses import dataclass
from html import escape
from string import Template
from typing import Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from console.i18n import LANGUAGES, _, use_language
from console.runtime import (
    SESSION_COOKIE,
    OutageError,
    explanation_of,
    now,
    read_session,
    write,
)
from console.theme import THEME
from console.web.visitors import (
    LANGUAGE_COOKIE,
    address_of,
    has_session,
    is_same_origin,
    language_of,
    safe_target,
    session_token,
)
from console.words.errors import error_sentence
from console.words.sessions import session_end_sentence, way_back_sentence
from infoscreen_core.domain.people.sessions import SessionEnd
from infoscreen_core.errors import BusyError, InfoscreenError, InvalidInputError
from infoscreen_core.services.people import sign_in as service
from infoscreen_core.services.people.sign_in import Refused, SignedIn
from infoscreen_core.services.system_settings import get_setting

_TEMPLATE: Final = Template((THEME / "sign_in.html").read_text(encoding="utf-8"))
_YEAR_SECONDS: Final = 365 * 24 * 3600
_MAX_FORM_BYTES: Final = 16_384
_STATUS: Final = {"busy": 503, "limited": 429, "invalid": 422}


@dataclass(frozen=True)
class _Form:
    username: str
    password: str
    next: str


def show(request: Request) -> Response:
    """Show the form, or go on when the browser is signed in already."""
    target = safe_target(request.query_params.get("next"))
    try:
        if has_session(request):
            return RedirectResponse(target, status_code=303)
    except OutageError as error:
        return _unavailable(request, _Form("", "", target), error)
    return _page(request, _Form("", "", target), end=_end_asked(request))


async def submit(request: Request) -> Response:
    """Sign in: set the cookie and go on, or show the form again with the reason."""
    if not is_same_origin(request):
        return _foreign()
    if int(request.headers.get("content-length") or 0) > _MAX_FORM_BYTES:
        return JSONResponse({"error": "The form is too large.", "code": "invalid"}, status_code=413)
    fields = await request.form(max_fields=8, max_files=0)
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    form = _Form(
        texts.get("username", ""), texts.get("password", ""), safe_target(texts.get("next"))
    )
    return await run_in_threadpool(_sign_in, request, form)


def sign_out(request: Request) -> Response:
    """End the session here and in the database."""
    if not is_same_origin(request):
        return _foreign()
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


def attempt(request: Request, username: str, password: str) -> SignedIn | Refused:
    """Try to sign in; what came of it is stored in either case."""
    if not username.strip() or not password:
        return Refused(
            InvalidInputError("Enter your user name and your password.", field="username")
        )
    return write(
        lambda session: service.sign_in(
            session,
            username,
            password,
            ip=address_of(request),
            user_agent=request.headers.get("user-agent"),
            now=now(),
        )
    )


def keep_session(answer: Response, request: Request, signed_in: SignedIn) -> None:
    """Let the browser keep the session that began."""
    answer.set_cookie(
        SESSION_COOKIE,
        signed_in.token,
        expires=signed_in.expires_at,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def forget_session(answer: Response) -> None:
    """Let the browser forget its session."""
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")


def _sign_in(request: Request, form: _Form) -> Response:
    try:
        outcome = attempt(request, form.username, form.password)
    except OutageError as error:
        return _unavailable(request, form, error)
    except BusyError as error:
        return _refused(request, form, error)
    if isinstance(outcome, Refused):
        return _refused(request, form, outcome.error)
    answer = RedirectResponse(form.next, status_code=303, headers={"cache-control": "no-store"})
    keep_session(answer, request, outcome)
    return answer


def _refused(request: Request, form: _Form, error: InfoscreenError) -> Response:
    with use_language(language_of(request)):
        sentence = error_sentence(error)
    return _page(request, form, error=sentence, status=_STATUS.get(error.code, 401))


def _unavailable(request: Request, form: _Form, outage: OutageError) -> Response:
    with use_language(language_of(request)):
        sentence = error_sentence(explanation_of(outage))
    return _page(request, form, error=sentence, status=503)


def _page(
    request: Request,
    form: _Form,
    *,
    error: str = "",
    end: SessionEnd | None = None,
    status: int = 200,
) -> Response:
    language = language_of(request)
    with use_language(language):
        message = _message(error, end)
        text = _TEMPLATE.substitute(
            _values(form, language), message=message, languages=_languages(language, form.next, end)
        )
    answer = HTMLResponse(text, status_code=status, headers={"cache-control": "no-store"})
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=_YEAR_SECONDS,
            path="/",
            httponly=True,
            samesite="lax",
        )
    return answer


def _end_asked(request: Request) -> SessionEnd | None:
    asked = request.query_params.get("ended", "")
    return SessionEnd(asked) if asked in set(SessionEnd) else None


def _message(error: str, end: SessionEnd | None) -> str:
    if error:
        return f'<p class="error" role="alert">{escape(error)}</p>'
    if end is None:
        return ""
    why = f'<p class="why" role="status">{escape(session_end_sentence(end))}</p>'
    back = "" if end is SessionEnd.DEACTIVATED else escape(way_back_sentence())
    return f'{why}<p class="note">{back}</p>' if back else why


def _values(form: _Form, language: str) -> dict[str, str]:
    focus = "autofocus"
    return {
        "language": language,
        "title": escape(_("Sign in")),
        "organization": escape(_organization()),
        "next": escape(form.next),
        "username": escape(form.username),
        "username_label": escape(_("User name")),
        "password_label": escape(_("Password")),
        "username_focus": "" if form.username else focus,
        "password_focus": focus if form.username else "",
        "submit": escape(_("Sign in")),
    }


def _languages(current: str, target: str, end: SessionEnd | None) -> str:
    asked = ({"next": target} if target != "/" else {}) | ({"ended": end.value} if end else {})
    return "".join(_language_link(code, current, asked) for code in LANGUAGES)


def _language_link(code: str, current: str, asked: dict[str, str]) -> str:
    query = urlencode({"lang": code, **asked})
    mark = ' aria-current="true"' if code == current else ""
    address = escape(f"/login?{query}")
    return (
        f'<a href="{address}" hreflang="{code}" lang="{code}"{mark}>{escape(LANGUAGES[code])}</a>'
    )


def _organization() -> str:
    try:
        with read_session() as session:
            return str(get_setting(session, "organization_name"))
    except OutageError:
        return ""


def _foreign() -> Response:
    return JSONResponse(
        {"error": "This request came from another site.", "code": "foreign_origin"}, status_code=403
    )
