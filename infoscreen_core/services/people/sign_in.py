"""Signing in and out, and the sessions in between.

A failed sign-in is stored too (it counts towards the lockout), so it is a result, not an exception:
the caller commits in either case and then looks at what it got.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.engine import Reader
from infoscreen_core.db.models import EndedSession, User, UserSession
from infoscreen_core.db.queries.people import users as queries
from infoscreen_core.db.queries.people import visitors
from infoscreen_core.db.queries.people.visitors import PersonRow, SessionRow
from infoscreen_core.domain.people.sessions import SESSION_IDLE, SESSION_LIFE, SessionEnd
from infoscreen_core.domain.text.elapsed import is_ahead
from infoscreen_core.errors import InfoscreenError, LimitedError, NotAllowedError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import lockout, password_hashing, sign_in_steps
from infoscreen_core.services.people.drafts import DRAFT_LIFE
from infoscreen_core.services.people.lockout import (
    LOCKOUT_DURATION,
    LOCKOUT_WINDOW,
    Door,
    Visitor,
    storable,
)
from infoscreen_core.services.people.tokens import new_token, token_hash
from infoscreen_core.services.people.views import PersonView

TOUCH_INTERVAL: Final = timedelta(minutes=1)
MAX_PASSWORD_LENGTH: Final = 1024
"""Longer ones are wrong without being hashed."""

_KEPT: Final = timedelta(days=1)
"""How long what is over stays: a clock that was set ahead by mistake may be set back."""
_AGENT_LIMIT: Final = 255


@dataclass(frozen=True)
class SignedIn:
    """The session began; `token` goes into the cookie and is known nowhere else."""

    token: str
    user: PersonView
    expires_at: datetime
    device: str
    """What the browser's device cookie is to hold, so that it is known the next time."""


@dataclass(frozen=True)
class Refused:
    """Nobody was signed in; `error` says why, in a sentence for the person at the door."""

    error: InfoscreenError


class SecondFactorError(NotAllowedError):
    """The password was right, and the code of the second factor is to follow."""

    code = "second_factor"


@dataclass(frozen=True)
class CodeNeeded(Refused):
    """Not yet: the code has to follow within minutes (`second_step.give_code`)."""

    token: str
    """Stands for the password meanwhile; for the one who gave it alone."""


def sign_in(
    session: Session,
    username: str,
    password: str,
    *,
    ip: str,
    user_agent: str | None,
    device: str | None = None,
    now: datetime,
) -> SignedIn | Refused:
    """Begin a session, or refuse; commit in either case.

    `device` is what the browser's device cookie holds, if it has one.
    """
    visitor = Visitor.of(username, ip, user_agent, device)
    user = queries.find_user_by_name(session, visitor.name)
    door = lockout.door_of(session, visitor, user, now=now)
    locked_until = lockout.locked_until(session, door, now=now) or _turn_taken(session, door, now)
    if locked_until is not None:
        return Refused(locked(locked_until, now))
    if not is_right(user, password) or user is None:
        return _refuse_failure(session, visitor, door, user, now)
    if not user.is_active:
        _record(session, "user.sign_in_refused", user, visitor, now)
        return Refused(NotAllowedError("This account is deactivated; ask an administrator."))
    return _enter(session, user, password, visitor, door, now)


def find_session(session: Session, token: str, *, now: datetime) -> UserSession | None:
    """Return the session with its user if it is still good, else None; only reads."""
    found = session.get(UserSession, token_hash(token))
    return found if found and _is_good(found, now) else None


def find_person(reader: Reader, token: str, *, now: datetime) -> PersonView | None:
    """Return who is signed in with the token, None when its session is over; only reads."""
    found = visitors.find_by_session(reader, token_hash(token))
    if found is None or not _is_good(found, now):
        return None
    return person_view(found.user, is_touch_due=is_touch_due(found, now=now))


def person_view(user: User | PersonRow, *, is_touch_due: bool = False) -> PersonView:
    """Return a user as those see them for whom they act."""
    return PersonView(
        user.id,
        user.username,
        user.role,
        user.ui_language,
        is_touch_due=is_touch_due,
        notes_seen=user.notes_seen,
        must_change_password=user.password_given_at is not None,
        display_name=user.display_name,
        theme=user.ui_theme,
    )


