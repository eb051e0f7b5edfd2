"""Why somebody has to sign in again, in words."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit

from console.i18n import N_, _
from infoscreen_core.domain.people.sessions import SESSION_IDLE, SESSION_LIFE, SessionEnd

PASSWORD_PATH: Final = "/password"  # noqa: S105 - an address, not a password
"""Where people choose a password of their own who were given theirs."""
_HOUR: Final = timedelta(hours=1)
_WORDS: Final[dict[SessionEnd, str]] = {
    SessionEnd.IDLE: N_("You were signed out because nothing was done here for {idle} hours."),
    SessionEnd.EXPIRED: N_("You were signed out because you signed in {life} hours ago."),
    SessionEnd.SIGNED_OUT: N_("You signed out in another tab or window of this browser."),
    SessionEnd.PASSWORD_CHANGED: N_("Your password was changed; sign in with the new one."),
    SessionEnd.DEACTIVATED: N_("This account was deactivated; ask an administrator."),
    SessionEnd.ENDED: N_("You were signed out from elsewhere: by yourself or by an administrator."),
    SessionEnd.DELETED: N_("This account was deleted; ask an administrator."),
    SessionEnd.GUESSED: N_(
        "You were signed out because the current password was wrong too often; sign in again."
    ),
    SessionEnd.OVER: N_("Your session is over."),
}


def session_end_sentence(end: SessionEnd) -> str:
    """Return why the session is over, in a sentence for the person at the door."""
    hours = {"idle": SESSION_IDLE // _HOUR, "life": SESSION_LIFE // _HOUR}
    return _(_WORDS[end], **hours)


def sign_in_address(page: str, query: Mapping[str, str], end: SessionEnd | None) -> str:
    """Return the address of the sign-in page that leads back to this page of ours, and says why."""
    path = urlsplit(page).path or "/"
    wanted = f"{path}?{urlencode(query)}" if query else path
    asked = ({"next": wanted} if wanted != "/" else {}) | ({"ended": end.value} if end else {})
    return f"/login?{urlencode(asked, safe='/')}" if asked else "/login"


def password_address(page: str, query: Mapping[str, str]) -> str:
    """Return the address of the page for a password of one's own, which leads on to this page."""
    path = urlsplit(page).path or "/"
    wanted = f"{path}?{urlencode(query)}" if query else path
    return (
        f"{PASSWORD_PATH}?{urlencode({'next': wanted}, safe='/')}"
        if wanted != "/"
        else PASSWORD_PATH
    )


def way_back_sentence() -> str:
    """Return what is there again after signing in."""
    return _(
        "Then you are back where you were. What you were typing in the form of an event or of the "
        "settings is kept for an hour."
    )
