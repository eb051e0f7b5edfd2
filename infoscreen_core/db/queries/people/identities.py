"""Accounts by what an identity provider calls their people."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import User, UserIdentity


def find_user(session: Session, issuer: str, subject: str) -> User | None:
    """Return whose identity this is, locked."""
    query = (
        select(User)
        .join(UserIdentity, UserIdentity.user_id == User.id)
        .where(UserIdentity.issuer == issuer, UserIdentity.subject == subject)
        .with_for_update()
    )
    return session.scalars(query).first()
