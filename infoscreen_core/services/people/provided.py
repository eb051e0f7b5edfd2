"""Signing in people whom an identity provider knows.

The provider says who it is and in which groups; the account, its role and whether it is active are
ours. Whoever comes for the first time gets an account if that is wanted; a name that an account
here has already is not theirs for that: an administrator links the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import User, UserIdentity
from infoscreen_core.db.queries.people import identities as queries
from infoscreen_core.db.queries.people import users as user_queries
from infoscreen_core.domain.people.names import checked_user_name
from infoscreen_core.domain.people.providers import ProvedIdentity, role_of
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import (
    ConflictError,
    InfoscreenError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import sign_in, user_list, users
from infoscreen_core.services.people.lockout import Visitor
from infoscreen_core.services.people.sign_in import Refused, SignedIn
from infoscreen_core.services.unique_names import taken_is

PROVIDER: Final = "oidc"
"""The source of what is done because the provider says so, as the audit trail names it."""
_NO_PASSWORD: Final = "!"  # noqa: S105 - no password has this hash
_NAME_LIMIT, _MAIL_LIMIT, _SUBJECT_LIMIT = 100, 254, 255


@dataclass(frozen=True, slots=True)
class Admission:
    """Who is let in, and as what."""

    roles: Mapping[str, Role]
    may_create: bool
    """Whether whoever comes for the first time gets an account."""


def enter(
    session: Session,
    identity: ProvedIdentity,
    admission: Admission,
    visitor: Visitor,
    *,
    now: datetime,
) -> SignedIn | Refused:
    """Begin a session, or refuse; commit in either case."""
    try:
        user = _account(session, identity, admission, now)
    except InfoscreenError as error:
        return Refused(error)
    return sign_in.begin(session, user, visitor, now=now)


def link(
    session: Session, user_id: int, issuer: str, subject: str, *, actor: Actor, now: datetime
) -> None:
    """Let a provider's person into an account that exists.

    Raises `NotFoundError` for an account that the actor may not manage, and `ConflictError` when
    the person has one.
    """
    view = user_list.get_view(session, user_id, actor=actor)
    if not issuer:
        raise InvalidInputError("There is no identity provider; set OIDC_ISSUER.", field="issuer")
    if not 1 <= len(subject) <= _SUBJECT_LIMIT:
        raise InvalidInputError(
            "A subject has 1 to {limit} characters; give it as the provider writes it.",
            field="subject",
            limit=_SUBJECT_LIMIT,
        )
    if queries.find_user(session, issuer, subject) is not None:
        raise ConflictError(
            "The provider's {subject} has an account already.", field="subject", subject=subject
        )
    user = user_queries.find_user(session, view.id)
    if user is None:
        raise NotFoundError("There is no user {name}.", field="username", name=view.username)
    _link(session, user, issuer, subject, actor, now)


def _account(
    session: Session, identity: ProvedIdentity, admission: Admission, now: datetime
) -> User:
    role = role_of(identity.groups, admission.roles)
    user = queries.find_user(session, identity.issuer, identity.subject)
    if user is not None and not user.is_active:
        raise NotAllowedError("This account is deactivated; ask an administrator.")
    if user is not None and user.role is Role.SUPERADMIN:
        return user  # whose role the provider neither gives nor takes
    if role is None:
        raise NotAllowedError(
            "Your account has no role in this program; ask an administrator for one."
        )
    if user is None:
        return _created(session, identity, role, admission, now)
    _follow(session, user, role, now)
    return user


def _created(
    session: Session, identity: ProvedIdentity, role: Role, admission: Admission, now: datetime
) -> User:
    if not admission.may_create:
        raise NotAllowedError("You have no account in this program; ask an administrator for one.")
    name = checked_user_name(identity.username)
    if user_queries.find_user_by_name(session, name):
        raise _taken(name)
    user = User(
        username=name,
        display_name=(identity.display_name or "")[:_NAME_LIMIT] or None,
        email=(identity.email or "")[:_MAIL_LIMIT] or None,
        password_hash=_NO_PASSWORD,
        role=role,
        created_at=now,
        updated_at=now,
    )
    with taken_is(session, _taken(name)):
        session.add(user)
    after = audit.audited_columns(user)
    actor = _provider(identity)
    audit.record(session, "user.created", "user", user.id, actor=actor, now=now, after=after)
    _link(session, user, identity.issuer, identity.subject, actor, now)
    return user


def _follow(session: Session, user: User, role: Role, now: datetime) -> None:
    """Give the role that the provider's groups give by now."""
    if user.role is role:
        return
    before, user.role = audit.audited_columns(user), role
    actor = Actor(None, PROVIDER, Role.SUPERADMIN, PROVIDER)
    users.record_change(session, "user.role_changed", user, before, actor=actor, now=now)


def _link(
    session: Session, user: User, issuer: str, subject: str, actor: Actor, now: datetime
) -> None:
    session.add(UserIdentity(user_id=user.id, issuer=issuer, subject=subject, linked_at=now))
    session.flush()
    after = {"issuer": issuer, "subject": subject}
    audit.record(session, "user.linked", "user", user.id, actor=actor, now=now, after=after)


def _provider(identity: ProvedIdentity) -> Actor:
    return Actor(None, identity.username[:64], Role.SUPERADMIN, PROVIDER)


def _taken(name: str) -> ConflictError:
    return ConflictError(
        "There is an account {name} here already, and nobody has said that it is yours; ask an "
        "administrator to link it.",
        name=name,
    )
