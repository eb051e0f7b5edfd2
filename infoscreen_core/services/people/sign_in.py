"""Signing in and out, and the sessions in between.

A failed sign-in is stored too (it counts towards the lockout), so it is a result, not an exception:
the caller commits in either case and then looks at what it got.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import EndedSession, LoginFailure, User, UserSession
from infoscreen_core.db.queries import users as queries
from infoscreen_core.domain.people.names import NAME_LIMIT
from infoscreen_core.domain.people.sessions import SESSION_IDLE, SESSION_LIFE, SessionEnd
from infoscreen_core.domain.text.elapsed import CLOCK_SLACK, is_ahead
from infoscreen_core.domain.text.names import normalised
from infoscreen_core.errors import InfoscreenError, LimitedError, NotAllowedError
from infoscreen_core.services import audit, turns
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import password_hashing
from infoscreen_core.services.people.drafts import DRAFT_LIFE
from infoscreen_core.services.people.tokens import new_token, token_hash
from infoscreen_core.services.people.views import PersonView

LOCKOUT_WINDOW: Final = timedelta(minutes=15)
LOCKOUT_DURATION: Final = timedelta(minutes=15)
FAILURES_PER_NAME: Final = 5
FAILURES_PER_ADDRESS: Final = 20
TOUCH_INTERVAL: Final = timedelta(minutes=1)
MAX_PASSWORD_LENGTH: Final = 1024
"""Longer ones are wrong without being hashed."""

_KEPT: Final = timedelta(days=1)
"""How long what is over stays: a clock that was set ahead by mistake may be set back."""
_ADDRESS_LIMIT, _AGENT_LIMIT = 45, 255


@dataclass(frozen=True)
class SignedIn:
    """The session began; `token` goes into the cookie and is known nowhere else."""

    token: str
    user: User
    expires_at: datetime


@dataclass(frozen=True)
class Refused:
    """Nobody was signed in; `error` says why, in a sentence for the person at the door."""

    error: InfoscreenError


@dataclass(frozen=True)
class _Visitor:
    name: str
    ip: str
    user_agent: str | None


def sign_in(
    session: Session,
    username: str,
    password: str,
    *,
    ip: str,
    user_agent: str | None,
    now: datetime,
) -> SignedIn | Refused:
    """Begin a session, or refuse; commit in either case."""
    visitor = _Visitor(
        _storable(normalised(username), NAME_LIMIT), _storable(ip, _ADDRESS_LIMIT), user_agent
    )
    locked_until = _locked_until(session, visitor, now) or _turn_taken(session, visitor, now)
    if locked_until is not None:
        return Refused(_locked(locked_until, now))
    user = queries.find_user_by_name(session, visitor.name)
    if not _is_right(user, password) or user is None:
        return _refuse_failure(session, visitor, user, now)
    if not user.is_active:
        return Refused(NotAllowedError("This account is deactivated; ask an administrator."))
    return _begin(session, user, password, visitor, now)


def find_session(session: Session, token: str, *, now: datetime) -> UserSession | None:
    """Return the session with its user if it is still good, else None; only reads."""
    found = session.get(UserSession, token_hash(token))
    return found if found and _is_good(found, now) else None


def find_person(session: Session, token: str, *, now: datetime) -> PersonView | None:
    """Return who is signed in with the token, None when its session is over; only reads."""
    found = find_session(session, token, now=now)
    if found is None:
        return None
    user = found.user
    due = is_touch_due(found, now=now)
    return PersonView(
        user.id,
        user.username,
        user.role,
        user.ui_language,
        is_touch_due=due,
        notes_seen=user.notes_seen,
    )


def resume(session: Session, token: str, *, now: datetime) -> UserSession | None:
    """Return the session as `find_session` does, and note its use, at most once a minute."""
    found = find_session(session, token, now=now)
    if found and is_touch_due(found, now=now):
        found.last_seen_at = now
        found.expires_at = min(found.expires_at, now + SESSION_LIFE)  # the clock was set back
        session.flush()
    return found


def is_touch_due(found: UserSession, *, now: datetime) -> bool:
    """Whether a session should be resumed in a writing transaction, so that it stays good."""
    seen_at = found.last_seen_at
    return now - seen_at >= TOUCH_INTERVAL or is_ahead(seen_at, now=now)


def sign_out(session: Session, token: str, *, now: datetime) -> None:
    """End the session; an unknown token changes nothing."""
    found = session.get(UserSession, token_hash(token))
    if found is None:
        return
    user = found.user
    session.expunge(found)
    if not queries.end_session(session, found.token_hash, SessionEnd.SIGNED_OUT, at=now):
        return
    actor = Actor(user.id, user.username, user.role, found.ip or "unknown")
    audit.record(session, "user.signed_out", "user", user.id, actor=actor, now=now)
    session.flush()


def end_sessions(session: Session, user: User, cause: SessionEnd, *, now: datetime) -> int:
    """End every session of a user at once; return how many there were."""
    return queries.end_sessions_of(session, user.id, cause, at=now)


def why_over(session: Session, token: str, *, now: datetime) -> SessionEnd | None:
    """Return why the token is good no more, None while it is; only reads."""
    found = session.get(UserSession, token_hash(token))
    if found is None:
        ended = session.get(EndedSession, token_hash(token))
        return ended.cause if ended else SessionEnd.OVER
    if _is_good(found, now):
        return None
    if not found.user.is_active:
        return SessionEnd.DEACTIVATED
    return SessionEnd.EXPIRED if now >= found.expires_at else SessionEnd.IDLE


def purge(session: Session, *, now: datetime) -> None:
    """Delete sessions that have long been over, failures that no longer count, and old drafts."""
    before = now - _KEPT
    queries.delete_expired_sessions(session, now=before, idle_since=before - SESSION_IDLE)
    queries.delete_ended_sessions(session, before=before)
    queries.delete_drafts(session, before=now - DRAFT_LIFE)
    queries.delete_failures(session, before=now - LOCKOUT_WINDOW - LOCKOUT_DURATION)


def unlock(session: Session, user: User) -> None:
    """Forget a user's failed sign-ins."""
    user.failed_login_attempts, user.locked_until = 0, None
    queries.delete_failures_of(session, user.username.lower())


