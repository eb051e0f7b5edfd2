"""`/api/auth`: signing in and out, and who one is."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from console.i18n import _
from console.identity import identity_in
from console.runtime import now, read_session, store
from console.web.api.base import answer
from console.web.api.callers import Caller, ChangesAsNewcomer, ReadsAsNewcomer
from console.web.api.languages import spoken
from console.web.api.models.auth import Credentials, Done, Me, NewPassword, SignedIn
from console.web.door.sign_in import attempt, forget_session, keep_session
from console.web.origins import ForeignOriginError, comes_from_page, csrf_token, is_own_page
from console.web.visitors import address_of
from infoscreen_core.errors import InfoscreenError, NotAllowedError
from infoscreen_core.services.people import own_account, sign_in
from infoscreen_core.services.people.sign_in import Refused, SecondFactorError

router = APIRouter(prefix="/auth", tags=["auth"])


class WrongCredentialsError(NotAllowedError):
    """Name or password is wrong, or the account is deactivated."""

    code = "signed_out"


@router.post(
    "/login",
    summary="Sign in",
    operation_id="login",
    response_model=SignedIn,
    responses={
        401: {
            "description": "Name or password is wrong, the account is deactivated, or (code "
            "`second_factor`) the code of the second factor is missing."
        }
    },
)
def login(request: Request, credentials: Credentials) -> Response:
    """Begin a session; its cookie comes in the header `Set-Cookie`.

    A page shows `csrfToken` with every change; programs need not.
    """
    if comes_from_page(request) and not is_own_page(request):
        raise ForeignOriginError("This request came from another site.")
    outcome = attempt(request, credentials.username, credentials.password, credentials.code or None)
    if isinstance(outcome, Refused):
        raise _told(outcome.error)
    with read_session() as session:
        identity = identity_in(session, outcome.token, now=now())
    caller = Caller(identity, address_of(request), None, is_read_only=False, secret=outcome.token)
    with spoken(request):
        body = SignedIn(
            success=True,
            message=_("You are signed in."),
            expires_at=outcome.expires_at,
            csrf_token=csrf_token(outcome.token),
            user=_me(caller),
        )
    begun = answer(body)
    keep_session(begun, request, outcome)
    return begun


@router.post("/logout", summary="Sign out", operation_id="logout", response_model=Done)
def logout(request: Request, caller: ChangesAsNewcomer) -> Response:
    """End the session, here and in the database."""
    _require_session(caller)
    store(lambda session: sign_in.sign_out(session, caller.secret, now=now()))
    with spoken(request):
        done = answer(Done(success=True, message=_("You are signed out.")))
    forget_session(done)
    return done


@router.get("/me", summary="Who am I?", operation_id="getMe", response_model=Me)
def me(caller: ReadsAsNewcomer) -> Response:
    """Return who calls, and what a page has to show when it changes something."""
    return answer(_me(caller))


@router.put(
    "/change-password",
    summary="Change my password",
    operation_id="changePassword",
    response_model=Done,
)
def change_password(
    request: Request, caller: ChangesAsNewcomer, passwords: NewPassword
) -> Response:
    """Change one's own password; every session ends, this one too."""
    caller.change(
        lambda session, actor, at: own_account.change_own_password(
            session,
            current=passwords.current_password,
            new=passwords.new_password,
            actor=actor,
            now=at,
        )
    )
    with spoken(request):
        done = answer(Done(success=True, message=_("The password is changed. Sign in anew.")))
    forget_session(done)
    return done


def _me(caller: Caller) -> Me:
    who = caller.identity
    return Me(
        id=who.user_id,
        username=who.username,
        role=who.role,
        language=who.language,
        must_change_password=who.must_change_password,
        csrf_token=caller.csrf_token,
        token_id=caller.token_id,
        is_read_only=caller.is_read_only,
    )


def _require_session(caller: Caller) -> None:
    if caller.token_id is not None:
        raise NotAllowedError("An API token has no session to end; revoke it under “My account”.")


def _told(error: InfoscreenError) -> InfoscreenError:
    """Return what is said at the door: there, nobody is signed in yet."""
    if not isinstance(error, NotAllowedError) or isinstance(error, SecondFactorError):
        return error
    return WrongCredentialsError(error.template, field=error.field, **error.params)
