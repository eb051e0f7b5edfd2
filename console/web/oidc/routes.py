"""Signing in through an identity provider: the way there, and the way back.

What the browser has to bring back lies in a cookie of its own, encrypted, for ten minutes.
"""

import json
from contextlib import suppress
from dataclasses import asdict
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.runtime import OutageError, explanation_of, now, resources, write
from console.web.door.sign_in import keep_session, refusal_page
from console.web.oidc import leaving
from console.web.oidc.protocol import Journey, the_provider
from console.web.visitors import address_of, safe_target
from infoscreen_core.errors import InfoscreenError, NotAllowedError
from infoscreen_core.log import get_logger
from infoscreen_core.services.encryption import UnreadableSecretError, load_cipher
from infoscreen_core.services.people.lockout import Visitor
from infoscreen_core.services.people.provided import Admission, enter
from infoscreen_core.services.people.sign_in import Refused, SignedIn

COOKIE: Final = "infoscreen_journey"
PATH: Final = "/login/provider"
BACK: Final = f"{PATH}/back"
_SECONDS: Final = 600
_NO_STORE: Final = {"cache-control": "no-store"}
log = get_logger()


def begin(request: Request) -> Response:
    """Send the browser to the provider."""
    target = safe_target(request.query_params.get("next"))
    if not resources().settings.has_provider:
        return RedirectResponse("/login", status_code=303)
    journey = Journey.begin(target)
    try:
        address = the_provider().address(journey, _way_back(request))
    except InfoscreenError as error:
        return refusal_page(request, error, target)
    answer = RedirectResponse(address, status_code=303, headers=_NO_STORE)
    answer.set_cookie(
        COOKIE,
        load_cipher(resources().settings).encrypt(json.dumps(asdict(journey))),
        max_age=_SECONDS,
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


def come_back(request: Request) -> Response:
    """Sign in whom the provider sends back, or say why not."""
    journey = _journey(request)
    target = journey.next if journey else "/"
    try:
        outcome, id_token = _admit(request, journey)
    except OutageError as error:
        return refusal_page(request, explanation_of(error), target)
    except InfoscreenError as error:
        log.warning("oidc.refused", reason=str(error), cause=repr(error.__cause__))
        return refusal_page(request, error, target)
    if isinstance(outcome, Refused):
        return refusal_page(request, outcome.error, target)
    answer = RedirectResponse(target, status_code=303, headers=_NO_STORE)
    keep_session(answer, request, outcome)
    leaving.remember(answer, request, outcome, id_token)
    answer.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")
    return answer


def _admit(request: Request, journey: Journey | None) -> tuple[SignedIn | Refused, str]:
    asked = request.query_params
    if journey is None or asked.get("state") != journey.state or "code" not in asked:
        raise NotAllowedError("The sign-in took too long, or was cancelled. Try again.")
    settings = resources().settings
    identity, id_token = the_provider().identity(journey, asked["code"], _way_back(request))
    admission = Admission(settings.oidc_role_map, settings.oidc_create_users)
    agent = request.headers.get("user-agent")
    visitor = Visitor.of(identity.username, address_of(request), agent, None)
    outcome = write(lambda session: enter(session, identity, admission, visitor, now=now()))
    return outcome, id_token


def _journey(request: Request) -> Journey | None:
    kept = request.cookies.get(COOKIE)
    if kept:
        with suppress(UnreadableSecretError, ValueError, TypeError):
            return Journey(**json.loads(load_cipher(resources().settings).decrypt(kept)))
    return None


def _way_back(request: Request) -> str:
    return str(request.url.replace(path=BACK, query="", fragment=""))
