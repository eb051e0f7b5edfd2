"""The wall for a foyer or an office: pictures and statuses that are read from across the room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from math import ceil, sqrt
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _
from console.monitoring.presenters.fleet import picture_url
from console.words.content import content_mark
from console.words.formatting import clock
from console.words.groups import NO_GROUP
from console.words.html import link, picture
from console.words.status import status_html
from infoscreen_core.domain.text.asked import read_id
from infoscreen_core.services.monitoring.views import ClientView

MOST_TILES: Final = 12
"""More do not fit in letters that are legible from 4 m; then the wall turns pages."""
PAGE_SECONDS: Final = 10


@dataclass(frozen=True)
class FarWall:
    """What the wall shows at one instant."""

    truth: str
    screens: Sequence[ClientView]
    page: int
    """Counts from 1."""
    pages: int


def chosen_groups(words: str) -> tuple[int | None, ...] | None:
    """Return the groups that the address names (`3,7` or `none`), None for all."""
    wanted = [word.strip() for word in words.split(",") if word.strip()]
    if not wanted:
        return None
    return tuple(
        found for word in wanted if (found := read_id(word)) is not None or word == NO_GROUP
    )


def turn(count: int, *, now: datetime) -> tuple[int, int]:
    """Return which page it is now, from 0, and of how many."""
    pages = max(1, ceil(count / MOST_TILES))
    return int(now.timestamp() // PAGE_SECONDS) % pages, pages


def far_wall_html(wall: FarWall, zone: ZoneInfo, *, taken_at: datetime, now: datetime) -> str:
    """Return the wall, which fills the window."""
    columns = ceil(sqrt(len(wall.screens) or 1))
    rows = ceil(len(wall.screens) / columns) or 1
    page = f" · {wall.page}/{wall.pages}" if wall.pages > 1 else ""
    tiles = "".join(_tile(client, zone, now) for client in wall.screens)
    nothing = "" if tiles else f"<p>{escape(_('No screens here.'))}</p>"
    as_of = _("As of {time}", time=clock(taken_at, zone, with_seconds=True))
    return (
        f'<section class="is-far" style="--columns:{columns};--rows:{rows}">'
        f"<header><h1>{escape(wall.truth)}</h1><span>{clock(now, zone)}{page}</span></header>"
        f"<ul>{tiles}</ul>{nothing}"
        f"<footer><span>{escape(as_of)}</span>{link('', _('Leave full screen'))}</footer></section>"
    )


def _tile(client: ClientView, zone: ZoneInfo, now: datetime) -> str:
    url, at = (
        (picture_url(client.picture), client.picture.as_of) if client.picture else (None, None)
    )
    alt = _("Picture of {name}", name=client.name)
    image = picture(url, alt=alt, at=at, zone=zone, now=now, missing=_("no picture yet"))
    return (
        f'<li class="is-far-{client.status.value}">{image}<b>{escape(client.name)}</b>'
        f"{status_html(client.status)} {content_mark(client.content)}</li>"
    )
