"""Nobody passes without a session, and every answer carries the security headers.

Pure ASGI, because Starlette's BaseHTTPMiddleware does not see WebSockets, over which Streamlit's
pages run.
"""

import re
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from console.runtime import OutageError, PasswordOwedError, SignedOutError
from console.web.api.problems import AmbiguousError, problem
from console.web.media.access import FOLDERS, carries_key
from console.web.origins import names_foreign_origin
from console.web.own import FOLDER
from console.web.visitors import find_visitor, has_api_token, is_page_visit, why_over
from console.words.people.sessions import PASSWORD_PATH, password_address, sign_in_address

_PUBLIC_PATHS: Final = frozenset(
    {
        "/login",
        "/login/provider",
        "/login/provider/back",
        "/logout",
        "/healthz",
        "/readyz",
        "/metrics",  # looks itself at who asks
        "/icon.svg",
        "/favicon.png",
        "/manifest.json",
        "/_stcore/health",
        "/_stcore/host-config",
    }
)
_PUBLIC_FOLDERS: Final = ("/static/", "/component/", FOLDER)
_PICTURES: Final = "/screenshots/"
_API: Final = "/api/"
"""Its own door knows API tokens, too; delivered files, which lie below it, are not behind that."""
_FEED: Final = re.compile(r"/calendar/[^/]+\.ics")
"""Asked for by programs that cannot sign in: the token in the address is their key."""
_PLAYER: Final = re.compile(
    r"/player/(?:assets/[\w.-]+"
    r"|[\w-]+(?:/events|/say|/framing/\d+|/pages/[0-9a-f]{64}(?:/\d+\.webp)?)?)"
)
"""Asked for by browsers that are screens: likewise."""
_POLICY: Final = {
    "default-src": "'self'",
    # Streamlit's bundle and plotly need the unsafe ones.
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "frame-ancestors": "'self'",
    "form-action": "'self'",
    "base-uri": "'self'",
    "object-src": "'none'",
}
_HEADERS: Final = {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
_SIGNED_OUT_CODE: Final = 4401
_FOREIGN_CODE: Final = 4403


class Gate:
    """Middleware: sign-in, health checks and feeds are public; the rest needs a session.

    The API has a door of its own. Players' links to media, and tokens shown there, are looked at
    by their routes, which know what they are to open.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, redirect to the sign-in page, or pass the request on."""
        if (
            scope["type"] == "lifespan"
            or scope["path"] in _PUBLIC_PATHS
            or scope["path"].startswith(_PUBLIC_FOLDERS)
            or (scope["type"] == "http" and (_has_key(scope["path"]) or _is_of_api(scope["path"])))
            or carries_key(scope)
        ):
            answer: ASGIApp = self.app
        else:
            answer = await _verdict(scope) or self.app
        if scope["type"] == "http" and _has_two_lengths(scope):
            answer = await run_in_threadpool(_ambiguous, scope)
        await answer(scope, receive, _with_headers(send))


def _has_two_lengths(scope: Scope) -> bool:
    """Whether a request may be two for a proxy (RFC 9112, section 6.1)."""
    return {b"content-length", b"transfer-encoding"} <= {name for name, _value in scope["headers"]}


def _ambiguous(scope: Scope) -> ASGIApp:
    error = AmbiguousError("Say once how long the body is: Content-Length or Transfer-Encoding.")
    return problem(HTTPConnection(scope), error)


def _is_foreign(scope: Scope) -> bool:
    """Whether another site's page opens a WebSocket, over which pages are used and changed."""
    return scope["type"] == "websocket" and names_foreign_origin(HTTPConnection(scope))


def _has_key(path: str) -> bool:
    """Whether the address holds a token, at which its route looks."""
    return bool(_FEED.fullmatch(path) or _PLAYER.fullmatch(path))


def _is_of_api(path: str) -> bool:
    return path.startswith(_API) and not path.startswith(FOLDERS)


def _may_show_token(scope: Scope) -> bool:
    """Whether scripts fetch this, too: pictures of screens, at which every role may look."""
    path: str = scope["path"]
    return scope["type"] == "http" and path.startswith(_PICTURES)


async def _verdict(scope: Scope) -> ASGIApp | None:
    """Return what keeps the request out; None lets it pass."""
    if _is_foreign(scope):
        return WebSocketClose(_FOREIGN_CODE, "foreign origin")
    try:
        if _may_show_token(scope) and await run_in_threadpool(has_api_token, HTTPConnection(scope)):
            return None
        person = await run_in_threadpool(find_visitor, HTTPConnection(scope))
    except OutageError:
        # The pages say so themselves, and show nothing else; whatever they load needs the database
        # anyway.
        is_page = scope["type"] == "websocket" or is_page_visit(scope)
        return None if is_page else await _refusal(scope)
    if person is None:
        return await _refusal(scope)
    is_owed = person.must_change_password and scope["path"] != PASSWORD_PATH
    return await run_in_threadpool(_to_password, scope) if is_owed else None


def _to_password(scope: Scope) -> ASGIApp:
    """Lead somebody whose password was given to them to the page where they choose their own."""
    if scope["type"] == "websocket":
        return WebSocketClose(_SIGNED_OUT_CODE, "password change required")
    if is_page_visit(scope):
        page = password_address(scope["path"], dict(HTTPConnection(scope).query_params))
        return RedirectResponse(page, status_code=303, headers={"cache-control": "no-store"})
    return problem(HTTPConnection(scope), PasswordOwedError("Choose a password of your own first."))


async def _refusal(scope: Scope) -> ASGIApp:
    if scope["type"] == "websocket":
        return WebSocketClose(_SIGNED_OUT_CODE, "signed out")
    if is_page_visit(scope):
        visit = HTTPConnection(scope)
        end = await run_in_threadpool(why_over, visit)
        door = sign_in_address(scope["path"], dict(visit.query_params), end)
        return RedirectResponse(door, status_code=303, headers={"cache-control": "no-store"})
    refused = SignedOutError("Sign in first.")
    return await run_in_threadpool(problem, HTTPConnection(scope), refused)


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
