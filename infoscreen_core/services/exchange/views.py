"""What readers get of calendar links: frozen rows without their secrets."""

from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.db.models import CalendarFeed
from infoscreen_core.db.queries.feeds import FeedRow


@dataclass(frozen=True)
class FeedView:
    """A link to a group's calendar."""

    id: int
    group_id: int
    name: str | None
    """Who uses it; None when nobody said."""
    created_by: int | None
    created_at: datetime
    last_used_at: datetime | None
    """Exact to a minute."""


@dataclass(frozen=True)
class ListedFeed(FeedView):
    """A link with the names that people know."""

    group_name: str
    created_by_name: str | None


def feed_view(feed: CalendarFeed) -> FeedView:
    """Return the view of a stored link."""
    return FeedView(
        id=feed.id,
        group_id=feed.group_id,
        name=feed.name,
        created_by=feed.created_by,
        created_at=feed.created_at,
        last_used_at=feed.last_used_at,
    )


def listed_feed(row: FeedRow) -> ListedFeed:
    """Return the view of a stored link with its names."""
    view = feed_view(row.feed)
    return ListedFeed(**vars(view), group_name=row.group_name, created_by_name=row.created_by_name)
