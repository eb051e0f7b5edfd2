"""What stands around the calendar: what it shows, its legend, and which zone its times are of."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.calendar.presenters.view import CalendarAddress, stretch_of, stretch_title
from console.i18n import _
from console.school.presenters.school import find_period
from console.words.html import event_kinds
from infoscreen_core.domain.school.periods import find_in_force
from infoscreen_core.services.school.views import PeriodView


def page_line(address: CalendarAddress, periods: Sequence[PeriodView]) -> str:
    """Return what is shown, with its academic period: `23.–29. November 2026 · KW 48 · …`."""
    first = stretch_of(address.view, address.day).start
    period = find_period(periods, address.period_id) or (
        find_in_force(periods, address.day) or find_in_force(periods, first)
    )
    return " · ".join(
        [stretch_title(address.view, address.day), *([period.name] if period else [])]
    )


def words_html(group: str | None) -> str:
    """Return what `access.js` adds to the names of events; `group` is the only one shown."""
    words = {"all-day": _("all day"), "group": group or ""}
    data = " ".join(f'data-{name}="{escape(word)}"' for name, word in words.items())
    return f'<span class="is-calendar-words" hidden {data}></span>'


def legend_html(*, is_editable: bool) -> str:
    """Return what the colours and marks mean."""
    words = (("↻", _("series")), ("✎", _("changed on its own")), ("⚠", _("overlaps another event")))
    marks = "".join(f"<span>{mark} {escape(word)}</span>" for mark, word in words)
    hint = (
        _("Click or draw in the calendar to plan; drag an event to move it.") if is_editable else ""
    )
    return (
        f'<p class="is-legend is-quiet is-small">{event_kinds()}{marks}<em>{escape(hint)}</em></p>'
    )


def zone_note(zone: ZoneInfo, reader: ZoneInfo, *, now: datetime) -> str:
    """Return whose clock the calendar shows, when it is not the reader's; empty when both agree."""
    if now.astimezone(zone).utcoffset() == now.astimezone(reader).utcoffset():
        return ""
    return _("All times here are those of {zone}.", zone=zone.key)
