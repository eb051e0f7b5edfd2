"""API tokens: a person's scripts show one instead of a password.

A token does what its owner may at that moment, or less; it ends on its day, when it is revoked, and
when its owner is deactivated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.engine import Reader
from infoscreen_core.db.models import ApiToken, User
from infoscreen_core.db.queries.people import api_tokens as queries
from infoscreen_core.db.queries.people import users as user_queries
from infoscreen_core.db.queries.people import visitors
from infoscreen_core.domain.people.api_tokens import (
    PREFIX,
    Scope,
    check_expiry,
    checked_token_name,
    has_shape,
    hint_of,
)
from infoscreen_core.domain.people.roles import Role, may_manage
from infoscreen_core.domain.text.elapsed import is_ahead
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.errors import ConflictError, NotAllowedError, NotFoundError, Refusals
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people.sign_in import person_view
from infoscreen_core.services.people.tokens import new_token, token_hash
from infoscreen_core.services.people.views import PersonView
from infoscreen_core.services.system_settings import get_setting

MOST_TOKENS: Final = 50
"""Of one person; more of them nobody could tell apart."""
USE_INTERVAL: Final = timedelta(minutes=1)
_ADDRESS_LIMIT: Final = 45
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as readers see it: never the secret."""

    id: int
    user_id: int
    name: str
    scope: Scope
    hint: str
    """How the secret begins, after `isk_`."""
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    """Exact to a minute."""
    last_used_address: str | None

    def is_expired(self, *, now: datetime) -> bool:
        """Whether it opens nothing any more."""
        return now >= self.expires_at


@dataclass(frozen=True, slots=True)
class WantedToken:
    """What somebody says of a token before it is made."""

    name: str
    scope: Scope
    expires_on: date
    """The last day, in the installation's zone."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; `secret` is known nowhere else and is to be shown once."""

    secret: str
    view: TokenView


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a request speaks for that came with a token."""

    person: PersonView
    token_id: int
    scope: Scope
    is_use_due: bool
    """Whether `note_use` should be called, in a writing transaction."""


def create_token(
    session: Session, name: str, scope: Scope, expires_on: date, *, actor: Actor, now: datetime
) -> NewToken:
    """Make a token for the actor, good until the end of the day in the installation's zone.

    Raises `InvalidInputError` for a name or day that will not do, and `ConflictError` for a name
    that the person gave already, or when they have `MOST_TOKENS`.
    """
    if actor.user_id is None:
        raise NotAllowedError("Tokens belong to people; sign in to make one.")
    wanted = WantedToken(name, scope, expires_on)
    return _create(session, actor.user_id, wanted, actor=actor, now=now)


def create_token_for(
    session: Session, user_id: int, wanted: WantedToken, *, actor: Actor, now: datetime
) -> NewToken:
    """Make a token for somebody, as the command line may and no person for another.

    Raises what `create_token` does, and `NotFoundError` for an unknown user.
    """
    if actor.is_person:
        raise NotAllowedError("Nobody makes a token that speaks for somebody else.")
    actor.require(Role.SUPERADMIN)
    return _create(session, user_id, wanted, actor=actor, now=now)


def list_tokens(
    session: Session, *, actor: Actor, user_id: int | None = None
) -> Sequence[TokenView]:
    """Return the tokens of the actor, or of a user whom they manage; the newest first."""
    owner = _reachable(session, actor.user_id if user_id is None else user_id, actor)
    return [_view(row) for row in queries.list_of(session, owner.id)]


def revoke_token(session: Session, token_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete a token of the actor, or of a user whom they manage; it opens nothing any more."""
    row = session.get(ApiToken, token_id)
    if row is None:
        raise _no_token()
    try:
        _reachable(session, row.user_id, actor)
    except NotFoundError:
        raise _no_token() from None
    _delete(session, row, actor, now)


def revoke_all(session: Session, user: User, *, actor: Actor, now: datetime) -> int:
    """Delete every token of a user, as on deactivation; return how many there were."""
    rows = queries.list_of(session, user.id)
    for row in rows:
        _delete(session, row, actor, now)
    return len(rows)


def revoke_shown(session: Session, digest: str, *, actor: Actor, now: datetime) -> bool:
    """Delete the token whose digest this is; return whether there was one."""
    row = queries.find_by_hash(session, digest)
    if row is None:
        return False
    _delete(session, row, actor, now)
    return True