def _locked_until(session: Session, visitor: _Visitor, now: datetime) -> datetime | None:
    """Return when the lockout of name or address ends; unknown names are locked like others."""
    by_address = queries.list_failures(
        session, ip=visitor.ip, until=now + CLOCK_SLACK, limit=FAILURES_PER_ADDRESS
    )
    ends = (
        _name_locked_until(session, visitor, now),
        _lockout_end(by_address, FAILURES_PER_ADDRESS),
    )
    return max((end for end in ends if end is not None and end > now), default=None)


def _turn_taken(session: Session, visitor: _Visitor, now: datetime) -> datetime | None:
    """Wait for others who try the same name or address at once; return when their lockout ends."""
    turns.take_for_sign_in(session, visitor.name.lower(), visitor.ip)
    return _locked_until(session, visitor, now)


def _name_locked_until(session: Session, visitor: _Visitor, now: datetime) -> datetime | None:
    by_name = queries.list_failures(
        session, username=visitor.name.lower(), until=now + CLOCK_SLACK, limit=FAILURES_PER_NAME
    )
    return _lockout_end(by_name, FAILURES_PER_NAME)


def _lockout_end(newest_first: list[datetime], threshold: int) -> datetime | None:
    if len(newest_first) < threshold or newest_first[0] - newest_first[-1] >= LOCKOUT_WINDOW:
        return None
    return newest_first[0] + LOCKOUT_DURATION


def _locked(until: datetime, now: datetime) -> LimitedError:
    minutes = -(-int((until - now).total_seconds()) // 60)
    return LimitedError(
        "Too many failed attempts; try again in {minutes} min.", minutes=max(minutes, 1)
    )


def _is_right(user: User | None, password: str) -> bool:
    if len(password) > MAX_PASSWORD_LENGTH:
        return False
    if user is None:
        password_hashing.spend_time(password)
        return False
    return password_hashing.is_password(password, user.password_hash)


def _refuse_failure(
    session: Session, visitor: _Visitor, user: User | None, now: datetime
) -> Refused:
    session.add(LoginFailure(ip=visitor.ip, username=visitor.name.lower()[:NAME_LIMIT], at=now))
    session.flush()
    if user is not None:
        _note_failure(session, user, visitor, now)
    locked_until = _locked_until(session, visitor, now)
    if locked_until:
        return Refused(_locked(locked_until, now))
    return Refused(NotAllowedError("User name or password is wrong.", field="password"))


def _note_failure(session: Session, user: User, visitor: _Visitor, now: datetime) -> None:
    user.failed_login_attempts += 1
    user.last_failed_login_at = now
    user.locked_until = _name_locked_until(session, visitor, now)
    if user.locked_until:
        actor = Actor(None, visitor.name, user.role, visitor.ip)
        audit.record(session, "user.locked_out", "user", user.id, actor=actor, now=now)
    session.flush()


def _begin(
    session: Session, user: User, password: str, visitor: _Visitor, now: datetime
) -> SignedIn:
    purge(session, now=now)
    unlock(session, user)
    user.last_login_at = now
    if password_hashing.needs_rehash(user.password_hash):
        user.password_hash = password_hashing.hash_password(password)
    token = new_token()
    row = _new_session(token, user, visitor, now)
    session.add(row)
    actor = Actor(user.id, user.username, user.role, visitor.ip)
    audit.record(session, "user.signed_in", "user", user.id, actor=actor, now=now)
    session.flush()
    return SignedIn(token, user, row.expires_at)


def _new_session(token: str, user: User, visitor: _Visitor, now: datetime) -> UserSession:
    return UserSession(
        token_hash=token_hash(token),
        user_id=user.id,
        created_at=now,
        last_seen_at=now,
        expires_at=now + SESSION_LIFE,
        ip=visitor.ip,
        user_agent=_storable(visitor.user_agent or "", _AGENT_LIMIT) or None,
    )


def _is_good(found: UserSession, now: datetime) -> bool:
    return (
        now < found.expires_at and now - found.last_seen_at < SESSION_IDLE and found.user.is_active
    )


def _storable(text: str, limit: int) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "?")[:limit]
