"""A service that was given up, in a line: where, which, since when, and what was tried since."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.words.formatting import relative_html
from console.words.html import row_link
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.services.monitoring.failed_services import FailedService


def failed_html(failed: FailedService, zone: ZoneInfo, *, now: datetime) -> str:
    """Return the screen with its group, the unit, since when, and how often it was restarted."""
    screen = row_link("client", failed.client_name, uuid=failed.client_uuid)
    facts = (
        escape(failed.group_name or _("Unassigned")),
        f'<code class="is-mono">{escape(unit_name(failed))}</code>',
        relative_html(failed.failed_at, zone, now=now),
        escape(_restarts(failed.restarts)),
    )
    return f'<div>{screen}<div class="is-quiet is-small">{" · ".join(facts)}</div></div>'


def unit_name(failed: FailedService) -> str:
    """Return what the service is called; whatever a player sends, it fits on a line."""
    return shown(failed.unit) or "?"


def _restarts(count: int) -> str:
    if not count:
        return _("not restarted since then")
    return ngettext("restarted {n} time since then", "restarted {n} times since then", count)
