"""Families of messages as a list, and as a table with an example of each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.monitoring.presenters.logs import level_label
from console.words.formatting import instant, number, relative
from console.words.html import table
from console.words.markdown import literal
from infoscreen_core.services.monitoring.logs.search import FoundFamily

_NEW_WITHIN: Final = timedelta(days=1)
_LONGEST_EXAMPLE: Final = 300


def family_label(family: FoundFamily, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a family as the label of the button that shows its lines."""
    lines = ngettext("{count} line", "{count} lines", family.lines, count=number(family.lines))
    screens = ngettext("{n} screen", "{n} screens", family.clients)
    last = _("last {when}", when=relative(family.last_at, zone, now=now))
    new = f"*{literal(_('New'))}* " if is_new(family, now=now) else ""
    told = f"{literal(lines)}, {literal(screens)} **{literal(level_label(family.level))}**"
    return f"{told} {new}{literal(family.shape)} ({literal(last)})"


def is_new(family: FoundFamily, *, now: datetime) -> bool:
    """Whether a family was never seen before yesterday."""
    return now - family.first_at <= _NEW_WITHIN


def families_html(families: Sequence[FoundFamily], zone: ZoneInfo, *, now: datetime) -> str:
    """Return the families as a table."""
    heads = (
        _("Lines"),
        _("Screens"),
        _("Level"),
        _("Log message"),
        _("Example"),
        _("First seen"),
        _("Last seen"),
    )
    rows = [
        (
            number(one.lines),
            number(one.clients),
            f'<span class="is-nowrap">{escape(level_label(one.level))}</span>',
            f"<code>{escape(one.shape)}</code>",
            escape(one.example[:_LONGEST_EXAMPLE]),
            _moment(one.first_at, zone, now),
            _moment(one.last_at, zone, now),
        )
        for one in families
    ]
    return table(heads, rows, caption=_("Families"))


def _moment(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f'<span class="is-nowrap">{escape(instant(at, zone, now=now))}</span>'
