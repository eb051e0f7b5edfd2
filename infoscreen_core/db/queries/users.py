"""Reads of users, their sessions and their failed sign-ins."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import LoginFailure, User, UserSession
from infoscreen_core.domain.people.roles import Role


def list_users(session: Session) -> list[User]:
    """Return every user by name."""
    return list(session.scalars(select(User).order_by(func.lower(User.username), User.id)))


def find_user(session: Session, user_id: int, *, is_locked: bool = False) -> User | None:
    """Return the user or None; `is_locked` keeps others from changing it until the commit."""
    if is_locked:
        return session.get(User, user_id, with_for_update=True, populate_existing=True)
    return session.get(User, user_id)


def lock_with_superadmins(session: Session, user_ids: Collection[int]) -> None:
    """Lock these users and every superadmin, in the order of their ids, and read them anew."""
    wanted = or_(User.id.in_(user_ids), User.role == Role.SUPERADMIN)
    query = select(User).where(wanted).order_by(User.id).with_for_update()
    session.scalars(query.execution_options(populate_existing=True)).all()


def delete_session(session: Session, digest: str) -> bool:
    """Delete one session; return whether it was there."""
    result = session.execute(delete(UserSession).where(UserSession.token_hash == digest))
    return bool(result.rowcount)  # type: ignore[attr-defined]


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


def delete_sessions_of(session: Session, user_id: int) -> int:
    """Delete every session of a user; return how many there were."""
    result = session.execute(delete(UserSession).where(UserSession.user_id == user_id))
    return int(result.rowcount)  # type: ignore[attr-defined]


def delete_expired_sessions(session: Session, *, now: datetime, idle_since: datetime) -> None:
    """Delete sessions that are over, or unused since `idle_since`."""
    session.execute(
        delete(UserSession).where(
            or_(UserSession.expires_at <= now, UserSession.last_seen_at <= idle_since)
        )
    )
