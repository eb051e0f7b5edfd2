"""Browsers that are screens, as people tell them apart."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _
from console.words.formatting import instant, relative_html
from infoscreen_core.services.screens.views import WebPlayerView


def web_player_html(player: WebPlayerView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a browser as one line: name and group, and below in small print its address."""
    group = player.group_name or _("Unassigned")
    return (
        f"<b>{escape(player.name)}</b> · {escape(group)}"
        f'<div class="is-quiet is-small">{_history(player, zone, now)}</div>'
    )


def _history(player: WebPlayerView, zone: ZoneInfo, now: datetime) -> str:
    if player.revoked_at is not None:
        return escape(_("revoked {when}", when=instant(player.revoked_at, zone, now=now)))
    when = instant(player.created_at, zone, now=now)
    made = (
        _("made by {name}, {when}", name=player.created_by_name, when=when)
        if player.created_by_name
        else _("made {when}", when=when)
    )
    seen = f"{escape(_('last heard'))} {relative_html(player.last_alive, zone, now=now)}"
    return f"{escape(made)} · {seen}"
