"""Links under which calendar programs read a group's events; each can be revoked by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from infoscreen_core.db.models import CalendarFeed
from infoscreen_core.db.queries import feeds as queries
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.elapsed import is_ahead
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.exchange.views import FeedView, ListedFeed, feed_view, listed_feed
from infoscreen_core.services.people.tokens import is_token_of, new_token, token_hash
from infoscreen_core.services.screens.groups import get_group

NAME_LENGTH: Final = 100
MAX_FEEDS: Final = 50
"""How many links a group may have; nobody could tell more of them apart."""
TOUCH_INTERVAL: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class NewFeed:
    """A link just made; `token` belongs in its address and is known nowhere else."""

    feed: FeedView
    token: str


def create_feed(
    session: Session, group_id: int, *, name: str | None = None, actor: Actor, now: datetime
) -> NewFeed:
    """Make a link to a group's calendar; `name` says who uses it.

    Raises `NotFoundError` for an unknown group.
    """
    actor.require(Role.EDITOR)
    group = get_group(session, group_id, is_locked=True)  # so that the links can be counted
    if len(queries.list_feeds_of(session, group.id)) >= MAX_FEEDS:
        raise InvalidInputError(
            "The group {group} has {limit} calendar links already; revoke those that nobody uses.",
            field="group_id",
            group=group.name,
            limit=MAX_FEEDS,
        )
    token = new_token()
    feed = CalendarFeed(
        group_id=group.id,
        name=clean_line(name or "", field="name", limit=NAME_LENGTH) or None,
        token_hash=token_hash(token),
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(feed)
    session.flush()
    _record(session, "feed.created", feed, actor, now)
    return NewFeed(feed_view(feed), token)


def revoke_feed(session: Session, feed_id: int, *, actor: Actor, now: datetime) -> FeedView:
    """End a link at once and return what it was; raise `NotFoundError` when there is none."""
    actor.require(Role.EDITOR)
    feed = queries.find_feed(session, feed_id, is_locked=True)
    if feed is None:
        raise NotFoundError(
            "There is no calendar link with the number {id}; somebody may have revoked it already.",
            field="feed_id",
            id=feed_id,
        )
    ended = feed_view(feed)
    _record(session, "feed.revoked", feed, actor, now)
    session.delete(feed)
    session.flush()
    return ended


def list_feeds(session: Session, *, group_id: int | None = None, actor: Actor) -> list[ListedFeed]:
    """Return the links by group, the oldest first."""
    actor.require(Role.EDITOR)
    return [listed_feed(row) for row in queries.list_feed_rows(session, group_id=group_id)]


def find_feed(session: Session, group_id: int, token: str) -> FeedView | None:
    """Return the group's link that this token opens, or None; only reads."""
    # All are compared, so that the time taken tells nothing about the token.
    found = [
        feed
        for feed in queries.list_feeds_of(session, group_id)
        if is_token_of(token, feed.token_hash)
    ]
    return feed_view(found[0]) if found else None


def is_touch_due(feed: FeedView, *, now: datetime) -> bool:
    """Whether the use of a link should be noted, in a writing transaction."""
    return (
        feed.last_used_at is None
        or now - feed.last_used_at >= TOUCH_INTERVAL
        or is_ahead(feed.last_used_at, now=now)
    )


def touch(session: Session, feed_id: int, *, now: datetime) -> None:
    """Note that a link was used."""
    feed = queries.find_feed(session, feed_id, is_locked=True)
    if feed is not None and is_touch_due(feed_view(feed), now=now):
        feed.last_used_at = now
        session.flush()


def feed_address(root: str, group_id: int, token: str) -> str:
    """Return the whole address of a link; `root` is the console's, without a trailing slash."""
    return f"{root}/calendar/{group_id}.ics?{urlencode({'token': token})}"


def _record(session: Session, action: str, feed: CalendarFeed, actor: Actor, now: datetime) -> None:
    said = {"group_id": feed.group_id, "name": feed.name}
    before, after = (said, None) if action == "feed.revoked" else (None, said)
    audit.record(session, action, "feed", feed.id, actor=actor, now=now, before=before, after=after)
