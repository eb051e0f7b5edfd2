"""Reads of API tokens."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import ApiToken


def find_by_hash(session: Session, digest: str) -> ApiToken | None:
    """Return the token with this digest, or None."""
    return session.scalars(select(ApiToken).where(ApiToken.token_hash == digest)).first()


def list_of(session: Session, user_id: int) -> Sequence[ApiToken]:
    """Return a user's tokens, the newest first."""
    query = select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc())
    return session.scalars(query).all()


def count_of(session: Session, user_id: int) -> int:
    """Return how many tokens a user has, expired ones too."""
    query = select(func.count()).select_from(ApiToken).where(ApiToken.user_id == user_id)
    return session.scalar(query) or 0
