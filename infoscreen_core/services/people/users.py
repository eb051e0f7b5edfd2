"""People who sign in: create, role, password, deactivate.

Admins neither see nor touch superadmins, and nobody changes their own role or status, or resets
their own password as an admin: `change_own_password` asks for the old one.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.models import User
from infoscreen_core.db.queries import users as queries
from infoscreen_core.domain.people.names import checked_user_name
from infoscreen_core.domain.people.passwords import check_new_password
from infoscreen_core.domain.people.roles import Role, may_manage
from infoscreen_core.domain.people.sessions import SessionEnd
from infoscreen_core.domain.setup.settings_keys import parse_setting
from infoscreen_core.domain.text.names import normalised
from infoscreen_core.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    Refusals,
)
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import api_tokens, password_hashing, sign_in
from infoscreen_core.services.unique_names import taken_is


def list_users(session: Session, *, actor: Actor) -> list[User]:
    """Return the users whom the actor may manage, by name."""
    actor.require(Role.ADMIN)
    return [user for user in queries.list_users(session) if may_manage(actor.role, user.role)]


def list_helpers(session: Session, role: Role) -> list[str]:
    """Return the names of the people of this role, for whoever has to ask one of them.

    Superadmins are nobody's business: of them, no name is told.
    """
    return [] if role is Role.SUPERADMIN else queries.list_names(session, role)


def get_user_by_name(session: Session, username: str, *, actor: Actor) -> User:
    """Return the user of this name; raise `NotFoundError` unless the actor may manage them."""
    return _managed(queries.find_user_by_name(session, normalised(username)), username, actor)


def create_user(
    session: Session, username: str, password: str, role: Role, *, actor: Actor, now: datetime
) -> User:
    """Create a user with a role that the actor may give.

    Raises `InvalidInputError` for a name or password that will not do, and `ConflictError` for a
    name that is taken.
    """
    _require_may_manage(actor, role)
    name, refusals = username, Refusals()
    with refusals:
        name = checked_user_name(username)
    with refusals:
        check_new_password(password, username=name)
    refusals.raise_any()
    if queries.find_user_by_name(session, name):
        raise _taken(name)
    user = User(
        username=name,
        password_hash=password_hashing.hash_password(password),
        role=role,
        last_password_change_at=now,
        created_at=now,
        updated_at=now,
    )
    with taken_is(session, _taken(name)):
        session.add(user)
    after = audit.audited_columns(user)
    audit.record(session, "user.created", "user", user.id, actor=actor, now=now, after=after)
    return user


def set_password(
    session: Session, user_id: int, password: str, *, actor: Actor, now: datetime
) -> User:
    """Give another user a new password; their sessions and their lockout end."""
    user = _get_other(session, user_id, actor)
    _store_password(session, user, password, actor=actor, now=now)
    return user


def change_own_password(
    session: Session, *, current: str, new: str, actor: Actor, now: datetime
) -> User:
    """Change the actor's own password; all their sessions end, this one too."""
    user = queries.find_user(session, actor.user_id or 0, is_locked=True)
    if user is None:
        raise NotFoundError("This account is not in the list of users.")
    if not password_hashing.is_password(current, user.password_hash):
        raise InvalidInputError("The current password is wrong.", field="current_password")
    if current == new:
        raise InvalidInputError(
            "The new password is the old one; choose another.", field="password"
        )
    _store_password(session, user, new, actor=actor, now=now)
    return user


def set_role(session: Session, user_id: int, role: Role, *, actor: Actor, now: datetime) -> User:
    """Give another user a role that the actor may give."""
    user = _get_other(session, user_id, actor)
    _require_may_manage(actor, role)
    if role is not Role.SUPERADMIN:
        _refuse_if_last_superadmin(session, user)
    before, user.role = audit.audited_columns(user), role
    _record(session, "user.role_changed", user, before, actor=actor, now=now)
    return user


def deactivate_user(session: Session, user_id: int, *, actor: Actor, now: datetime) -> User:
    """Lock another user out until somebody reactivates them; sessions and tokens end at once."""
    user = _get_other(session, user_id, actor)
    _refuse_if_last_superadmin(session, user)
    before = audit.audited_columns(user)
    user.is_active, user.deactivated_at, user.deactivated_by = False, now, actor.user_id
    sign_in.end_sessions(session, user, SessionEnd.DEACTIVATED, now=now)
    api_tokens.revoke_all(session, user, actor=actor, now=now)
    _record(session, "user.deactivated", user, before, actor=actor, now=now)
    return user


def reactivate_user(session: Session, user_id: int, *, actor: Actor, now: datetime) -> User:
    """Let a deactivated user sign in again."""
    user = _get_other(session, user_id, actor)
    before = audit.audited_columns(user)
    user.is_active, user.deactivated_at, user.deactivated_by = True, None, None
    sign_in.unlock(session, user)
    _record(session, "user.reactivated", user, before, actor=actor, now=now)
    return user


def set_language(session: Session, language: str | None, *, actor: Actor, now: datetime) -> User:
    """Choose the language of the actor's own console; None follows the installation's."""
    user = queries.find_user(session, actor.user_id or 0)
    if user is None:
        raise NotFoundError("This account is not in the list of users.")
    before = audit.audited_columns(user)
    user.ui_language = language and parse_setting("ui_language", language)
    _record(session, "user.language_changed", user, before, actor=actor, now=now)
    return user


def _store_password(
    session: Session, user: User, password: str, *, actor: Actor, now: datetime
) -> None:
    check_new_password(password, username=user.username)
    before = audit.audited_columns(user)
    user.password_hash = password_hashing.hash_password(password)
    user.last_password_change_at = now
    sign_in.unlock(session, user)
    sign_in.end_sessions(session, user, SessionEnd.PASSWORD_CHANGED, now=now)
    _record(session, "user.password_changed", user, before, actor=actor, now=now)


def _get_other(session: Session, user_id: int, actor: Actor) -> User:
    # The superadmins, too: whether one of them is the last must hold until the commit. And the
    # actor, to whose row the audit trail points: two who change each other would wait for ever.
    queries.lock_with_superadmins(session, [user_id, actor.user_id or 0])
    user = _managed(queries.find_user(session, user_id), user_id, actor)
    if user.id == actor.user_id:
        raise NotAllowedError(
            "Nobody changes their own role, status or password here; ask another administrator."
        )
    return user


def _managed(user: User | None, reference: object, actor: Actor) -> User:
    actor.require(Role.ADMIN)
    if user is None or not may_manage(actor.role, user.role):
        raise NotFoundError("There is no user {name}.", field="username", name=reference)
    return user


def _require_may_manage(actor: Actor, role: Role) -> None:
    actor.require(Role.ADMIN)
    if not may_manage(actor.role, role):
        raise NotAllowedError(
            "Only a superadmin may give the role {role}.", field="role", role=role
        )


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


def _record(
    session: Session,
    action: str,
    user: User,
    before: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    user.updated_at = now
    session.flush()
    audit.record(
        session,
        action,
        "user",
        user.id,
        actor=actor,
        now=now,
        before=before,
        after=audit.audited_columns(user),
    )
