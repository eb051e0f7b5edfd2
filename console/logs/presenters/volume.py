"""How many lines were logged when: bars by level, what they say, and the numbers as a table."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ended, ngettext
from console.logs.presenters.spans import LogSpan, span_sentence
from console.monitoring.presenters.logs import level_label
from console.words.formatting import day, number
from console.words.html import table_of_first
from console.words.plots import (
    Figure,
    bar_length,
    bar_start,
    day_format,
    new_figure,
    set_counts_axis,
)
from infoscreen_core.domain.monitoring.logs.lines import LogCount
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.domain.text.local_time import to_local

COLORS: Final[dict[LogLevel, tuple[str, str]]] = {
    LogLevel.ERROR: ("#C2410C", "#F0764A"),
    LogLevel.WARN: ("#B7791F", "#E0A84A"),
    LogLevel.INFO: ("#8DA2BF", "#5B6F8C"),
    LogLevel.DEBUG: ("#C3CBD6", "#3E4A5A"),
}
"""On light and dark ground, in the order of the bars from the ground up."""
_TABLE_ROWS: Final = 100
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_LINES: Final = {
    LogLevel.ERROR: N_("Errors"),
    LogLevel.WARN: N_("Warning lines"),
    LogLevel.INFO: N_("Info lines"),
    LogLevel.DEBUG: N_("Debug lines"),
}


@dataclass(frozen=True)
class Volume:
    """Lines in bars of equal length on the reader's clock."""

    step: timedelta
    starts: tuple[datetime, ...]
    """Where the bars begin, as naive wall times: an hour that comes twice is one bar."""
    counts: dict[LogLevel, tuple[int, ...]]
    """For each level that occurs, one number per bar."""

    @property
    def total(self) -> int:
        """All lines."""
        return sum(map(sum, self.counts.values()))


def volume(counts: Iterable[LogCount], span: LogSpan, zone: ZoneInfo, *, now: datetime) -> Volume:
    """Return counts of hours, or of the bars' own length, in bars on the reader's clock."""
    step = span.step(now)
    sums = Counter[tuple[LogLevel, datetime]]()
    begin = cache(lambda start: bar_start(to_local(start, zone), step))  # each hour has its levels
    for item in counts:
        sums[item.level, begin(item.start)] += item.count
    first = bar_start(to_local(span.start, zone), step)
    last = bar_start(to_local(span.until(now) - timedelta(microseconds=1), zone), step)
    last = max([last, *(start for _level, start in sums)])
    starts = tuple(first + step * place for place in range((last - first) // step + 1))
    return Volume(
        step,
        starts,
        {
            level: column
            for level in COLORS
            if any(column := tuple(sums[level, start] for start in starts))
        },
    )


def volume_sentence(shown: Volume, span: LogSpan, zone: ZoneInfo, *, now: datetime) -> str:
    """Return what is to be seen: how many lines, how many of them errors, and when most."""
    window = span_sentence(span, zone, now=now)
    if not shown.total:
        return _("No lines {window}.", window=window)
    errors = sum(shown.counts.get(LogLevel.ERROR, ()))
    lines = ngettext("{count} line", "{count} lines", shown.total, count=number(shown.total))
    if not errors:
        return _("{lines} {window}, none of them an error.", lines=lines, window=window)
    told = _(
        "{lines} {window}, {errors} of them errors",
        lines=lines,
        window=window,
        errors=number(errors),
    )
    return ended(told + _peak(shown))


def volume_figure(shown: Volume, zone: ZoneInfo, *, is_dark: bool) -> Figure:
    """Return the bars, errors on the ground; dragging over them selects a stretch of time."""
    figure = new_figure(
        x_title=_("Time ({zone})", zone=zone.key),
        y_title=_("Log lines per {length}", length=bar_length(shown.step)),
        is_dark=is_dark,
    )
    milliseconds = shown.step / timedelta(milliseconds=1)
    for level, column in shown.counts.items():
        figure.add(
            "bar",
            x=shown.starts,
            y=column,
            name=_(_LINES[level]),
            marker={"color": COLORS[level][is_dark], "line": {"width": 0}},
            width=milliseconds * 0.92,
            offset=milliseconds * 0.04,
            hovertemplate="%{y}",
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 0.35}},
        )
    days = day_format()
    figure.update_xaxes(
        range=[shown.starts[0], shown.starts[-1] + shown.step],
        tickformat=days if shown.step >= _DAY else f"%H:%M\n{days}",
        hoverformat=days if shown.step >= _DAY else f"{days} %H:%M",
        fixedrange=True,
        showgrid=False,
    )
    set_counts_axis(figure)
    figure.update_layout(
        barmode="stack",
        height=220,
        dragmode="select",
        selectdirection="h",
        legend={"traceorder": "normal"},
    )
    return figure


def volume_table(shown: Volume, sentence: str) -> str:
    """Return the newest bars that are not empty as a table, for those who cannot see them."""
    filled = [
        place
        for place in reversed(range(len(shown.starts)))
        if any(column[place] for column in shown.counts.values())
    ]

    def cells(place: int) -> tuple[str, ...]:
        return _when(shown, place), *(number(column[place]) for column in shown.counts.values())

    heads = (_("Time"), *map(level_label, shown.counts))
    # The files hold the lines, and not everybody may have them.
    return table_of_first(heads, filled, cells, most=_TABLE_ROWS, caption=sentence, has_file=False)


def drawn_span(
    selected: Iterable[object], shown_step: timedelta, zone: ZoneInfo
) -> tuple[datetime, datetime] | None:
    """Return the time from the first to the last instant that was drawn over; None for none.

    Both are widened to whole bars: nobody meets an hour's edge with a mouse.
    """
    times = [_readto_local(one) for one in selected]
    if not times or any(time is None for time in times):
        return None
    found = [time for time in times if time is not None]
    first, last = bar_start(min(found), shown_step), bar_start(max(found), shown_step) + shown_step
    return first.replace(tzinfo=zone), last.replace(tzinfo=zone)


def _readto_local(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=None)
    except ValueError:
        return None


def _peak(shown: Volume) -> str:
    column = shown.counts[LogLevel.ERROR]
    most = max(column)
    if most <= 1 or column.count(most) > 1:
        return ""  # no time stands out
    return _(", most of them {when}", when=_when(shown, column.index(most)))


def _when(shown: Volume, place: int) -> str:
    start = shown.starts[place]
    if shown.step >= _DAY:
        return day(start.date())
    end = start + shown.step
    return f"{day(start.date())} {start:%H:%M}–{end:%H:%M}"
