"""Accounts as the lines of a list; every text is escaped here."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _
from console.people.presenters.words import role_badge, state_html
from console.words.formatting import relative_html
from infoscreen_core.services.people.views import UserView


def rows_head() -> str:
    """Return the heads of the columns of `row_html`."""
    cells = "".join(f"<div>{escape(head)}</div>" for head in _heads())
    return f'<div class="is-person-row is-person-head" aria-hidden="true">{cells}</div>'


def row_html(user: UserView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return one account as a line."""
    below = " · ".join(filter(None, (user.display_name and user.username, user.email)))
    name = f"<b>{escape(user.name)}</b>"
    if below:
        name += f'<span class="is-quiet is-small">{escape(below)}</span>'
    last = (
        relative_html(user.last_login_at, zone, now=now)
        if user.last_login_at
        else f'<span class="is-quiet">{escape(_("never"))}</span>'
    )
    cells = (name, role_badge(user.role), state_html(user, zone, now=now), last)
    look = "" if user.is_active else " is-inactive"
    body = "".join(
        f'<div data-label="{escape(head)}">{cell}</div>'
        for head, cell in zip(_heads(), cells, strict=True)
    )
    return f'<div class="is-person-row{look}">{body}</div>'


def _heads() -> tuple[str, ...]:
    return (_("Person"), _("Role"), _("State"), _("Last sign-in"))
