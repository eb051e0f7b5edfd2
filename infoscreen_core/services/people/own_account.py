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
from infoscreen_core.domain.people.themes import Theme
from infoscreen_core.domain.setup.settings_keys import parse_setting
from infoscreen_core.errors import InvalidInputError, NotFoundError, Refusals
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import password_hashing, sign_in
from infoscreen_core.services.people.lockout import Visitor
from infoscreen_core.services.people.sign_in import SignedIn
from infoscreen_core.services.people.users import record_change, store_password
from infoscreen_core.services.people.views import PersonView


def get_confirmed(session: Session, password: str, *, actor: Actor) -> User:
    """Return the actor's own account, locked until the commit, since the password is theirs.

    So that a browser left open is not enough for what outlasts its session. Raises
    `InvalidInputError` on `current_password` for a wrong one.
    """
    user = _own(session, actor)
    if not password_hashing.is_password(password, user.password_hash):
        raise InvalidInputError("The current password is wrong.", field="current_password")
    return user


def change_own_password(
    session: Session, *, current: str, new: str, actor: Actor, now: datetime
) -> PersonView:
    """Change the actor's own password; all their sessions end, this one too.

    Raises `InvalidInputError` when `current` is wrong or `new` will not do.
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
    user = get_confirmed(session, current, actor=actor)
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


def _own(session: Session, actor: Actor) -> User:
    user = queries.find_user(session, actor.user_id or 0, is_locked=True)
    if user is None:
        raise NotFoundError("This account is not in the list of users.")
    return user
