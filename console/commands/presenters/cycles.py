"""Power cycles of all screens: which plug, with which result, after how long, and as a file."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.commands.presenters.lifecycle import folded_html, look_html, reason_html
from console.commands.presenters.plugs import cycle_course
from console.commands.presenters.running import screen_html
from console.i18n import _, ngettext
from console.words.formatting import MISSING, duration, instant, number
from console.words.html import table
from console.words.plugs import CYCLE_LOOKS, cycle_word
from infoscreen_core.services.commands.history import FoundCycle
from infoscreen_core.services.commands.plugs.plug_views import CycleView


def cycles_table(found: Iterable[FoundCycle], zone: ZoneInfo, *, now: datetime) -> str:
    """Return a row for each power cycle, in the order given; its result unfolds into its course."""
    heads = (_("Requested"), _("Screen"), _("Result"), _("Duration"), _("Requested by"))
    return table(heads, [_row(one, zone, now) for one in found], caption=_("Power cycles"))


def cycles_line(total: int) -> str:
    """Return `3-mal aus und ein`."""
    return ngettext("{count} power cycle", "{count} power cycles", total, count=number(total))


def took(cycle: CycleView) -> str:
    """Return how long it took until the plug was on again, or until it ended otherwise."""
    end = cycle.completed_at or cycle.failed_at
    return duration(end - cycle.requested_at) if end else MISSING


def _row(one: FoundCycle, zone: ZoneInfo, now: datetime) -> tuple[str, ...]:
    cycle = one.cycle
    requested = instant(cycle.requested_at, zone, now=now)
    head = look_html(CYCLE_LOOKS[cycle.status], cycle_word(cycle.status))
    by = escape(cycle.requested_by or _("System or command line"))
    return (
        f'<span class="is-nowrap">{escape(requested)}</span>',
        screen_html(cycle.client_uuid, one.client_name, one.group_name),
        folded_html(head, cycle_course(cycle, zone), zone),
        f'<span class="is-nowrap">{escape(took(cycle))}</span>',
        f"{by}{reason_html(cycle.reason)}",
    )
