"""Reads of calendar feeds; nothing here commits."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import CalendarFeed, ClientGroup, User
from infoscreen_core.db.queries.groups import GROUP_ORDER


@dataclass(frozen=True)
class FeedRow:
    """A feed with the names of its group and of who made it."""

    feed: CalendarFeed
    group_name: str
    created_by_name: str | None


def find_feed(session: Session, feed_id: int, *, is_locked: bool = False) -> CalendarFeed | None:
    """Return the feed or None; `is_locked` keeps others from changing it until the commit."""
    if is_locked:
        return session.get(CalendarFeed, feed_id, with_for_update=True, populate_existing=True)
    return session.get(CalendarFeed, feed_id)


def list_feeds_of(session: Session, group_id: int) -> list[CalendarFeed]:
    """Return a group's feeds, the oldest first."""
    wanted = select(CalendarFeed).where(CalendarFeed.group_id == group_id)
    return list(session.scalars(wanted.order_by(CalendarFeed.id)))


def list_feed_rows(session: Session, *, group_id: int | None = None) -> list[FeedRow]:
    """Return feeds by group, the oldest first; of all groups unless one is asked for."""
    wanted = (
        select(CalendarFeed, ClientGroup.name, User.username)
        .join(ClientGroup, ClientGroup.id == CalendarFeed.group_id)
        .outerjoin(User, User.id == CalendarFeed.created_by)
        .order_by(*GROUP_ORDER, CalendarFeed.id)
    )
    if group_id is not None:
        wanted = wanted.where(CalendarFeed.group_id == group_id)
    return [FeedRow(*row) for row in session.execute(wanted)]
