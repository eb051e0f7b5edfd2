"""The last day of a screen as one band: its statuses with their reasons, and what nobody saw."""

from datetime import datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.words.formatting import clock, duration, instant, number
from console.words.html import table
from console.words.status import STATUSES, reason_text, status_word
from infoscreen_core.domain.monitoring.availability import Availability, Band
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.services.monitoring.availability import ClientHistory

_TICK_HOURS: Final = 4
_NARROWEST: Final = 0.4
"""Percent of the width: an outage of a minute must still be seen."""


def history_html(history: ClientHistory, zone: ZoneInfo, *, now: datetime) -> str:
    """Return the sentence, the band and the list behind it; empty when there is no record."""
    if not history.bands:
        return ""
    return (
        f"<p>{escape(history_sentence(history.figures))}</p>"
        f'<div class="is-band" role="img" aria-label="{escape(_picture_name())}">'
        f"{_hours(history.window, zone)}"
        f"{''.join(_piece(band, history.window, zone) for band in history.bands)}</div>"
        f"{_list(history, zone, now=now)}"
    )


def history_sentence(figures: Availability) -> str:
    """Return how much of the last day the screen was up, in a sentence."""
    if figures.percent is None:
        return _("Nothing is known of the last 24 hours.")
    text = _(
        "Available for {percent} % of the last 24 hours", percent=number(figures.percent, digits=1)
    )
    if figures.outages:
        outages = ngettext("{n} outage", "{n} outages", len(figures.outages))
        text += f" · {outages}, " + _("{length} altogether", length=duration(figures.down))
    if figures.unknown:
        text += " · " + _(
            "for {length} the server itself could not see", length=duration(figures.unknown)
        )
    return text


def _picture_name() -> str:
    return _("Statuses of the last 24 hours; the list below says the same.")


def _hours(window: Span, zone: ZoneInfo) -> str:
    """Return the marks at the full hours that people count by."""
    local = to_local(window.start, zone)
    first = window.start + (
        timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second)
    )
    marks = (first + timedelta(hours=step) for step in range(25))
    return "".join(
        f'<span style="left:{_place(at, window):.2f}%">{clock(at, zone)}</span>'
        for at in marks
        if at < window.end and to_local(at, zone).hour % _TICK_HOURS == 0
    )


def _piece(band: Band, window: Span, zone: ZoneInfo) -> str:
    left = _place(band.span.start, window)
    width = max(_place(band.span.end, window) - left, _NARROWEST)
    title = f"{_times(band, zone)}: {_words(band)}"
    return (
        f'<i class="{_look(band)}" style="left:{left:.2f}%;width:{width:.2f}%" '
        f'title="{escape(title)}"></i>'
    )


def _place(at: datetime, window: Span) -> float:
    return 100 * ((at - window.start) / window.length)


def _look(band: Band) -> str:
    if band.change is None:
        return "is-unseen"
    return f"is-bar-{band.change.status.value}" if band.change.status else "is-uncounted"


def _words(band: Band) -> str:
    if band.change is None:
        return _("the server could not see its screens")
    reason = reason_text(band.change.reason)
    if band.change.status is None:
        return reason
    word = status_word(band.change.status)
    return word if band.change.status is Status.HEALTHY else f"{word}, {reason}"


def _times(band: Band, zone: ZoneInfo) -> str:
    return f"{clock(band.span.start, zone)}–{clock(band.span.end, zone)}"


def _list(history: ClientHistory, zone: ZoneInfo, *, now: datetime) -> str:
    title = _("All changes")
    rows = (_row(band, zone, now=now) for band in reversed(history.bands))
    changes = table((_("Since"), _("For"), _("Status")), rows, caption=title)
    return f'<details class="is-band-list"><summary>{escape(title)}</summary>{changes}</details>'


def _row(band: Band, zone: ZoneInfo, *, now: datetime) -> tuple[str, ...]:
    icon = STATUSES[band.change.status].icon if band.change and band.change.status else "–"
    return (
        escape(instant(band.span.start, zone, now=now)),
        escape(duration(band.span.length)),
        f'<span><i aria-hidden="true">{icon}</i> {escape(_words(band))}</span>',
    )
