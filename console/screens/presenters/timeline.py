"""A screen's past as one picture: rows on one time axis, the table behind it, and the file."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.monitoring.presenters.fleet import picture_url
from console.screens.presenters.axis import marks_html, place
from console.screens.presenters.entries import ROW_NAMES, Entry, Row, rows_shown
from console.screens.presenters.pictures import picture_label, thumbnail
from console.words.formatting import MISSING, duration, instant, number, span
from console.words.html import link_about, rollout_link, table
from console.words.instants import write_instant
from infoscreen_core.domain.monitoring.availability import Availability
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.formats.csv_writer import BYTE_ORDER_MARK, write_csv
from infoscreen_core.services.screens.views import PictureView

_NARROWEST: Final = 0.4
"""Percent of the width: an outage of a minute must still be seen."""
_APART: Final = 7.2
"""Percent of the width: pictures nearer share a dot, so that a finger can hit it on a phone."""
_MARK: Final = 2.6
"""Percent of the width that what happened at once takes at least."""
_ON_RECORD: Final = frozenset({Row.STATUS, Row.PLANNED, Row.SHOWN})
"""Rows that are empty where nothing is on record, rather than where nothing happened."""
_MOST_LINES: Final = 150
"""Of the table on the page; the file has all."""
_MIDDLE: Final = 50


def past_sentence(figures: Availability) -> str:
    """Return how much of the time shown the screen was up, in a sentence."""
    if figures.percent is None:
        return _("Nothing is known of its status in this time.")
    text = _("Available for {percent} % of this time", percent=number(figures.percent, digits=1))
    if figures.outages:
        outages = ngettext("{n} outage", "{n} outages", len(figures.outages))
        text += f" · {outages}, " + _("{length} altogether", length=duration(figures.down))
    if figures.unknown:
        text += " · " + _(
            "for {length} the server itself could not see", length=duration(figures.unknown)
        )
    return text


def picture_html(
    entries: Sequence[Entry],
    pictures: Sequence[PictureView],
    window: Span,
    zone: ZoneInfo,
    *,
    now: datetime,
    may_act: bool,
) -> str:
    """Return the rows, one below the other on one axis of time.

    Pieces say what they are where the pointer is; pictures are buttons that show themselves.
    """
    rows = []
    for row in rows_shown(may_act=may_act):
        of_row = [entry for entry in entries if entry.row is row]
        if row is Row.PICTURES:
            inside = "".join(_dots(pictures, window, zone, now))
        else:
            inside = "".join(_pieces(of_row, window, zone, now))
        rows.append(_row(row, inside))
    name = escape(_("What became of the screen; the list below says the same."))
    return (
        f'<div class="is-past-picture" role="group" aria-label="{name}">'
        f"{marks_html(window, zone)}{''.join(rows)}</div>"
        '<p class="is-past-words is-quiet is-small" aria-hidden="true"></p>'
    )


def past_table(
    entries: Sequence[Entry], zone: ZoneInfo, *, now: datetime, address: Mapping[str, str]
) -> str:
    """Return the same as a list, the newest first.

    Each status has the way to its reasons, what a roll-out did the way to that.

    `address` is what the page's address asks for.
    """
    newest = sorted(entries, key=lambda one: one.span.start, reverse=True)
    heads = (_("Since"), _("For"), _("Row"), _("What"), "")
    lines = (_line(entry, zone, now, address) for entry in newest[:_MOST_LINES])
    text = table(heads, lines, caption=_("All that became of the screen"))
    if len(newest) > _MOST_LINES:
        more = ngettext(
            "{n} earlier line is in the file only.",
            "{n} earlier lines are in the file only.",
            len(newest) - _MOST_LINES,
        )
        text += f'<p class="is-quiet is-small">{escape(more)}</p>'
    return text


def past_csv(entries: Sequence[Entry], zone: ZoneInfo) -> str:
    """Return the same as CSV (RFC 4180), the oldest first, times with their UTC offset."""
    ordered = sorted(entries, key=lambda one: one.span.start)
    rows = (
        (
            _moment(one.span.start, zone),
            _moment(one.span.end, zone),
            one.row.value,
            one.words,
        )
        for one in ordered
    )
    return BYTE_ORDER_MARK + write_csv(("from", "to", "row", "what"), rows)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


def _line(
    entry: Entry, zone: ZoneInfo, now: datetime, address: Mapping[str, str]
) -> tuple[str, ...]:
    length = duration(entry.span.length) if entry.span.length else MISSING
    since = instant(entry.span.start, zone, now=now)
    icon = f'<i aria-hidden="true">{entry.icon}</i> ' if entry.icon else ""
    return (
        escape(since),
        escape(length),
        escape(_(ROW_NAMES[entry.row])),
        f"<span>{icon}{escape(entry.words)}</span>",
        _way(entry, since, address),
    )


def _way(entry: Entry, since: str, address: Mapping[str, str]) -> str:
    if entry.row is Row.STATUS:
        at = write_instant(entry.span.start + entry.span.length / 2)
        return link_about("client", _("Why?"), since, **{**address, "at": at})
    return rollout_link(entry.rollout_id, since) if entry.rollout_id else ""


def _row(row: Row, inside: str) -> str:
    none = MISSING if row in _ON_RECORD else _("none")
    empty = "" if inside else f'<span class="is-none">{escape(none)}</span>'
    return (
        f'<div class="is-past-row is-past-{row.value}"><b>{escape(_(ROW_NAMES[row]))}</b>'
        f'<div class="is-track">{inside}{empty}</div></div>'
    )


def _pieces(entries: Sequence[Entry], window: Span, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    starts = [*(place(entry.span.start, window) for entry in entries), 100.0]
    for entry, (left, following) in zip(entries, pairwise(starts), strict=True):
        width = max(place(entry.span.end, window) - left, _NARROWEST)
        if entry.look.startswith("is-point"):
            width = max(following - left, _MARK)
        times = span(entry.span.start, entry.span.end, zone, now=now)
        yield _piece(entry, min(left, 100 - width), width, times)


def _piece(entry: Entry, left: float, width: float, times: str) -> str:
    title = escape(f"{times}: {entry.words}")
    shown = " ".join(filter(None, (entry.icon if entry.label else "", entry.label)))
    return (
        f'<i class="{entry.look}" style="left:{left:.2f}%;width:{width:.2f}%" title="{title}" '
        f'aria-hidden="true">{escape(shown)}</i>'
    )


def _dots(
    pictures: Sequence[PictureView], window: Span, zone: ZoneInfo, now: datetime
) -> Iterator[str]:
    for group in near_each_other(pictures, window):
        left = _place(group[0], window)
        side = "is-left" if left < _MIDDLE else "is-right"
        count = len(group)
        name = (
            picture_label(group[0], zone, now=now)
            if count == 1
            else ngettext("{n} picture", "{n} pictures", count)
            + f", {span(group[0].as_of, group[-1].as_of, zone, now=now)}"
        )
        inside = _large(group[0], zone, now) if count == 1 else _strip(group, zone, now)
        yield (
            f'<span class="is-dot {side}" style="--at:{left:.2f}%">'
            f'<button type="button" aria-label="{escape(name)}">{count if count > 1 else ""}'
            f'</button><span class="is-dot-shows">{inside}<small>{escape(name)}</small></span>'
            "</span>"
        )


def near_each_other(
    pictures: Sequence[PictureView], window: Span
) -> Iterator[Sequence[PictureView]]:
    """Yield the pictures, as taken, in groups whose dots would cover each other."""
    group: list[PictureView] = []
    for one in sorted(pictures, key=lambda one: one.as_of):
        if group and _place(one, window) - _place(group[0], window) >= _APART:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _place(item: PictureView, window: Span) -> float:
    """Return where a picture stands; one that came late may show what was before the window."""
    return max(place(item.as_of, window), 0.0)


def _large(item: PictureView, zone: ZoneInfo, now: datetime) -> str:
    url, alt = escape(picture_url(item)), escape(picture_label(item, zone, now=now))
    return f'<a href="{url}" target="_blank"><img src="{url}" alt="{alt}" loading="lazy"></a>'


def _strip(group: Sequence[PictureView], zone: ZoneInfo, now: datetime) -> str:
    kept = "".join(thumbnail(item, zone, now=now) for item in group)
    return f'<span class="is-strip">{kept}</span>'
