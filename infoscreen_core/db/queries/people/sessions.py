"""Signed-in browsers of one person."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import UserSession


def list_sessions(
    session: Session, user_id: int, *, now: datetime, used_since: datetime
) -> list[UserSession]:
    """Return a user's sessions that are not over, the one used last first."""
    query = select(UserSession).where(
        UserSession.user_id == user_id,
        UserSession.expires_at > now,
        UserSession.last_seen_at > used_since,
    )
    order = (UserSession.last_seen_at.desc(), UserSession.created_at.desc(), UserSession.token_hash)
    return list(session.scalars(query.order_by(*order)))
