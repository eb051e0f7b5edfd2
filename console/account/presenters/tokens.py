"""An API token as one line."""

from datetime import datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _
from console.words.formatting import day, relative_html
from infoscreen_core.domain.people.api_tokens import PREFIX, Scope
from infoscreen_core.services.people.api_tokens import TokenView

_MOMENT: Final = timedelta(microseconds=1)
_SCOPES: Final[dict[Scope, str]] = {
    Scope.READ: N_("read only"),
    Scope.WRITE: N_("read and write"),
}


def scope_word(scope: Scope) -> str:
    """Return what a token's bearer may do."""
    return _(_SCOPES[scope])


def token_html(token: TokenView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a token's name and beginning, and below in small print its scope and its times."""
    last_day = day((token.expires_at - _MOMENT).astimezone(zone).date(), with_year=True)
    if token.is_expired(now=now):
        life = f'<b class="is-critical">{escape(_("ended on {day}", day=last_day))}</b>'
    else:
        life = escape(_("good until {day}", day=last_day))
    used = f"{escape(_('last used'))} {relative_html(token.last_used_at, zone, now=now)}"
    if token.last_used_address:
        used += escape(" " + _("from {address}", address=token.last_used_address))
    return (
        f"<b>{escape(token.name)}</b> <code>{PREFIX}{escape(token.hint)}…</code>"
        f'<div class="is-quiet is-small">{escape(scope_word(token.scope))} · {life} · {used}</div>'
    )
