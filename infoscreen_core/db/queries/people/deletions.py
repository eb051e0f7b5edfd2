"""What hangs on an account: what goes with it, and what stays without its name."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, EventMedia, SavedView


def count_views(session: Session, user_id: int, *, is_shared: bool) -> int:
    """Count the views that a user saved, shared or not."""
    query = select(func.count()).where(
        SavedView.owner_id == user_id, SavedView.is_shared == is_shared
    )
    return session.scalar(query) or 0


def count_works(session: Session, user_id: int) -> int:
    """Count the events and files that a user made."""
    events = select(func.count()).where(Event.created_by == user_id)
    files = select(func.count()).where(EventMedia.created_by == user_id)
    return (session.scalar(events) or 0) + (session.scalar(files) or 0)