def resume(session: Session, token: str, *, now: datetime) -> UserSession | None:
    """Return the session as `find_session` does, and note its use, at most once a minute."""
    found = find_session(session, token, now=now)
    if found and is_touch_due(found, now=now):
        found.last_seen_at = now
        found.expires_at = min(found.expires_at, now + SESSION_LIFE)  # the clock was set back
        session.flush()
    return found


def is_touch_due(found: UserSession | SessionRow, *, now: datetime) -> bool:
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
    lockout.purge(session, now=now)


def _turn_taken(session: Session, door: Door, now: datetime) -> datetime | None:
    """Wait for others who try the same at once; return when their lockout ends."""
    lockout.take_turn(session, door)
    return lockout.locked_until(session, door, now=now)


def locked(until: datetime, now: datetime) -> LimitedError:
    """Return what somebody is told who is locked out."""
    seconds = max(math.ceil((until - now).total_seconds()), 1)
    return LimitedError(
        "Too many failed attempts; try again in {minutes} min.",
        minutes=-(-seconds // 60),
        seconds=seconds,
    )


def is_right(user: User | None, password: str) -> bool:
    """Whether the password is the user's; for an unknown one it takes as long to say no."""
    if len(password) > MAX_PASSWORD_LENGTH:
        return False
    if user is None:
        password_hashing.spend_time(password)
        return False
    return password_hashing.is_password(password, user.password_hash)


def _refuse_failure(
    session: Session, visitor: Visitor, door: Door, user: User | None, now: datetime
) -> Refused:
    is_locked = lockout.note_failure(session, door, user, now=now)
    if user is not None:
        _record(session, "user.sign_in_failed", user, visitor, now)
    if user is not None and is_locked:
        _record(session, "user.locked_out", user, visitor, now)
    locked_until = lockout.locked_until(session, door, now=now)
    if locked_until:
        return Refused(locked(locked_until, now))
    return Refused(NotAllowedError("User name or password is wrong.", field="password"))


def _record(session: Session, action: str, user: User, visitor: Visitor, now: datetime) -> None:
    """Write down what somebody tried who may be anybody, under the name that they gave."""
    actor = Actor(None, visitor.name, user.role, visitor.address)
    audit.record(session, action, "user", user.id, actor=actor, now=now)
    session.flush()


def _enter(
    session: Session, user: User, password: str, visitor: Visitor, door: Door, now: datetime
) -> SignedIn | CodeNeeded:
    lockout.forgive(session, door, user, now=now)
    if password_hashing.needs_rehash(user.password_hash):
        user.password_hash = password_hashing.hash_password(password)
    if sign_in_steps.is_code_owed(session, user.id):
        error = SecondFactorError("Enter the code that your authenticator app shows.", field="code")
        return CodeNeeded(error, sign_in_steps.owe_code(session, user, now=now))
    return begin(session, user, visitor, now=now)


def begin(session: Session, user: User, visitor: Visitor, *, now: datetime) -> SignedIn:
    """Begin a session of a user who has shown who they are."""
    purge(session, now=now)
    user.last_login_at = now
    token = new_token()
    row = _new_session(token, user, visitor, now)
    session.add(row)
    device = lockout.remember(session, visitor, user, now=now)
    actor = Actor(user.id, user.username, user.role, visitor.address)
    audit.record(session, "user.signed_in", "user", user.id, actor=actor, now=now)
    session.flush()
    return SignedIn(token, person_view(user), row.expires_at, device)


def _new_session(token: str, user: User, visitor: Visitor, now: datetime) -> UserSession:
    return UserSession(
        token_hash=token_hash(token),
        user_id=user.id,
        created_at=now,
        last_seen_at=now,
        expires_at=now + SESSION_LIFE,
        ip=visitor.address,
        user_agent=storable(visitor.user_agent or "", _AGENT_LIMIT) or None,
    )


def _is_good(found: UserSession | SessionRow, now: datetime) -> bool:
    return (
        now < found.expires_at and now - found.last_seen_at < SESSION_IDLE and found.user.is_active
    )
