"""Calendar links as people tell them apart: for whom, by whom, and when last used."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _
from console.words.formatting import instant, relative_html
from infoscreen_core.services.exchange.views import FeedView, ListedFeed


def feed_title(feed: FeedView) -> str:
    """Return what a link is called; the unnamed have a number."""
    return feed.name or _("Link {number}", number=feed.id)


def feed_html(feed: ListedFeed, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a link as one line: its name, and below in small print its history."""
    when = instant(feed.created_at, zone, now=now)
    made = (
        _("made by {name}, {when}", name=feed.created_by_name, when=when)
        if feed.created_by_name
        else _("made {when}", when=when)
    )
    used = f"{escape(_('last used'))} {relative_html(feed.last_used_at, zone, now=now)}"
    history = f"{escape(made)} · {used}"
    return f'<b>{escape(feed_title(feed))}</b><div class="is-quiet is-small">{history}</div>'
