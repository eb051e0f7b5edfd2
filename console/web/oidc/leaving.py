"""Signing out at the identity provider, too: OpenID Connect RP-Initiated Logout 1.0.

Whoever came through the provider and signs out here would be let in again by one click, without a
password: at a shared computer, anybody. So the browser goes on to the provider, which ends its
session as well, and may ask first. What it needs for that, the ID token of the sign-in, the browser
keeps in a cookie of its own, encrypted, that is sent to `/logout` only.
"""

from contextlib import suppress
from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.i18n import _, current_language, use_language
from console.runtime import resources
from console.web.door import sign_in
from console.web.oidc.protocol import the_provider
from console.web.visitors import language_of
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.log import get_logger
from infoscreen_core.services.encryption import UnreadableSecretError, load_cipher
from infoscreen_core.services.people.sign_in import SignedIn

COOKIE: Final = "infoscreen_provider"
PATH: Final = "/logout"
_LONGEST_COOKIE: Final = 3500
"""Browsers keep 4096 bytes; a longer token is left out, and the provider asks."""
_SIGNED_OUT: Final = 303
log = get_logger()


def remember(answer: Response, request: Request, signed_in: SignedIn, id_token: str) -> None:
    """Let the browser know that the provider is to be told when it signs out."""
    kept = load_cipher(resources().settings).encrypt(id_token)
    if len(kept) > _LONGEST_COOKIE:
        kept = load_cipher(resources().settings).encrypt("")
    answer.set_cookie(
        COOKIE,
        kept,
        expires=signed_in.expires_at,
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def sign_out(request: Request) -> Response:
    """End the session here; whoever came through the provider goes on there to end that one."""
    answer, kept = sign_in.sign_out(request), request.cookies.get(COOKIE)
    if kept is None or answer.status_code != _SIGNED_OUT:
        return answer
    address = _way_out(request, kept)
    if address is not None:
        with use_language(language_of(request)):
            answer = _going_on(address)
        sign_in.forget_session(answer)
    answer.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")
    return answer


def _way_out(request: Request, kept: str) -> str | None:
    """Return where the provider ends its session; None where it does not say, or not now."""
    settings = resources().settings
    if not settings.has_provider or not settings.oidc_sign_out:
        return None
    id_token = ""
    with suppress(UnreadableSecretError):
        id_token = load_cipher(settings).decrypt(kept)
    back = str(request.url.replace(path="/login", query="", fragment=""))
    try:
        return the_provider().way_out(back, id_token)
    except InfoscreenError as error:
        log.warning("oidc.not_signed_out", reason=str(error), cause=repr(error.__cause__))
        return None


def _going_on(address: str) -> Response:
    # Not a redirect: browsers hold a form's redirects to the policy for forms, which is to stay.
    link, title = escape(address), escape(_("Signing out …"))
    text = escape(_("Continue to the sign-in service, which ends its session as well"))
    return HTMLResponse(
        f'<!doctype html><html lang="{current_language()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="0; url={link}"><title>{title}</title></head>'
        f'<body><p><a href="{link}">{text}</a></p></body></html>',
        headers={"cache-control": "no-store"},
    )
