"""Reads of users, their sessions and their failed sign-ins."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import EndedSession, FormDraft, LoginFailure, User, UserSession
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.sessions import SessionEnd

_MAX_ID: Final = 2**31 - 1
"""The databases take no larger number for an id."""


def find_user(session: Session, user_id: int, *, is_locked: bool = False) -> User | None:
    """Return the user or None; `is_locked` keeps others from changing it until the commit."""
    if user_id > _MAX_ID:
        return None
    if is_locked:
        return session.get(User, user_id, with_for_update=True, populate_existing=True)
    return session.get(User, user_id)


def lock_with_superadmins(session: Session, user_ids: Collection[int]) -> None:
    """Lock these users and every superadmin, in the order of their ids, and read them anew."""
    known = [one for one in user_ids if one <= _MAX_ID]
    wanted = or_(User.id.in_(known), User.role == Role.SUPERADMIN)
    query = select(User).where(wanted).order_by(User.id).with_for_update()
    session.scalars(query.execution_options(populate_existing=True)).all()


def end_session(session: Session, digest: str, cause: SessionEnd, *, at: datetime) -> bool:
    """Delete one session and keep why; return whether it was there."""
    result = session.execute(delete(UserSession).where(UserSession.token_hash == digest))
    was_there = bool(result.rowcount)  # type: ignore[attr-defined]
    if was_there:
        session.add(EndedSession(token_hash=digest, cause=cause, ended_at=at))
    return was_there


def find_user_by_name(session: Session, username: str) -> User | None:
    """Return the user of this name in any case, or None; the exact one first."""
    # SQLite's lower() knows ASCII only: there an umlaut has to be typed in the right case.
    query = select(User).where(
        or_(User.username == username, func.lower(User.username) == username.lower())
    )
    found = list(session.scalars(query))
    return next((user for user in found if user.username == username), None) or next(
        iter(found), None
    )


def has_superadmin(
    session: Session, *, is_active: bool | None = None, besides: int | None = None
) -> bool:
    """Whether there is a superadmin (an active one, another than `besides`)."""
    query = select(User.id).where(User.role == Role.SUPERADMIN)
    if is_active is not None:
        query = query.where(User.is_active == is_active)
    if besides is not None:
        query = query.where(User.id != besides)
    return session.scalar(query.limit(1)) is not None


def first_superadmin(session: Session) -> User:
    """Return the oldest superadmin, preferably active; raise `NoResultFound` without any."""
    query = (
        select(User).where(User.role == Role.SUPERADMIN).order_by(User.is_active.desc(), User.id)
    )
    return session.scalars(query.limit(1)).one()


def list_failures(
    session: Session,
    *,
    until: datetime,
    limit: int,
    username: str | None = None,
    ip: str | None = None,
) -> list[datetime]:
    """Return times of failed sign-ins by (lower-case) name or address, newest first."""
    query = select(LoginFailure.at).where(LoginFailure.at <= until)
    query = query.order_by(LoginFailure.at.desc()).limit(limit)
    if username is not None:
        query = query.where(LoginFailure.username == username)
    if ip is not None:
        query = query.where(LoginFailure.ip == ip)
    return list(session.scalars(query))


def delete_failures(session: Session, *, before: datetime) -> None:
    """Delete failed sign-ins older than `before`."""
    session.execute(delete(LoginFailure).where(LoginFailure.at < before))


def delete_failures_of(session: Session, username: str) -> None:
    """Delete the failed sign-ins of a name (in lower case)."""
    session.execute(delete(LoginFailure).where(LoginFailure.username == username))


def end_sessions_of(session: Session, user_id: int, cause: SessionEnd, *, at: datetime) -> int:
    """Delete every session of a user and keep why; return how many there were."""
    query = select(UserSession.token_hash).where(UserSession.user_id == user_id)
    digests = sorted(session.scalars(query))
    return sum(end_session(session, digest, cause, at=at) for digest in digests)


def delete_ended_sessions(session: Session, *, before: datetime) -> None:
    """Forget why sessions are over that ended before."""
    session.execute(delete(EndedSession).where(EndedSession.ended_at < before))


def delete_draft(session: Session, user_id: int, form: str) -> None:
    """Delete what somebody was typing in a form."""
    session.execute(delete(FormDraft).where(FormDraft.user_id == user_id, FormDraft.form == form))


def delete_drafts(session: Session, *, before: datetime) -> None:
    """Delete what people were typing before."""
    session.execute(delete(FormDraft).where(FormDraft.saved_at < before))


def list_all_names(session: Session) -> list[str]:
    """Return the names of all users, active or not."""
    return list(session.scalars(select(User.username)))


def list_names(session: Session, role: Role) -> list[str]:
    """Return the names of the active users who have this very role, in their order."""
    query = select(User.username).where(User.role == role, User.is_active)
    return list(session.scalars(query.order_by(func.lower(User.username), User.id)))


def delete_expired_sessions(session: Session, *, now: datetime, idle_since: datetime) -> None:
    """Delete sessions that are over, or unused since `idle_since`."""
    session.execute(
        delete(UserSession).where(
            or_(UserSession.expires_at <= now, UserSession.last_seen_at <= idle_since)
        )
    )
