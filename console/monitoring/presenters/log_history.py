"""When a player logged errors and warnings: the figures, what they say, and their plot."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _, ended, ngettext
from console.words.formatting import day
from console.words.html import table
from console.words.plots import Figure, bar_length, bar_start, day_format, new_figure
from console.words.status import STATUSES, StatusStyle
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW, Status
from infoscreen_core.domain.monitoring.logs.lines import LogCount
from infoscreen_core.domain.monitoring.windows import WINDOW_HOURS
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.domain.text.local_time import to_local

_HOUR: Final = timedelta(hours=1)
_LENGTHS: Final = (timedelta(minutes=5), timedelta(minutes=15), _HOUR, 3 * _HOUR, 6 * _HOUR)
BUCKETS: Final[dict[int, timedelta]] = dict(zip(WINDOW_HOURS, _LENGTHS, strict=True))
"""The windows that can be chosen (hours), and the length of a bar in each; it divides a day."""
DEFAULT_HOURS: Final = LOG_WINDOW // _HOUR
CSV_LIMIT: Final = 20_000
"""No more lines than these, the newest, go into a file."""
STYLES: Final[dict[LogLevel, StatusStyle]] = {
    LogLevel.ERROR: STATUSES[Status.CRITICAL],
    LogLevel.WARN: STATUSES[Status.WARNING],
}
"""The levels that are counted, in the order of their bars from the ground up."""
_ZONE_STEP: Final = timedelta(minutes=15)
_FEW: Final = 5
_BAR_WIDTH: Final = 0.9


@dataclass(frozen=True)
class LogHistory:
    """Errors and warnings within a window, in bars of equal length on the reader's clock."""

    hours: int
    starts: tuple[datetime, ...]
    """Where the bars begin, as naive wall times: the hour that comes twice is one bar."""
    counts: dict[LogLevel, tuple[int, ...]]
    """For each level, one number per bar."""
    zone: ZoneInfo
    today: datetime
    """The reader's wall time at the end of the window."""

    @property
    def step(self) -> timedelta:
        """Length of a bar."""
        return BUCKETS[self.hours]

    @property
    def totals(self) -> tuple[int, ...]:
        """All levels together, one number per bar."""
        return tuple(map(sum, zip(*self.counts.values(), strict=True)))


def step_to_count(hours: int) -> timedelta:
    """Return the length of time to count by: short enough to sum up to any zone's bars."""
    return min(BUCKETS[hours], _ZONE_STEP)


