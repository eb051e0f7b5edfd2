"""People who sign in: created, changed, deactivated, deleted; `user_list` finds them.

What may be done to whom stands in `domain.people.user_actions`. What people do to their own
accounts stands in `own_account`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from infoscreen_core.db.models import User
from infoscreen_core.db.queries.people import deletions
from infoscreen_core.db.queries.people import users as queries
from infoscreen_core.domain.people.names import (
    checked_display_name,
    checked_email,
    checked_user_name,
    searched_text,
)
from infoscreen_core.domain.people.passwords import check_new_password
from infoscreen_core.domain.people.roles import Role, may_manage
from infoscreen_core.domain.people.sessions import SessionEnd
from infoscreen_core.domain.people.user_actions import UserAction
from infoscreen_core.domain.text.names import normalised
from infoscreen_core.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    Refusals,
)
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import (
    api_tokens,
    lockout,
    password_hashing,
    permissions,
    sessions,
    sign_in,
)
from infoscreen_core.services.people.tokens import new_password
from infoscreen_core.services.people.user_list import get_view, unknown_user
from infoscreen_core.services.people.views import (
    CreatedUser,
    DeletionEffects,
    NewUser,
    UserEdit,
    UserView,
)
from infoscreen_core.services.unique_names import taken_is

_Given = TypeVar("_Given", NewUser, UserEdit)


def create_user(session: Session, new: NewUser, *, actor: Actor, now: datetime) -> CreatedUser:
    """Create a user with a role that the actor may give.

    A password that somebody else knows, because it is random or a person gave it, has to be changed
    at the first sign-in; one that the command line or the installation gives is the user's own.

    Raises `InvalidInputError` for names, a mail address or a password that will not do, and
    `ConflictError` for a name that is taken.
    """
    _require_may_give(actor, new.role)
    checked = _checked(new, new.password)
    if queries.find_user_by_name(session, checked.username):
        raise _taken(checked.username)
    password = new_password() if checked.password is None else checked.password
    user = User(
        username=checked.username,
        display_name=checked.display_name,
        email=checked.email,
        password_hash=password_hashing.hash_password(password),
        role=checked.role,
        last_password_change_at=now,
        password_given_at=now if _is_known_to_others(new.password, actor) else None,
        created_at=now,
        created_by=actor.user_id,
        updated_at=now,
    )
    with taken_is(session, _taken(checked.username)):
        session.add(user)
    after = audit.audited_columns(user)
    audit.record(session, "user.created", "user", user.id, actor=actor, now=now, after=after)
    is_random = checked.password is None
    return CreatedUser(get_view(session, user.id, actor=actor), password if is_random else None)


def edit_user(
    session: Session, user_id: int, edit: UserEdit, *, actor: Actor, now: datetime
) -> UserView:
    """Give a user other names or another mail address; raise what `create_user` does."""
    checked = _checked(edit)

    def change(user: User) -> None:
        namesake = queries.find_user_by_name(session, checked.username)
        if namesake is not None and namesake.id != user.id:
            raise _taken(checked.username)
        with taken_is(session, _taken(checked.username)):
            user.username = checked.username
            user.display_name, user.email = checked.display_name, checked.email
            user.search_text = searched_text(checked.username, checked.display_name, checked.email)

    return _changed(session, user_id, UserAction.EDIT, "user.edited", change, actor=actor, now=now)


def set_password(
    session: Session, user_id: int, password: str | None = None, *, actor: Actor, now: datetime
) -> CreatedUser:
    """Give another user a new password, a random one if none is given.

    Their sessions, API tokens and lockout end. Who has to change it is as with `create_user`.
    """
    chosen = password if password is not None else new_password()
    is_known = _is_known_to_others(password, actor)

    def change(user: User) -> None:
        store_password(session, user, chosen, given_at=now if is_known else None, now=now)
        api_tokens.revoke_all(session, user, actor=actor, now=now)

    view = _changed(
        session,
        user_id,
        UserAction.SET_PASSWORD,
        "user.password_changed",
        change,
        actor=actor,
        now=now,
    )
    return CreatedUser(view, chosen if password is None else None)


def set_role(
    session: Session, user_id: int, role: Role, *, actor: Actor, now: datetime
) -> UserView:
    """Give another user a role that the actor may give."""

    def change(user: User) -> None:
        _require_may_give(actor, role)
        if role is not Role.SUPERADMIN:
            _refuse_if_last_superadmin(session, user)
        user.role = role

    return _changed(
        session, user_id, UserAction.SET_ROLE, "user.role_changed", change, actor=actor, now=now
    )


def deactivate_user(session: Session, user_id: int, *, actor: Actor, now: datetime) -> UserView:
    """Lock another user out until somebody reactivates them; sessions and tokens end at once."""

    def change(user: User) -> None:
        _refuse_if_last_superadmin(session, user)
        user.is_active, user.deactivated_at, user.deactivated_by = False, now, actor.user_id
        sign_in.end_sessions(session, user, SessionEnd.DEACTIVATED, now=now)
        api_tokens.revoke_all(session, user, actor=actor, now=now)

    return _changed(
        session, user_id, UserAction.DEACTIVATE, "user.deactivated", change, actor=actor, now=now
    )


def reactivate_user(session: Session, user_id: int, *, actor: Actor, now: datetime) -> UserView:
    """Let a deactivated user sign in again."""

    def change(user: User) -> None:
        user.is_active, user.deactivated_at, user.deactivated_by = True, None, None
        lockout.unlock(session, user)

    return _changed(
        session, user_id, UserAction.REACTIVATE, "user.reactivated", change, actor=actor, now=now
    )


def unlock_user(session: Session, user_id: int, *, actor: Actor, now: datetime) -> UserView:
    """Forget wrong passwords, so that whoever has the right one may try again at once."""

    def change(user: User) -> None:
        lockout.unlock(session, user)

    return _changed(
        session, user_id, UserAction.UNLOCK, "user.unlocked", change, actor=actor, now=now
    )


def deletion_effects(
    session: Session, user_id: int, *, actor: Actor, now: datetime
) -> DeletionEffects:
    """Return what would go with an account, for a person to know before they delete it."""
    view = get_view(session, user_id, actor=actor)
    shared = deletions.count_views(session, view.id, is_shared=True)
    return DeletionEffects(
        sessions=len(sessions.list_sessions(session, view.id, actor=actor, now=now)),
        views=shared + deletions.count_views(session, view.id, is_shared=False),
        shared_views=shared,
        works=deletions.count_works(session, view.id),
    )


def delete_user(
    session: Session, user_id: int, *, typed_name: str, actor: Actor, now: datetime
) -> None:
    """Delete an account for good; what the person made stays, and the audit keeps their name.

    Raises `InvalidInputError` unless `typed_name` is the user name.
    """
    user = _locked(session, user_id, actor)
    permissions.require(actor, user, UserAction.DELETE)
    _refuse_if_last_superadmin(session, user)
    if normalised(typed_name) != user.username:
        raise InvalidInputError(
            "Type the user name {name} exactly, to delete this account for good.",
            field="typed_name",
            name=user.username,
        )
    before = audit.audited_columns(user)
    sign_in.end_sessions(session, user, SessionEnd.DELETED, now=now)
    api_tokens.revoke_all(session, user, actor=actor, now=now)
    lockout.unlock(session, user)
    session.flush()
    session.delete(user)
    session.flush()
    audit.record(session, "user.deleted", "user", user_id, actor=actor, now=now, before=before)


def store_password(
    session: Session, user: User, password: str, *, given_at: datetime | None, now: datetime
) -> None:
    """Store a checked password; sessions, lockout and known browsers of the user end."""
    check_new_password(password, username=user.username)
    user.password_hash = password_hashing.hash_password(password)
    user.last_password_change_at, user.password_given_at = now, given_at
    lockout.unlock(session, user)
    lockout.forget_origins(session, user)
    sign_in.end_sessions(session, user, SessionEnd.PASSWORD_CHANGED, now=now)


def record_change(
    session: Session,
    action: str,
    user: User,
    before: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Note who changed the account, and write the audit row."""
    user.updated_at, user.updated_by = now, actor.user_id
    session.flush()
    after = audit.audited_columns(user)
    audit.record(session, action, "user", user.id, actor=actor, now=now, before=before, after=after)


