"""Who may do what to whose account: every pair of roles, every action."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product

import pytest

from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.user_actions import UserAction, allowed_actions, refusal_of
from infoscreen_core.errors import ConflictError, NotAllowedError, NotFoundError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import permissions


@dataclass(frozen=True)
class Somebody:
    id: int
    username: str
    role: Role
    is_active: bool = True
    failed_login_attempts: int = 1
    locked_until: datetime | None = None


OWN, OTHER = 1, 2
EVERYTHING = frozenset(UserAction)
SHOWN = frozenset({UserAction.VIEW, UserAction.EDIT, UserAction.UNLOCK, UserAction.END_SESSIONS})
ALWAYS_REFUSED = {True: UserAction.REACTIVATE, False: UserAction.DEACTIVATE}
"""By whether the account is active already."""


def _expected(own: Role, other: Role, *, is_self: bool, is_active: bool) -> frozenset[UserAction]:
    if own in {Role.USER, Role.EDITOR} or (own is Role.ADMIN and other is Role.SUPERADMIN):
        return frozenset()
    if is_self:
        return SHOWN
    found = EVERYTHING - {ALWAYS_REFUSED[is_active]}
    return found if own is Role.SUPERADMIN else found - {UserAction.DELETE}


@pytest.mark.parametrize(
    ("own", "other", "is_self", "is_active"),
    list(product(Role, Role, (True, False), (True, False))),
)
def test_the_whole_table(own: Role, other: Role, is_self: bool, is_active: bool) -> None:
    account = Somebody(OWN if is_self else OTHER, "anna", other, is_active)
    expected = _expected(own, other, is_self=is_self, is_active=is_active)
    assert allowed_actions(account, actor_id=OWN, role=own) == expected
    actor = Actor(OWN, "boss", own, "10.0.0.1")
    assert permissions.what_may(actor, account) == expected
    for action in UserAction:
        assert (permissions.why_not(actor, account, action) is None) == (action in expected)


def test_the_command_line_is_nobodys_account() -> None:
    account = Somebody(OWN, "anna", Role.SUPERADMIN)
    found = allowed_actions(account, actor_id=None, role=Role.SUPERADMIN)
    assert found == EVERYTHING - {UserAction.REACTIVATE}


def test_the_reason_is_the_one_that_matters_most() -> None:
    anna = Somebody(OTHER, "anna", Role.SUPERADMIN, is_active=False)
    delete, deactivate = UserAction.DELETE, UserAction.DEACTIVATE
    assert isinstance(refusal_of(delete, anna, actor_id=OWN, role=Role.EDITOR), NotAllowedError)
    hidden = refusal_of(delete, anna, actor_id=OWN, role=Role.ADMIN)
    assert isinstance(hidden, NotFoundError)
    assert "anna" not in str(hidden)
    known = refusal_of(deactivate, anna, actor_id=OWN, role=Role.SUPERADMIN)
    assert isinstance(known, ConflictError)
    assert "anna" in str(known)


def test_there_is_something_to_unlock_only_after_failures() -> None:
    anna = Somebody(OTHER, "anna", Role.USER, failed_login_attempts=0)
    unlock = UserAction.UNLOCK
    assert isinstance(refusal_of(unlock, anna, actor_id=OWN, role=Role.ADMIN), ConflictError)
    locked = replace(anna, locked_until=datetime(2026, 11, 23, tzinfo=UTC))
    assert refusal_of(unlock, locked, actor_id=OWN, role=Role.ADMIN) is None