def log_history(
    counts: Iterable[LogCount], zone: ZoneInfo, *, hours: int, now: datetime
) -> LogHistory:
    """Return the counts in bars on the reader's clock."""
    # The counts come by stretches of UTC, and are summed into bars by their naive wall times: bars
    # begin on the reader's full hours, also where the clocks change within the window.
    step, today = BUCKETS[hours], to_local(now, zone)
    sums = Counter[tuple[LogLevel, datetime]]()
    for item in counts:
        sums[item.level, bar_start(to_local(item.start, zone), step)] += item.count
    first = min(
        [bar_start(to_local(now - hours * _HOUR, zone), step), *(start for _level, start in sums)]
    )
    last = max([bar_start(today, step), *(start for _level, start in sums)])
    starts = tuple(first + step * number for number in range((last - first) // step + 1))
    columns = {level: tuple(sums[level, start] for start in starts) for level in STYLES}
    return LogHistory(hours, starts, columns, zone, today)


def history_sentence(history: LogHistory) -> str:
    """Return what is to be seen: `3 Fehler und 5 Warnzeilen in 24 h, die meisten um 09:00.`."""
    window, total = f"{history.hours} h", sum(history.totals)
    if total == 0:
        return _("No errors and no warning lines in {window}.", window=window)
    errors, warnings = (sum(history.counts[level]) for level in (LogLevel.ERROR, LogLevel.WARN))
    said = _(
        "{errors} and {warnings} in {window}",
        errors=ngettext("{n} error", "{n} errors", errors) if errors else _("No errors"),
        warnings=ngettext("{n} warning line", "{n} warning lines", warnings)
        if warnings
        else _("no warning lines"),
        window=window,
    )
    return ended(said + _peak(history, total))


def history_figure(history: LogHistory, *, is_dark: bool) -> Figure:
    """Return the bars: errors on the ground, warnings on top, from zero."""
    figure = new_figure(
        x_title=_("Time ({zone})", zone=history.zone.key),
        y_title=_("Log lines per {length}", length=bar_length(history.step)),
        is_dark=is_dark,
    )
    for level, style in STYLES.items():
        _add_bars(
            figure, history, level, style.dark_color if is_dark else style.color, is_dark=is_dark
        )
    days = day_format()
    figure.update_xaxes(
        range=[history.starts[0], history.starts[-1] + history.step],
        tickformat=f"%H:%M\n{days}",
        hoverformat=f"{days} %H:%M",
        fixedrange=True,
        showgrid=False,
    )
    is_low = max(history.totals) <= _FEW
    figure.update_yaxes(
        rangemode="tozero", fixedrange=True, tickformat="d", dtick=1 if is_low else None
    )
    figure.update_layout(
        barmode="stack",
        height=240,
        legend={"traceorder": "normal"},
        uniformtext={"mode": "hide", "minsize": 10},
    )
    return figure


def history_table(history: LogHistory) -> str:
    """Return the bars that are not empty as a table, for those who cannot see them."""
    rows = [
        (_on_day(history, start), *(str(column[number]) for column in history.counts.values()))
        for number, start in enumerate(history.starts)
        if history.totals[number]
    ]
    return table((_("Time"), *map(_series, STYLES)), rows, caption=history_sentence(history))


def _add_bars(
    figure: Figure, history: LogHistory, level: LogLevel, color: str, *, is_dark: bool
) -> None:
    milliseconds = history.step / timedelta(milliseconds=1)
    icon = STYLES[level].icon
    figure.add(
        "bar",
        x=history.starts,
        y=history.counts[level],
        name=_series(level),
        marker={"color": color, "line": {"width": 0}},
        width=milliseconds * _BAR_WIDTH,
        offset=milliseconds * (1 - _BAR_WIDTH) / 2,
        text=[f"{icon} {count}" if count else "" for count in history.counts[level]],
        textposition="inside",
        textangle=0,
        insidetextanchor="middle",
        insidetextfont={"color": "#12161C" if is_dark else "#FFFFFF"},
        hovertemplate="%{y}",
    )


def _series(level: LogLevel) -> str:
    words = {LogLevel.ERROR: _("Errors"), LogLevel.WARN: _("Warning lines")}
    return f"{STYLES[level].icon} {words[level]}"


def _peak(history: LogHistory, total: int) -> str:
    most = max(history.totals)
    if history.totals.count(most) > 1:
        return ""  # no time stands out
    when = _when(history, history.starts[history.totals.index(most)])
    if total == 1:
        return f", {when}"
    return (
        _(", all of them {when}", when=when)
        if most == total
        else _(", most of them {when}", when=when)
    )


def _when(history: LogHistory, start: datetime) -> str:
    end = start + history.step
    if history.step <= _HOUR:
        time = _("at {time}", time=f"{start:%H:%M}")
    else:
        time = _("between {start} and {end}", start=f"{start:%H:%M}", end=_end(end))
    return (
        time
        if start.date() == history.today.date()
        else _("on {day} {time}", day=day(start.date()), time=time)
    )


def _on_day(history: LogHistory, start: datetime) -> str:
    return f"{day(start.date())} {start:%H:%M}–{_end(start + history.step)}"


def _end(end: datetime) -> str:
    return f"{end:%H:%M}" if end.hour or end.minute else "24:00"
