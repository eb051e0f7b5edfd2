"""What people do to their own accounts."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import User
from infoscreen_core.db.queries.people import users as queries
from infoscreen_core.domain.people.names import (
    checked_display_name,
    checked_email,
    searched_text,
)
from infoscreen_core.domain.people.sessions import SessionEnd
from infoscreen_core.domain.people.themes import Theme
from infoscreen_core.domain.setup.settings_keys import parse_setting
from infoscreen_core.errors import (
    InvalidInputError,
    LimitedError,
    NotedError,
    NotFoundError,
    Refusals,
)
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import api_tokens, lockout, sign_in
from infoscreen_core.services.people.lockout import FAILURES_PER_NAME, Visitor
from infoscreen_core.services.people.sign_in import SignedIn
from infoscreen_core.services.people.users import record_change, store_password
from infoscreen_core.services.people.views import PersonView


class WrongPasswordError(InvalidInputError, NotedError):
    """The current password was asked for, and another one given."""


class GuessingError(LimitedError, NotedError):
    """It was wrong too often: the session, or the API token, is over."""


def get_confirmed(session: Session, password: str, *, actor: Actor, now: datetime) -> User:
    """Return the actor's own account, locked until the commit, since the password is theirs.

    So that a browser left open is not enough for what outlasts its session. Whoever has somebody's
    session may not guess for long either: wrong passwords are counted as at the door, and the last
    of too many ends the session, or API token, in which it was tried.

    Call it before anything is written: a wrong password is a `NotedError`. Raises
    `WrongPasswordError` on `current_password`, `GuessingError` for the last one, and `LimitedError`
    for those who tried at the same moment.
    """
    user = _own(session, actor)
    door = lockout.door_within(user, actor)
    locked_until = lockout.locked_until(session, door, now=now)
    if locked_until is not None:
        raise sign_in.locked(locked_until, now)
    if not sign_in.is_right(user, password):
        is_last = lockout.note_failure(session, door, user, now=now)
        audit.record(session, "user.password_refused", "user", user.id, actor=actor, now=now)
        raise _shut_out(session, user, actor, now) if is_last else _wrong()
    lockout.forgive(session, door, user, now=now)
    return user


def change_own_password(
    session: Session, *, current: str, new: str, actor: Actor, now: datetime
) -> PersonView:
    """Change the actor's own password; all their sessions end, this one too.

    Raises what `get_confirmed` does, and `InvalidInputError` when `new` will not do.
    """
    return sign_in.person_view(_change_password(session, current, new, actor=actor, now=now))


def change_password_and_stay(
    session: Session, *, current: str, new: str, visitor: Visitor, actor: Actor, now: datetime
) -> SignedIn:
    """Change the actor's own password as `change_own_password` does; begin a session anew."""
    user = _change_password(session, current, new, actor=actor, now=now)
    return sign_in.begin(session, user, visitor, now=now)


def set_language(
    session: Session, language: str | None, *, actor: Actor, now: datetime
) -> PersonView:
    """Choose the language of the actor's own console; None follows the installation's."""

    def change(user: User) -> None:
        user.ui_language = language and parse_setting("ui_language", language)

    return _changed(session, "user.language_changed", change, actor=actor, now=now)


def set_theme(session: Session, theme: Theme | None, *, actor: Actor, now: datetime) -> PersonView:
    """Choose how bright the actor's own console is; None follows their machine."""

    def change(user: User) -> None:
        user.ui_theme = theme

    return _changed(session, "user.theme_changed", change, actor=actor, now=now)


def edit_own_profile(
    session: Session,
    *,
    display_name: str | None,
    email: str | None,
    actor: Actor,
    now: datetime,
) -> PersonView:
    """Change the actor's own name and mail address; the user name is an administrator's business.

    Raises `InvalidInputError` for those that will not do.
    """
    refusals = Refusals()
    with refusals:
        display_name = checked_display_name(display_name)
    with refusals:
        email = checked_email(email)
    refusals.raise_any()

    def change(user: User) -> None:
        user.display_name, user.email = display_name, email
        user.search_text = searched_text(user.username, display_name, email)

    return _changed(session, "user.edited", change, actor=actor, now=now)


def _change_password(
    session: Session, current: str, new: str, *, actor: Actor, now: datetime
) -> User:
    user = get_confirmed(session, current, actor=actor, now=now)
    if current == new:
        raise InvalidInputError(
            "The new password is the old one; choose another.", field="password"
        )
    before = audit.audited_columns(user)
    store_password(session, user, new, given_at=None, now=now)
    record_change(session, "user.password_changed", user, before, actor=actor, now=now)
    return user


def _changed(
    session: Session,
    audited_as: str,
    change: Callable[[User], None],
    *,
    actor: Actor,
    now: datetime,
) -> PersonView:
    user = _own(session, actor)
    before = audit.audited_columns(user)
    change(user)
    record_change(session, audited_as, user, before, actor=actor, now=now)
    return sign_in.person_view(user)


def _wrong() -> WrongPasswordError:
    return WrongPasswordError("The current password is wrong.", field="current_password")


def _shut_out(session: Session, user: User, actor: Actor, now: datetime) -> GuessingError:
    """End what the actor showed to get in; return what they are told."""
    shown = actor.shown or ""
    audit.record(session, "user.guessing_stopped", "user", user.id, actor=actor, now=now)
    if api_tokens.revoke_shown(session, shown, actor=actor, now=now):
        return GuessingError(
            "The current password was wrong {count} times, so this API token has ended.",
            count=FAILURES_PER_NAME,
        )
    queries.end_session(session, shown, SessionEnd.GUESSED, at=now)
    session.flush()
    return GuessingError(
        "The current password was wrong {count} times, so this session is over; sign in again.",
        count=FAILURES_PER_NAME,
    )


def _own(session: Session, actor: Actor) -> User:
    user = queries.find_user(session, actor.user_id or 0, is_locked=True)
    if user is None:
        raise NotFoundError("This account is not in the list of users.")
    return user
