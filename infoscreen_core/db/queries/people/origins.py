"""From where accounts were entered before, and failed sign-ins by where they came from."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import KnownOrigin, LoginFailure, User
from infoscreen_core.domain.people.origins import OriginKind, Standing


def find_origin(session: Session, user_id: int, kind: OriginKind, mark: str) -> KnownOrigin | None:
    """Return what an account remembers of this browser or address, or None."""
    return session.get(KnownOrigin, (user_id, kind, mark))


def list_origins(session: Session, user_id: int, kind: OriginKind) -> list[KnownOrigin]:
    """Return the browsers or addresses that an account knows, the one used last first."""
    query = select(KnownOrigin).where(KnownOrigin.user_id == user_id, KnownOrigin.kind == kind)
    return list(session.scalars(query.order_by(KnownOrigin.last_seen_at.desc(), KnownOrigin.mark)))


def delete_origins(session: Session, *, before: datetime) -> None:
    """Forget browsers and addresses that were used last before."""
    session.execute(delete(KnownOrigin).where(KnownOrigin.last_seen_at < before))


def delete_origins_of(session: Session, user_id: int) -> None:
    """Forget every browser and address that an account knows."""
    session.execute(delete(KnownOrigin).where(KnownOrigin.user_id == user_id))


def list_failures_of(
    session: Session,
    username: str,
    standing: Standing,
    *,
    mark: str | None,
    until: datetime,
    limit: int,
) -> list[datetime]:
    """Return times of failed sign-ins by a name (in lower case), newest first.

    `mark` is the browser or address in question; strangers are counted together.
    """
    query = select(LoginFailure.at).where(*_of(username, standing, mark), LoginFailure.at <= until)
    return list(session.scalars(query.order_by(LoginFailure.at.desc()).limit(limit)))


def list_failures_from(
    session: Session, address: str, *, until: datetime, limit: int
) -> list[datetime]:
    """Return times of failed sign-ins from an address, newest first.

    Those of a browser that the account knows are left out: that is a person's own mistyping.
    """
    query = select(LoginFailure.at).where(
        LoginFailure.ip == address,
        LoginFailure.standing != Standing.DEVICE,
        LoginFailure.at <= until,
    )
    return list(session.scalars(query.order_by(LoginFailure.at.desc()).limit(limit)))


def find_failure_at(session: Session, start: datetime, end: datetime) -> datetime | None:
    """Return when the first failed sign-in was from `start` on, and before `end`."""
    query = select(func.min(LoginFailure.at)).where(LoginFailure.at >= start, LoginFailure.at < end)
    return session.scalar(query)


def count_strangers(session: Session, start: datetime, end: datetime) -> list[tuple[str, str, int]]:
    """Return addresses, names (in lower case) and how many sign-ins failed, within that time.

    Left out are names that a user has; on SQLite those with capitals are not recognized.
    """
    is_known = select(User.id).where(User.username == LoginFailure.username).exists()
    query = (
        select(LoginFailure.ip, LoginFailure.username, func.count())
        .where(LoginFailure.at >= start, LoginFailure.at < end, ~is_known)
        .group_by(LoginFailure.ip, LoginFailure.username)
    )
    return [(address, name, count) for address, name, count in session.execute(query)]


def delete_failures_of(
    session: Session, username: str, standing: Standing, *, mark: str | None
) -> None:
    """Delete the failed sign-ins of a name (in lower case) that came from there."""
    session.execute(delete(LoginFailure).where(*_of(username, standing, mark)))


def _of(username: str, standing: Standing, mark: str | None) -> list[ColumnElement[bool]]:
    found = [LoginFailure.username == username, LoginFailure.standing == standing]
    if standing is Standing.DEVICE:
        found.append(LoginFailure.device == mark)
    if standing is Standing.ADDRESS:
        found.append(LoginFailure.ip == mark)
    return found
