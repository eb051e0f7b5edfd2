"""A player's log lines as a table."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ngettext
from console.words.formatting import instant
from console.words.html import table
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.formats.csv_writer import write_csv
from infoscreen_core.services.monitoring.views import LogLine

LEVEL_WORDS: Final[dict[LogLevel, str]] = {
    LogLevel.ERROR: N_("Error"),
    LogLevel.WARN: N_("Warn"),
    LogLevel.INFO: N_("Info"),
    LogLevel.DEBUG: N_("Debug"),
}
_MARKS: Final = {LogLevel.ERROR: ("critical", "■"), LogLevel.WARN: ("warning", "▲")}


def level_label(level: LogLevel) -> str:
    """Return mark and word: `■ Fehler`."""
    mark = _MARKS.get(level)
    return f"{mark[1]} {_(LEVEL_WORDS[level])}" if mark else _(LEVEL_WORDS[level])


def log_table(lines: Sequence[LogLine], zone: ZoneInfo, *, now: datetime, limit: int) -> str:
    """Return the lines, newest first, and how many there are; or a sentence that there are none."""
    if not lines:
        return f'<p class="is-quiet">{escape(_("No log lines in this window."))}</p>'
    rows = [(_time(line, zone, now), _level(line.level), escape(line.message)) for line in lines]
    count = ngettext("{n} line", "{n} lines", len(lines))
    if len(lines) == limit:
        count = _("The newest {count} lines", count=limit)
    foot = f'<p class="is-quiet is-small">{escape(count)}</p>'
    return table((_("Time"), _("Level"), _("Log message")), rows, caption=_("Log")) + foot


def log_csv(lines: Sequence[LogLine], zone: ZoneInfo) -> str:
    """Return the lines as CSV (RFC 4180): time with UTC offset, level, message, clock off."""
    heading = (_("Time"), _("Level"), _("Log message"), _("Player's clock is off"))
    return write_csv(heading, (_csv_row(line, zone) for line in lines))


def _csv_row(line: LogLine, zone: ZoneInfo) -> tuple[str, str, str, int]:
    at = line.at.astimezone(zone).isoformat(timespec="milliseconds")
    return at, line.level.value, line.message, int(line.is_clock_skewed)


def _time(line: LogLine, zone: ZoneInfo, now: datetime) -> str:
    text = escape(instant(line.at, zone, now=now, with_seconds=True))
    if not line.is_clock_skewed:
        return f'<span class="is-nowrap">{text}</span>'
    note = escape(_("The player's clock is off; this is when the line arrived."))
    return f'<span class="is-nowrap" title="{note}">{text} ⚠</span>'


def _level(level: LogLevel) -> str:
    name = _MARKS.get(level, ("quiet", ""))[0]
    return f'<span class="is-nowrap is-{name}">{escape(level_label(level))}</span>'
