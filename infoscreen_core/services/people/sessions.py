"""Signed-in browsers: a person sees and ends their own, administrators those of others."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import User, UserSession
from infoscreen_core.db.queries.people import sessions as queries
from infoscreen_core.db.queries.people import users as user_queries
from infoscreen_core.domain.people.sessions import SESSION_IDLE, SessionEnd
from infoscreen_core.domain.people.user_actions import UserAction
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import permissions
from infoscreen_core.services.people.tokens import token_hash
from infoscreen_core.services.people.views import SessionView

_HANDLE_LENGTH: Final = 16


def list_sessions(
    session: Session, user_id: int, *, actor: Actor, now: datetime, token: str | None = None
) -> Sequence[SessionView]:
    """Return the user's open sessions, the one used last first.

    `token` is that of the session that asks, so that it can be told from the others. Raises
    `NotFoundError` for a user whom the actor may not see.
    """
    _reachable(session, user_id, actor, UserAction.VIEW)
    current = token_hash(token) if token else None
    return [_view(row, current) for row in _rows(session, user_id, now)]


def end_session(
    session: Session, user_id: int, handle: str, *, actor: Actor, now: datetime
) -> None:
    """End one session of the user at once; raise `NotFoundError` when it is over already."""
    user = _reachable(session, user_id, actor, UserAction.END_SESSIONS)
    for row in _rows(session, user_id, now):
        if _handle(row) == handle:
            _end(session, row.token_hash, now)
            _record(session, user, 1, actor, now)
            return
    raise NotFoundError("This session is over already.", field="handle")


def end_all_sessions(
    session: Session, user_id: int, *, actor: Actor, now: datetime, besides: str | None = None
) -> int:
    """End the user's sessions at once, except that of the token `besides`; return how many."""
    user = _reachable(session, user_id, actor, UserAction.END_SESSIONS)
    kept = token_hash(besides) if besides else None
    digests = sorted(row.token_hash for row in _rows(session, user_id, now))
    count = sum(_end(session, digest, now) for digest in digests if digest != kept)
    if count:
        _record(session, user, count, actor, now)
    return count


def _reachable(session: Session, user_id: int, actor: Actor, action: UserAction) -> User:
    user = user_queries.find_user(session, user_id)
    if user is None:
        raise NotFoundError("There is no user {name}.", field="username", name=user_id)
    if user.id != actor.user_id:
        permissions.require(actor, user, action)
    return user


def _rows(session: Session, user_id: int, now: datetime) -> Sequence[UserSession]:
    return queries.list_sessions(session, user_id, now=now, used_since=now - SESSION_IDLE)


def _end(session: Session, digest: str, now: datetime) -> bool:
    return user_queries.end_session(session, digest, SessionEnd.ENDED, at=now)


def _record(session: Session, user: User, count: int, actor: Actor, now: datetime) -> None:
    session.flush()
    audit.record(
        session,
        "user.sessions_ended",
        "user",
        user.id,
        actor=actor,
        now=now,
        after={"sessions": count},
    )
    session.flush()


def _handle(row: UserSession) -> str:
    # Not the stored digest itself: it stays where the tokens are looked up.
    return sha256(row.token_hash.encode()).hexdigest()[:_HANDLE_LENGTH]


def _view(row: UserSession, current: str | None) -> SessionView:
    return SessionView(
        handle=_handle(row),
        began_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        address=row.ip,
        user_agent=row.user_agent,
        is_current=row.token_hash == current,
    )
