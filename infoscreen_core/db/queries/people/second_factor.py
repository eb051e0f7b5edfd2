"""Reads of second factors, and their end."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import RecoveryCode, SecondFactor, SignInStep


def find(session: Session, user_id: int, *, is_locked: bool = False) -> SecondFactor | None:
    """Return a user's second factor, confirmed or not; `is_locked` keeps it until the commit."""
    if is_locked:
        return session.get(SecondFactor, user_id, with_for_update=True, populate_existing=True)
    return session.get(SecondFactor, user_id)


def count_codes(session: Session, user_id: int) -> int:
    """Return how many recovery codes are left."""
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
    return session.scalar(query) or 0


def take_code(session: Session, user_id: int, digest: str) -> bool:
    """Delete the recovery code with this digest; return whether it was there."""
    mine = (RecoveryCode.user_id == user_id, RecoveryCode.code_hash == digest)
    result = session.execute(delete(RecoveryCode).where(*mine))
    return bool(result.rowcount)  # type: ignore[attr-defined]


def replace_codes(session: Session, user_id: int, digests: Iterable[str]) -> None:
    """Keep these recovery codes in place of those before."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.add_all(RecoveryCode(user_id=user_id, code_hash=digest) for digest in digests)
    session.flush()


def forget(session: Session, user_id: int) -> None:
    """Delete a user's second factor, its codes, and steps that wait for one."""
    for table in (SecondFactor, RecoveryCode, SignInStep):
        session.execute(delete(table).where(table.user_id == user_id))


def delete_steps(session: Session, *, before: datetime) -> None:
    """Forget who gave a password before and never the code."""
    session.execute(delete(SignInStep).where(SignInStep.created_at < before))
