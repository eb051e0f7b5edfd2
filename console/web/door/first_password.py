"""The page that stands before all others for somebody whose password was given to them."""

from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.i18n import _
from console.runtime import OutageError, change_of
from console.web.door import page as door_page
from console.web.door.page import DoorForm, Input
from console.web.door.sign_in import keep_session
from console.web.origins import may_send_form
from console.web.visitors import (
    address_of,
    find_visitor,
    safe_target,
    session_token,
    visitor_of,
)
from console.words.people.sessions import PASSWORD_PATH
from infoscreen_core.domain.people.passwords import MAX_LENGTH, MIN_LENGTH
from infoscreen_core.errors import InfoscreenError, InvalidInputError
from infoscreen_core.services.people import own_account
from infoscreen_core.services.people.own_account import WrongPasswordError
from infoscreen_core.services.people.sign_in import SignedIn


def show(request: Request) -> Response:
    """Show the form; whoever has a password of their own already goes on."""
    target = safe_target(request.query_params.get("next"))
    try:
        person = find_visitor(request)
    except OutageError as error:
        return door_page.unavailable(request, error, lambda message: _page(target, message))
    if person is None or not person.must_change_password:
        return RedirectResponse(target, status_code=303)
    return door_page.draw(request, lambda: _page(target, _why(person.username)))


async def submit(request: Request) -> Response:
    """Store the password of the person's own choice and go on, with a new session."""
    if not may_send_form(request):
        return door_page.foreign()
    if refusal := door_page.too_large(request):
        return refusal
    return await run_in_threadpool(_change, request, await door_page.texts_of(request))


def _change(request: Request, texts: dict[str, str]) -> Response:
    target = safe_target(texts.get("next"))
    try:
        begun = _store(request, texts)
    except WrongPasswordError:
        # The field above says what it is to be here: nobody has a password of their own yet.
        wrong = InvalidInputError("The password that you were given is wrong.", field="current")
        return door_page.refused(request, wrong, lambda message: _page(target, message))
    except OutageError as error:
        return door_page.unavailable(request, error, lambda message: _page(target, message))
    except InfoscreenError as error:
        return door_page.refused(request, error, lambda message: _page(target, message))
    answer = RedirectResponse(target, status_code=303, headers={"cache-control": "no-store"})
    keep_session(answer, request, begun)
    return answer


def _store(request: Request, texts: dict[str, str]) -> SignedIn:
    new = texts.get("new", "")
    if new != texts.get("again", ""):
        raise InvalidInputError("The two new passwords differ; type them again.", field="again")
    return change_of(
        session_token(request) or "",
        lambda session, actor, at: own_account.change_password_and_stay(
            session,
            current=texts.get("current", ""),
            new=new,
            visitor=visitor_of(request),
            actor=actor,
            now=at,
        ),
        address=lambda: address_of(request),
    )


def _page(target: str, message: str) -> DoorForm:
    hint = _(
        "{low} to {high} characters; four random words are easy to keep in mind.",
        low=MIN_LENGTH,
        high=MAX_LENGTH,
    )
    return DoorForm(
        PASSWORD_PATH,
        _("Choose your password"),
        _("Save password"),
        (
            Input("current", _("Password that you were given"), has_focus=True),
            Input(
                "new", _("New password"), autocomplete="new-password", most=MAX_LENGTH, hint=hint
            ),
            Input("again", _("New password again"), autocomplete="new-password", most=MAX_LENGTH),
        ),
        message,
        hidden={"next": target},
        asked={"next": target} if target != "/" else {},
        below=_way_out(),
    )


def _why(username: str) -> str:
    why = _(
        "You are signed in as {name}. Others know the password that you were given, so choose one "
        "of your own; then you go on.",
        name=username,
    )
    return f'<p class="why" role="status">{escape(why)}</p>'


def _way_out() -> str:
    return (
        '<form method="post" action="/logout" class="out">'
        f'<button type="submit">{escape(_("Sign out"))}</button></form>'
    )
