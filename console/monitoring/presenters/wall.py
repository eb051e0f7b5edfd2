"""The wall of pictures: what every screen shows, at a glance."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _
from console.monitoring.presenters.fleet import picture_url
from console.words.content import content_mark
from console.words.html import link, picture
from console.words.status import STATUSES, status_word
from infoscreen_core.services.monitoring.views import ClientView


def wall_html(clients: Iterable[ClientView], zone: ZoneInfo, *, now: datetime) -> str:
    """Return a tile for each player: its newest picture, its name and status."""
    return f'<div class="is-wall">{"".join(_tile(client, zone, now) for client in clients)}</div>'


def _tile(client: ClientView, zone: ZoneInfo, now: datetime) -> str:
    url, at = (
        (picture_url(client.picture), client.picture.as_of) if client.picture else (None, None)
    )
    alt = _("Picture of {name}", name=client.name)
    image = picture(url, alt=alt, at=at, zone=zone, now=now, missing=_("no picture yet"))
    word = escape(status_word(client.status))
    icon = STATUSES[client.status].icon
    named = f'role="img" title="{word}" aria-label="{word}"'
    mark = f'<i class="is-{client.status.value}" {named}>{icon}</i>'
    group = escape(client.group_name or _("Unassigned"))
    name = link("client", client.name, uuid=client.uuid)
    return (
        f'<article class="is-tile is-tile-{client.status.value}">{image}<p>{mark} '
        f"{content_mark(client.content)} {name} "
        f'<span class="is-quiet is-small">{group}</span></p></article>'
    )
