"""How many commands did what they were to do: bars of their ends over time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _, current_language, ngettext
from console.words.commands import state_word
from console.words.formatting import day, number
from console.words.html import table_of_first
from console.words.plots import Figure, bar_start, new_figure, set_counts_axis
from infoscreen_core.domain.commands.figures import success_of
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.services.commands.figures import EndCount

COLORS: Final[Mapping[State, tuple[str, str]]] = {
    State.COMPLETED: ("#0F8B6D", "#3DBE9B"),
    State.TIMED_OUT: ("#B7791F", "#E0A84A"),
    State.FAILED: ("#C2410C", "#F0764A"),
    State.MANUAL_INTERVENTION_REQUIRED: ("#7B4FB5", "#B292E0"),
    State.EXPIRED: ("#64748B", "#94A3B8"),
}
"""On light and dark ground, in the order of the bars from the ground up."""
_PATTERNS: Final[Mapping[State, str]] = {
    State.TIMED_OUT: "/",
    State.FAILED: "x",
    State.MANUAL_INTERVENTION_REQUIRED: ".",
    State.EXPIRED: "-",
}
"""What tells the ends that went wrong apart in print, and to whom amber and red look alike."""
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_STEPS: Final = ((2 * _DAY, _HOUR), (32 * _DAY, _DAY), (timedelta.max, _WEEK))
"""Up to each length, how long a bar is."""
_TABLE_ROWS: Final = 100


@dataclass(frozen=True)
class Ends:
    """Commands by how they ended, in bars of equal length on the installation's clock."""

    step: timedelta
    counts: Mapping[State, Mapping[datetime, int]]
    """By the wall time at which a bar begins."""

    def of(self, state: State) -> int:
        """Return how many ended so."""
        return sum(self.counts.get(state, {}).values())

    @property
    def by_state(self) -> dict[State, int]:
        """How many ended in each way."""
        return {state: self.of(state) for state in self.counts}


def ends_in_bars(found: Sequence[EndCount], length: timedelta, zone: ZoneInfo) -> Ends:
    """Return ends of hours in bars that suit a span of this length."""
    step = next(step for longest, step in _STEPS if length <= longest)
    sums: dict[State, Counter[datetime]] = {}
    for one in found:
        sums.setdefault(one.state, Counter())[_start(to_local(one.hour, zone), step)] += one.count
    return Ends(step, sums)


def success_sentence(ends: Ends, span: str) -> str:
    """Return how many succeeded within the span, and how many do not count."""
    success = success_of(ends.by_state)
    if success.percent is None:
        return _("No command {span} has ended.", span=span)
    said = ngettext(
        "{done} of {count} command {span} succeeded ({percent} %).",
        "{done} of {count} commands {span} succeeded ({percent} %).",
        success.judged,
        done=number(success.done),
        count=number(success.judged),
        span=span,
        percent=number(success.percent, digits=1),
    )
    if not success.never_sent:
        return said
    never = ngettext(
        "{n} that was cancelled or blocked does not count.",
        "{n} that were cancelled or blocked do not count.",
        success.never_sent,
    )
    return f"{said} {never}"


def success_figure(ends: Ends, *, is_dark: bool) -> Figure:
    """Return the bars, those that succeeded on the ground."""
    figure = new_figure(
        x_title=_("Requested"), y_title=_("Commands per {length}", length=_length(ends.step)),
        is_dark=is_dark,
    )  # fmt: skip
    milliseconds = ends.step / timedelta(milliseconds=1)
    for state, colors in COLORS.items():
        bars = ends.counts.get(state)
        if bars:
            starts = sorted(bars)
            figure.add(
                "bar",
                x=starts,
                y=[bars[start] for start in starts],
                name=state_word(state),
                marker={
                    "color": colors[is_dark],
                    "line": {"width": 0},
                    "pattern": {
                        "shape": _PATTERNS.get(state, ""),
                        "size": 6,
                        "solidity": 0.25,
                        "fillmode": "overlay",
                    },
                },
                width=milliseconds * 0.92,
                offset=milliseconds * 0.04,
                hovertemplate="%{y}",
            )
    month = "%d.%m." if current_language() == "de" else "%d %b"
    figure.update_xaxes(
        type="date",
        tickformat=month if ends.step >= _DAY else f"%H:%M\n{month}",
        hoverformat=month if ends.step >= _DAY else f"{month} %H:%M",
        fixedrange=True,
        showgrid=False,
    )
    set_counts_axis(figure)
    figure.update_layout(barmode="stack", height=300, legend={"traceorder": "normal"})
    return figure


def success_table(ends: Ends, sentence: str) -> str:
    """Return the newest bars as a table, for those who cannot see them."""
    states = [state for state in COLORS if ends.counts.get(state)]
    starts = sorted({start for state in states for start in ends.counts[state]}, reverse=True)

    def cells(start: datetime) -> tuple[str, ...]:
        counts = (number(ends.counts[state].get(start, 0)) for state in states)
        return _when(start, ends.step), *counts

    heads = (_("Requested"), *map(state_word, states))
    return table_of_first(heads, starts, cells, most=_TABLE_ROWS, caption=sentence)


def _start(wall: datetime, step: timedelta) -> datetime:
    if step is not _WEEK:
        return bar_start(wall, step)
    return bar_start(wall, _DAY) - wall.weekday() * _DAY


def _length(step: timedelta) -> str:
    if step is _WEEK:
        return _("week")
    return _("day") if step is _DAY else _("hour")


def _when(start: datetime, step: timedelta) -> str:
    on = day(start.date(), with_year=True)
    if step is _WEEK:
        return _("Week from {day}", day=on)
    return on if step is _DAY else f"{on} {start:%H:%M}"