def _changed(
    session: Session,
    user_id: int,
    action: UserAction,
    audited_as: str,
    change: Callable[[User], None],
    *,
    actor: Actor,
    now: datetime,
) -> UserView:
    """Do to a user what the actor may do; return them as they are then."""
    user = _locked(session, user_id, actor)
    permissions.require(actor, user, action)
    before = audit.audited_columns(user)
    change(user)
    record_change(session, audited_as, user, before, actor=actor, now=now)
    return get_view(session, user_id, actor=actor)


def _locked(session: Session, user_id: int, actor: Actor) -> User:
    # The superadmins, too: whether one of them is the last must hold until the commit. And the
    # actor, to whose row the audit trail points: two who change each other would wait for ever.
    queries.lock_with_superadmins(session, [user_id, actor.user_id or 0])
    _confirm_actor(session, actor)
    user = queries.find_user(session, user_id)
    if user is None:
        actor.require(Role.ADMIN)
        raise unknown_user(user_id)
    return user


def _confirm_actor(session: Session, actor: Actor) -> None:
    """Refuse somebody whom another was faster to deactivate, delete or give a lower role."""
    if actor.user_id is None:
        return
    own = queries.find_user(session, actor.user_id)
    if own is None or not own.is_active or own.role is not actor.role:
        raise NotAllowedError("Your own account was changed just now; sign in again.")


def _checked(given: _Given, password: str | None = None) -> _Given:
    """Return names and mail address as they are stored; say all that is wrong together."""
    refusals = Refusals()
    name, display_name, email = given.username, given.display_name, given.email
    with refusals:
        name = checked_user_name(name)
    with refusals:
        display_name = checked_display_name(display_name)
    with refusals:
        email = checked_email(email)
    if password is not None:
        with refusals:
            check_new_password(password, username=name)
    refusals.raise_any()
    return replace(given, username=name, display_name=display_name, email=email)


def _require_may_give(actor: Actor, role: Role) -> None:
    actor.require(Role.ADMIN)
    if not may_manage(actor.role, role):
        raise NotAllowedError(
            "Only a superadmin may give the role {role}.", field="role", role=role
        )


def _is_known_to_others(password: str | None, actor: Actor) -> bool:
    return password is None or actor.is_person


def _refuse_if_last_superadmin(session: Session, user: User) -> None:
    if user.role is not Role.SUPERADMIN or not user.is_active:
        return
    if not queries.has_superadmin(session, is_active=True, besides=user.id):
        raise ConflictError(
            "{name} is the last active superadmin; make another one first.", name=user.username
        )


def _taken(name: str) -> ConflictError:
    return ConflictError(
        "There is a user called {name} already; choose another name.", field="username", name=name
    )
