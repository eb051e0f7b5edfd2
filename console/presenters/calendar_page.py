"""What stands around the calendar: its legend, and which zone its times are of."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _
from console.presenters.html import event_kinds


def legend_html(*, is_editable: bool) -> str:
    """Return what the colours and marks mean."""
    words = (("↻", _("series")), ("✎", _("changed on its own")))
    marks = "".join(f"<span>{mark} {escape(word)}</span>" for mark, word in words)
    hint = _("Click or draw in the calendar to plan; drag an event to move it.") if is_editable else ""
    return f'<p class="is-legend is-quiet is-small">{event_kinds()}{marks}<em>{escape(hint)}</em></p>'


def zone_note(zone: ZoneInfo, reader: ZoneInfo, *, now: datetime) -> str:
    """Return whose clock the calendar shows, when it is not the reader's; empty when both agree."""
    if now.astimezone(zone).utcoffset() == now.astimezone(reader).utcoffset():
        return ""
    return _("All times here are those of {zone}.", zone=zone.key)
