"""The second step of the sign-in page: the code of an app, or a recovery code."""

from html import escape
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request

from console.i18n import _
from console.runtime import Session, now, resources
from console.web.door.page import DoorForm, Input
from console.web.visitors import visitor_of
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.encryption import load_cipher
from infoscreen_core.services.people.codes import second_step as service
from infoscreen_core.services.people.sign_in import Refused, SignedIn

FIELD: Final = "step"
"""Of the form: the token that stands for the password given before."""
_LONGEST: Final = 32


def give(session: Session, request: Request, token: str, code: str) -> SignedIn | Refused:
    """Begin the session that the password was given for; commit in either case."""
    if not code.strip():
        return Refused(InvalidInputError("Enter the code.", field="code"))
    try:
        cipher = load_cipher(resources().settings)
    except InvalidInputError as error:  # of the file with the key; nobody at the door mends it
        return Refused(error)
    return service.give_code(
        session, token, code, visitor=visitor_of(request), cipher=cipher, now=now()
    )


def page(token: str, target: str, message: str = "") -> DoorForm:
    """Return the form that asks for the code; `target` is where to go on."""
    hint = _("The six digits that your authenticator app shows now, or one of your recovery codes.")
    code = Input(
        "code",
        _("Code"),
        kind="text",
        autocomplete="one-time-code",
        most=_LONGEST,
        hint=hint,
        has_focus=True,
    )
    asked = {"next": target} if target != "/" else {}
    return DoorForm(
        "/login",
        _("Second factor"),
        _("Go on"),
        (code,),
        message,
        hidden={FIELD: token, "next": target},
        asked=asked,
        below=_way_back(asked),
    )


def _way_back(asked: dict[str, str]) -> str:
    address = escape(f"/login?{urlencode(asked)}" if asked else "/login")
    text = escape(_("Sign in with another account"))
    return f'<p class="back"><a href="{address}">{text}</a></p>'
