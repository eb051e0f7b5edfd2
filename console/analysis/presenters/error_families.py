"""Errors by family over time: stacked bars, a legend whose entries lead to the lines, a table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.words.formatting import day, number
from console.words.html import link, table_of_first
from console.words.instants import write_instant
from console.words.plots import Figure, day_format, new_figure, plain, set_counts_axis
from infoscreen_core.domain.monitoring.health import DAY, stretch_start
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.services.monitoring.patterns.error_families import ErrorFamilies

_WEEK: Final = 7 * DAY
_MOST_DAYS: Final = 100
"""Bars; of more the ones would be too thin."""
_NEW_WITHIN: Final = _WEEK
_COLORS: Final = (
    ("#3566B8", "#B7791F", "#0F8B6D", "#7B4FB5", "#A83F86", "#5F7A1F"),
    ("#7FA5E6", "#E0A84A", "#3DBE9B", "#B292E0", "#D98ABD", "#A4BF63"),
)
"""On light and on dark ground, in the order of the families."""
_OTHER_COLOR: Final = ("#B3BCC8", "#5B6675")
_LONGEST: Final = 70
"""Characters of a shape in a picture."""
_TABLE_ROWS: Final = 100


def families_sentence(found: ErrorFamilies, zone: ZoneInfo, *, now: datetime) -> str:
    """Return which family had most errors, and which are new."""
    if not found.lines or not found.families:
        return _("No errors were logged.")
    first = found.families[0]
    text = _(
        "{errors}; most often “{shape}”: {share} {screens}.",
        errors=ngettext("{count} error", "{count} errors", found.lines, count=number(found.lines)),
        shape=_short(first.shape),
        share=number(100 * first.lines / found.lines, "%"),
        screens=ngettext("on {n} screen", "on {n} screens", first.screens),
    )
    new = [one for one in found.families if now - one.first_at <= _NEW_WITHIN]
    if not new:
        return text
    latest = max(new, key=lambda one: one.first_at)
    return f"{text} " + _(
        "New since {day}: “{shape}”.",
        day=day(to_local(latest.first_at, zone).date()),
        shape=_short(latest.shape),
    )


def families_figure(found: ErrorFamilies, zone: ZoneInfo, *, is_dark: bool) -> Figure:
    """Return the bars; what is which, `families_legend` says."""
    step = _step(found.window)
    figure = new_figure(
        x_title=_("Time ({zone})", zone=zone.key),
        y_title=_("Errors per day") if step == DAY else _("Errors per week"),
        is_dark=is_dark,
    )
    starts = _starts(found.window, step, zone)
    for name, color, counts in _layers(found, is_dark=is_dark):
        sums = _sums(counts, step, zone)
        figure.add(
            "bar",
            x=starts,
            y=[sums[start] for start in starts],
            name=plain(_short(name)),
            marker={"color": color, "line": {"width": 0}},
            width=step / timedelta(milliseconds=1) * 0.92,
            offset=step / timedelta(milliseconds=1) * 0.04,
            hovertemplate="%{y}",
        )
    days = day_format()
    figure.update_xaxes(
        tickformat=days, hoverformat=days, fixedrange=True, showgrid=False, type="date"
    )
    set_counts_axis(figure)
    figure.update_layout(barmode="stack", height=260, showlegend=False)
    return figure


def families_legend(found: ErrorFamilies, *, group: int | None, is_dark: bool) -> str:
    """Return the families with their colours; each leads to its lines on the page of logs."""
    rows = [
        _legend_row(
            _COLORS[is_dark][place],
            link("logs", one.shape, **_address(found.window, group, family=one.id)),
            one.lines,
        )
        for place, one in enumerate(found.families)
    ]
    rest = sum(count for _at, count in found.other)
    if rest:
        query = _address(found.window, group, level="ERROR")
        rows.append(
            _legend_row(_OTHER_COLOR[is_dark], link("logs", _("Other errors"), **query), rest)
        )
    return f'<ul class="is-families">{"".join(rows)}</ul>' if rows else ""


def families_table(found: ErrorFamilies, zone: ZoneInfo, caption: str) -> str:
    """Return each bar's numbers, the latest first; bars without errors are left out."""
    step = _step(found.window)
    layers = [(name, _sums(counts, step, zone)) for name, _color, counts in _layers(found)]
    starts = [
        start
        for start in reversed(_starts(found.window, step, zone))
        if any(sums[start] for _name, sums in layers)
    ]
    heads = (_("From"), *(escape(_short(name)) for name, _sums in layers))

    def cells(start: datetime) -> tuple[str, ...]:
        return (
            escape(day(start.date(), with_year=True)),
            *(number(sums[start]) for _name, sums in layers),
        )

    return table_of_first(heads, starts, cells, most=_TABLE_ROWS, caption=caption)


def is_empty(found: ErrorFamilies) -> bool:
    """Whether there is nothing to draw."""
    return not found.lines


def _layers(
    found: ErrorFamilies, *, is_dark: bool = False
) -> Iterator[tuple[str, str, Sequence[tuple[datetime, int]]]]:
    for place, one in enumerate(found.families):
        yield one.shape, _COLORS[is_dark][place], one.counts
    if found.other:
        yield _("Other errors"), _OTHER_COLOR[is_dark], found.other


def _step(window: Span) -> timedelta:
    return DAY if window.length <= _MOST_DAYS * DAY else _WEEK


def _starts(window: Span, step: timedelta, zone: ZoneInfo) -> list[datetime]:
    """Return where the bars begin, as naive wall times."""
    first = _start(window.start, step, zone)
    last = _start(window.end - timedelta(microseconds=1), step, zone)
    return [first + step * place for place in range((last - first) // step + 1)]


@lru_cache(maxsize=8192)  # a quarter's hours, which all families share
def _start(at: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    return to_local(stretch_start(at, step, zone), zone)


def _sums(
    counts: Sequence[tuple[datetime, int]], step: timedelta, zone: ZoneInfo
) -> Counter[datetime]:
    sums = Counter[datetime]()
    for at, count in counts:
        sums[_start(at, step, zone)] += count
    return sums


def _legend_row(color: str, name: str, count: int) -> str:
    mark = f'<i style="background:{color}" aria-hidden="true"></i>'
    return f"<li>{mark} {name} <span>{escape(number(count))}</span></li>"


def _address(window: Span, group: int | None, **query: str | int) -> dict[str, str | int]:
    of_group = {} if group is None else {"group": group}
    return {
        **query,
        **of_group,
        "from": write_instant(window.start),
        "to": write_instant(window.end),
    }


def _short(shape: str) -> str:
    return shape if len(shape) <= _LONGEST else f"{shape[: _LONGEST - 1]}…"
