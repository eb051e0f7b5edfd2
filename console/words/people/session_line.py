"""A signed-in browser as one line."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _
from console.words.browsers import browser_words
from console.words.formatting import MISSING, instant, relative_html
from infoscreen_core.services.people.views import SessionView


def session_html(one: SessionView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return browser and address, and below in small print since when and when last used."""
    own = f' <span class="is-tag">{escape(_("this browser"))}</span>' if one.is_current else ""
    began = _("since {time}", time=instant(one.began_at, zone, now=now))
    used = f"{escape(_('last used'))} {relative_html(one.last_seen_at, zone, now=now)}"
    ends = _("ends at the latest {time}", time=instant(one.expires_at, zone, now=now))
    return (
        f"<b>{escape(browser_words(one.user_agent))}</b>{own}"
        f'<div class="is-quiet is-small">{escape(one.address or MISSING)} · {escape(began)} · '
        f"{used} · {escape(ends)}</div>"
    )