def find_bearer(reader: Reader, secret: str, *, now: datetime) -> Bearer | None:
    """Return whom the token speaks for; None when it opens nothing. Only reads."""
    row = visitors.find_by_token(reader, token_hash(secret)) if has_shape(secret) else None
    if row is None or now >= row.expires_at or not row.user.is_active:
        return None
    is_use_due = _is_use_due(row.last_used_at, now)
    return Bearer(person_view(row.user), row.id, row.scope, is_use_due=is_use_due)


def note_use(session: Session, token_id: int, *, address: str, now: datetime) -> None:
    """Store when and from where a token was used, at most once a minute."""
    row = session.get(ApiToken, token_id)
    if row is not None and _is_use_due(row.last_used_at, now):
        row.last_used_at, row.last_used_address = now, address[:_ADDRESS_LIMIT]
        session.flush()


def _create(
    session: Session, user_id: int, wanted: WantedToken, *, actor: Actor, now: datetime
) -> NewToken:
    zone = load_zone(str(get_setting(session, "default_timezone")))
    name = _checked_name(wanted, to_local(now, zone).date())
    owner = _locked_owner(session, user_id)
    _refuse_more(session, owner, name)
    secret = PREFIX + new_token()
    row = ApiToken(
        user=owner,
        name=name,
        scope=wanted.scope,
        token_hash=token_hash(secret),
        hint=hint_of(secret),
        created_at=now,
        expires_at=localize(datetime.combine(wanted.expires_on + _DAY, time()), zone),
    )
    session.add(row)
    session.flush()
    after = audit.audited_columns(row)
    _record(session, "api_token.created", row.id, actor, now, after=after)
    return NewToken(secret, _view(row))


def _checked_name(wanted: WantedToken, today: date) -> str:
    name, refusals = wanted.name, Refusals()
    with refusals:
        name = checked_token_name(wanted.name)
    with refusals:
        check_expiry(wanted.expires_on, today=today)
    refusals.raise_any()
    return name


def _locked_owner(session: Session, user_id: int) -> User:
    # Locked, so that two who make the last one at once make one too many between them.
    owner = user_queries.find_user(session, user_id, is_locked=True)
    if owner is None:
        raise NotFoundError("This account is not in the list of users.")
    if not owner.is_active:
        raise ConflictError(
            "{name} is deactivated; reactivate the account first.", name=owner.username
        )
    return owner


def _refuse_more(session: Session, owner: User, name: str) -> None:
    rows = queries.list_of(session, owner.id)
    if any(row.name == name for row in rows):
        raise ConflictError(
            "There is a token called {name} already; choose another name.", field="name", name=name
        )
    if len(rows) >= MOST_TOKENS:
        raise ConflictError("There are {count} tokens already; revoke one first.", count=len(rows))


def _reachable(session: Session, user_id: int | None, actor: Actor) -> User:
    """Return the actor themself, or a user whom they manage; raise `NotFoundError`."""
    user = user_queries.find_user(session, user_id or 0)
    if user is None or (user.id != actor.user_id and not may_manage(actor.role, user.role)):
        raise NotFoundError("There is no user {name}.", field="username", name=user_id)
    return user


def _no_token() -> NotFoundError:
    return NotFoundError("There is no such token any more.")


def _delete(session: Session, row: ApiToken, actor: Actor, now: datetime) -> None:
    before = audit.audited_columns(row)
    session.delete(row)
    session.flush()
    _record(session, "api_token.revoked", row.id, actor, now, before=before)


def _record(
    session: Session,
    action: str,
    token_id: int,
    actor: Actor,
    now: datetime,
    **states: dict[str, Any],
) -> None:
    audit.record(session, action, "api_token", token_id, actor=actor, now=now, **states)


def _is_use_due(used_at: datetime | None, now: datetime) -> bool:
    return used_at is None or now - used_at >= USE_INTERVAL or is_ahead(used_at, now=now)


def _view(row: ApiToken) -> TokenView:
    return TokenView(
        row.id,
        row.user_id,
        row.name,
        row.scope,
        row.hint,
        row.created_at,
        row.expires_at,
        row.last_used_at,
        row.last_used_address,
    )
