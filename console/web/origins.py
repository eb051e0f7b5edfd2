"""Whether a request that changes something with a cookie was made by one of our own pages.

A browser sends the cookie along whoever made the page. So what comes from a page has to come from
ours, and to show a token that other sites' pages cannot read. What comes from no page at all is a
program, such as curl with its jar of cookies: nobody lures it.
"""

import hashlib
import hmac
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from infoscreen_core.errors import NotAllowedError

CSRF_HEADER: Final = "X-CSRF-Token"
_LABEL: Final = b"infoscreen csrf"


class ForeignOriginError(NotAllowedError):
    """The request was made by a page that is not ours, or does not know the session's token."""

    code = "foreign_origin"


def csrf_token(session_token: str) -> str:
    """Return what our pages show beside the cookie of this session."""
    return hmac.new(session_token.encode(), _LABEL, hashlib.sha256).hexdigest()


def check_origin(request: HTTPConnection, session_token: str) -> None:
    """Raise `ForeignOriginError` unless no page made the request, or one of ours with its token."""
    if not comes_from_page(request):
        return
    if not is_own_page(request):
        raise ForeignOriginError("This request came from another site.")
    shown = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(shown.encode(), csrf_token(session_token).encode()):
        raise ForeignOriginError(
            "A request from a page needs the header {header} with the csrfToken that "
            "/api/auth/me answers.",
            header=CSRF_HEADER,
        )


def may_send_form(request: HTTPConnection) -> bool:
    """Whether a form of the doors may come from there: our own page, a program, or a reload.

    Forms cannot show the session's token; they open or end a session, and no more.
    """
    is_asked_by_person = request.headers.get("sec-fetch-site") == "none"
    return is_asked_by_person or not comes_from_page(request) or is_own_page(request)


def comes_from_page(request: HTTPConnection) -> bool:
    """Whether a browser's page made the request; programs send none of these headers."""
    return any(name in request.headers for name in ("origin", "referer", "sec-fetch-site"))


def is_own_page(request: HTTPConnection) -> bool:
    """Whether everything that the request says of its page names our own origin."""
    headers = request.headers
    host = headers.get("host", "")
    named = [headers[name] for name in ("origin", "referer") if name in headers]
    return headers.get("sec-fetch-site", "same-origin") == "same-origin" and all(
        _host_of(address) == host for address in named
    )


def names_foreign_origin(request: HTTPConnection) -> bool:
    """Whether a page opens a WebSocket that is not ours; every browser names its `Origin` then.

    `Sec-Fetch-Site` does not count here: a page and its WebSocket differ in the scheme, which some
    browsers take for another site.
    """
    origin = request.headers.get("origin")
    return origin is not None and _host_of(origin) != request.headers.get("host", "")


def _host_of(address: str) -> str | None:
    """Return host and port of an address as they stand there; None where there are none."""
    try:
        return urlsplit(address).netloc or None
    except ValueError:
        return None
