"""Calendar links as people tell them apart: who uses them, who made them, when they were last used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from console.i18n import _
from console.words.formatting import instant, relative_html
from infoscreen_core.db.queries.feeds import FeedRow


@dataclass(frozen=True)
class FeedLine:
    """One link of a group."""

    id: int
    name: str
    """Who uses it; empty when nobody said."""
    created_by: str | None
    created_at: datetime
    last_used_at: datetime | None


def feed_lines(rows: Sequence[FeedRow]) -> list[FeedLine]:
    """Return the links as the console shows them, the oldest first."""
    return [
        FeedLine(
            row.feed.id,
            row.feed.name or "",
            row.created_by_name,
            row.feed.created_at,
            row.feed.last_used_at,
        )
        for row in rows
    ]


def feed_title(line: FeedLine) -> str:
    """Return what a link is called; the unnamed have a number."""
    return line.name or _("Link {number}", number=line.id)


def feed_html(line: FeedLine, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a link as one line: its name, and below in small print its history."""
    when = instant(line.created_at, zone, now=now)
    made = (
        _("made by {name}, {when}", name=line.created_by, when=when)
        if line.created_by
        else _("made {when}", when=when)
    )
    used = f"{escape(_('last used'))} {relative_html(line.last_used_at, zone, now=now)}"
    return f'<b>{escape(feed_title(line))}</b><div class="is-quiet is-small">{escape(made)} · {used}</div>'


def root_of(address: str | None, fallback: str) -> str:
    """Return scheme and host of the console as the browser knows it, without a slash at its end."""
    parts = urlsplit(address or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else fallback
