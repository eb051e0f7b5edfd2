"""Who sends a request: the session cookie, the language, the address."""

from contextlib import suppress
from typing import Final
from zoneinfo import ZoneInfo

from starlette.requests import HTTPConnection
from starlette.types import Scope

from console.i18n import DEFAULT_LANGUAGE, LANGUAGES
from console.runtime import SESSION_COOKIE, OutageError, glance, now, read_session, write
from console.words.formatting import UTC_ZONE
from infoscreen_core.domain.people.sessions import SessionEnd
from infoscreen_core.domain.people.themes import Theme
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.errors import BusyError, InvalidInputError
from infoscreen_core.services.people import api_tokens, sign_in
from infoscreen_core.services.people.lockout import Visitor
from infoscreen_core.services.people.views import PersonView
from infoscreen_core.services.system_settings import get_setting

LANGUAGE_COOKIE: Final = "infoscreen_language"
DEVICE_COOKIE: Final = "infoscreen_device"
"""Opens nothing: it tells a browser that an account knows from a stranger's."""


def session_token(request: HTTPConnection) -> str | None:
    """Return the session cookie's token, valid or not."""
    return request.cookies.get(SESSION_COOKIE)


def bearer_of(request: HTTPConnection) -> str | None:
    """Return the API token that a program shows, valid or not; None when it shows none."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else None


def has_api_token(request: HTTPConnection) -> bool:
    """Whether a program shows an API token that opens something; its use is noted."""
    secret, at = bearer_of(request), now()
    if secret is None:
        return False
    bearer = glance(lambda reader: api_tokens.find_bearer(reader, secret, now=at))
    if bearer is not None and bearer.is_use_due:
        address, token = address_of(request), bearer.token_id
        with suppress(OutageError, BusyError):
            write(lambda session: api_tokens.note_use(session, token, address=address, now=at))
    return bearer is not None


def device_of(request: HTTPConnection) -> str | None:
    """Return what the device cookie holds, known or not."""
    return request.cookies.get(DEVICE_COOKIE)


def visitor_of(request: HTTPConnection, username: str = "") -> Visitor:
    """Return who knocks, as the services of signing in ask for it."""
    agent = request.headers.get("user-agent")
    return Visitor.of(username, address_of(request), agent, device_of(request))


def find_visitor(request: HTTPConnection) -> PersonView | None:
    """Return who is signed in with the request's browser; asks the database."""
    token = session_token(request)
    if not token:
        return None
    at = now()
    return glance(lambda reader: sign_in.find_person(reader, token, now=at))


def has_session(request: HTTPConnection) -> bool:
    """Whether the request comes from a signed-in browser; asks the database."""
    return find_visitor(request) is not None


def why_over(request: HTTPConnection) -> SessionEnd | None:
    """Return why the visitor's session is over; None for whoever brings none."""
    token = session_token(request)
    if token:
        with suppress(OutageError), read_session() as session:
            return sign_in.why_over(session, token, now=now())
    return None


def language_of(request: HTTPConnection) -> str:
    """Return the visitor's language: asked for (`?lang=`), chosen, remembered, or the default."""
    asked = request.query_params.get("lang", "")
    remembered = request.cookies.get(LANGUAGE_COOKIE, "")
    if asked in LANGUAGES:
        return asked
    try:
        person = find_visitor(request)
        chosen = person.language or "" if person else remembered
        if chosen in LANGUAGES:
            return chosen
        with read_session() as session:
            return str(get_setting(session, "ui_language"))
    except OutageError:
        return remembered if remembered in LANGUAGES else DEFAULT_LANGUAGE


def theme_of(request: HTTPConnection) -> Theme | None:
    """Return the brightness that the visitor chose; None follows their machine."""
    with suppress(OutageError):
        person = find_visitor(request)
        return person.theme if person else None
    return None


def zone_of(request: HTTPConnection) -> ZoneInfo:
    """Return the zone that is asked for (`?zone=`), or UTC."""
    try:
        return load_zone(request.query_params.get("zone", ""))
    except InvalidInputError:
        return UTC_ZONE


def safe_target(wanted: str | None) -> str:
    """Return the address to go on to after signing in: one of our pages, else the first one."""
    target = wanted or "/"
    is_own = (
        target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    )
    return target if is_own and not target.startswith(("/login", "/logout")) else "/"


def address_of(request: HTTPConnection) -> str:
    """Return the visitor's address (behind a trusted proxy: the one that it names)."""
    return request.client.host if request.client else "unknown"


def is_page_visit(scope: Scope) -> bool:
    """Whether somebody opens an address as a page, rather than a program asking for something."""
    accept = HTTPConnection(scope).headers.get("accept", "")
    return scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and "text/html" in accept
