"""What one person may do to another's account, and why not: one rule for pages, API and services.

Nobody changes their own role or status, deletes themselves, or resets their own password here.
Administrators neither see nor touch superadmins. Only superadmins delete for good.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from infoscreen_core.domain.people.roles import Role, has_at_least, may_manage
from infoscreen_core.errors import ConflictError, InfoscreenError, NotAllowedError, NotFoundError


class UserAction(StrEnum):
    """What is done to an account."""

    VIEW = "view"
    EDIT = "edit"
    """Names and mail address."""
    SET_PASSWORD = "set_password"  # noqa: S105 - an action, not a password
    SET_ROLE = "set_role"
    UNLOCK = "unlock"
    """Let them try again to sign in, after too many wrong passwords."""
    END_SESSIONS = "end_sessions"
    DEACTIVATE = "deactivate"
    REACTIVATE = "reactivate"
    DELETE = "delete"
    """For good."""


class Account(Protocol):
    """The facts on which it depends what may be done."""

    @property
    def id(self) -> int: ...  # noqa: D102
    @property
    def username(self) -> str: ...  # noqa: D102
    @property
    def role(self) -> Role: ...  # noqa: D102
    @property
    def is_active(self) -> bool: ...  # noqa: D102
    @property
    def failed_login_attempts(self) -> int: ...  # noqa: D102
    @property
    def locked_until(self) -> datetime | None: ...  # noqa: D102


_NEEDED: Final[Mapping[UserAction, Role]] = MappingProxyType({UserAction.DELETE: Role.SUPERADMIN})
"""The roles that actions need, where `ADMIN` is not enough."""


def refusal_of(
    action: UserAction, account: Account, *, actor_id: int | None, role: Role
) -> InfoscreenError | None:
    """Return why somebody of this role may not do it, in a sentence; None if they may.

    `actor_id` is their own account, None for the command line and for programs. An account that
    they may not see does not exist for them: that is a `NotFoundError`.
    """
    if not has_at_least(role, Role.ADMIN):
        return _needs(Role.ADMIN, role)
    if not may_manage(role, account.role):
        return NotFoundError("There is no user {name}.", field="username", name=account.id)
    if account.id == actor_id and (refusal := _refusal_to_oneself(action)):
        return refusal
    needed = _NEEDED.get(action, Role.ADMIN)
    if not has_at_least(role, needed):
        return _needs(needed, role)
    return _collision(action, account)


def allowed_actions(account: Account, *, actor_id: int | None, role: Role) -> frozenset[UserAction]:
    """Return what somebody of this role may do to the account; nothing if they may not see it."""
    return frozenset(
        action
        for action in UserAction
        if refusal_of(action, account, actor_id=actor_id, role=role) is None
    )


def _refusal_to_oneself(action: UserAction) -> NotAllowedError | None:
    match action:
        case UserAction.SET_PASSWORD:
            return NotAllowedError(
                "Nobody resets their own password here; change it in your account, where the "
                "current one is asked for."
            )
        case UserAction.SET_ROLE:
            return NotAllowedError("Nobody changes their own role; ask another administrator.")
        case UserAction.DEACTIVATE | UserAction.REACTIVATE:
            return NotAllowedError("Nobody changes their own status; ask another administrator.")
        case UserAction.DELETE:
            return NotAllowedError("Nobody deletes themselves; ask another super administrator.")
        case _:
            return None


def _needs(needed: Role, own: Role) -> NotAllowedError:
    return NotAllowedError("This needs the role {role}; yours is {own}.", role=needed, own=own)


def _collision(action: UserAction, account: Account) -> InfoscreenError | None:
    name = account.username
    if action is UserAction.DEACTIVATE and not account.is_active:
        return ConflictError("{name} is deactivated already.", name=name)
    if action is UserAction.REACTIVATE and account.is_active:
        return ConflictError("{name} is active already.", name=name)
    is_locked = account.failed_login_attempts or account.locked_until
    if action is UserAction.UNLOCK and not is_locked:
        return ConflictError("Nobody failed to sign in as {name} lately.", name=name)
    return None
