"""Reconnect storms: when, where, how many screens, and whether an outage of ours came before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ngettext
from console.words.formatting import duration, instant, number
from console.words.html import table_of_first
from console.words.plots import Figure, new_figure, plain, set_days_axis, set_names_axis
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.patterns.storms import Storm
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import to_local

CAUSES: Final = {
    BlindCause.BROKER: N_("no connection to the broker"),
    BlindCause.LISTENER: N_("nobody listened"),
    BlindCause.STANDSTILL: N_("server or database stood still"),
    BlindCause.NETWORK: N_("broker or network"),
}
_ROW_HEIGHT: Final = 34
_FRAME_HEIGHT: Final = 110
_SMALLEST, _LARGEST = 9, 26
"""Points of a mark: of a fifth of the screens, and of all."""
_COLOR: Final = ("#7B4FB5", "#B292E0")
"""On light and on dark ground; none that means a status."""
_TABLE_ROWS: Final = 200
_SHOWN_GROUPS: Final = 20
_SHOWN: Final = 500
"""Marks; more of them would hide one another."""


def storms_sentence(found: Sequence[Storm], names: Mapping[int, str], zone: ZoneInfo) -> str:
    """Return how many storms there were, how many were ours, and which one was the largest."""
    if not found:
        return _("At no time did many screens connect anew at once.")
    events = [one for one in found if one.group_id is None] or list(found)
    tied = sum(one.outage is not None for one in events)
    largest = max(events, key=lambda one: one.screens)
    said = [
        ngettext(
            "Once many screens connected anew at once.",
            "{n} times many screens connected anew at once.",
            len(events),
        )
    ]
    if tied:
        said.append(
            ngettext(
                "Once an outage of ours came before.",
                "{n} times an outage of ours came before.",
                tied,
            )
        )
    said.append(
        _(
            "The largest: {screens} of {members} ({group}), {time}.",
            screens=number(largest.screens),
            members=number(largest.members),
            group=where(largest, names),
            time=instant(largest.span.start, zone),
        )
    )
    return " ".join(said)


def shown_storms(found: Sequence[Storm]) -> list[Storm]:
    """Return those that a picture has room for: the largest, of the groups that had most."""
    times = Counter(one.group_id for one in found if one.group_id is not None)
    groups = {None, *(group for group, _count in times.most_common(_SHOWN_GROUPS))}
    of_them = [one for one in found if one.group_id in groups]
    largest = sorted(of_them, key=lambda one: one.screens, reverse=True)[:_SHOWN]
    return sorted(largest, key=lambda one: one.span.start)


def cut_sentence(found: Sequence[Storm], shown: Sequence[Storm]) -> str:
    """Return how many of the storms the picture shows; empty when it shows all."""
    if len(shown) == len(found):
        return ""
    return _(
        "Shown are the {n} largest of {all}, of the {groups} groups that had most.",
        n=number(len(shown)),
        all=number(len(found)),
        groups=_SHOWN_GROUPS,
    )


def storms_figure(
    found: Sequence[Storm],
    names: Mapping[int, str],
    window: Span,
    zone: ZoneInfo,
    *,
    is_dark: bool,
) -> Figure:
    """Return the picture: a mark for each storm, the larger the more of the screens it had."""
    figure = new_figure(x_title=_("Time ({zone})", zone=zone.key), y_title="", is_dark=is_dark)
    kinds = (
        (_("after an outage of ours"), "circle-open", [one for one in found if one.outage]),
        (_("without one"), "circle", [one for one in found if not one.outage]),
    )
    for label, symbol, of_kind in kinds:
        figure.add(
            "scatter",
            x=[to_local(one.span.start, zone) for one in of_kind],
            y=[_line(one, names) for one in of_kind],
            mode="markers",
            name=label,
            marker={
                "size": [_size(one) for one in of_kind],
                "symbol": symbol,
                "line": {"width": 2},
                "color": _COLOR[is_dark],
            },
            customdata=[_hover(one, names, zone) for one in of_kind],
            hovertemplate="%{customdata}<extra></extra>",
        )
    lines = _lines(found, names)
    set_days_axis(figure, window, zone)
    set_names_axis(figure, {plain(line): line for line in lines}, range=[len(lines) - 0.5, -0.5])
    figure.update_layout(
        hovermode="closest",
        legend={"itemsizing": "constant"},
        height=_FRAME_HEIGHT + _ROW_HEIGHT * len(lines),
    )
    return figure


def storms_table(
    found: Sequence[Storm], names: Mapping[int, str], zone: ZoneInfo, *, now: datetime
) -> str:
    """Return the storms, the latest first; of many the file has all."""
    heads = (
        _("Since"),
        _("Group"),
        _("Screens"),
        _("Reconnects"),
        _("Duration"),
        _("Outage of ours before"),
    )

    def cells(one: Storm) -> tuple[str, ...]:
        return (
            escape(instant(one.span.start, zone, now=now)),
            escape(where(one, names)),
            escape(_of(one)),
            escape(number(one.reconnects)),
            escape(duration(one.span.length)),
            escape(cause(one) or "–"),
        )

    caption = ngettext("{n} reconnect storm", "{n} reconnect storms", len(found))
    latest_first = list(reversed(found))
    return table_of_first(heads, latest_first, cells, most=_TABLE_ROWS, caption=caption)


def where(one: Storm, names: Mapping[int, str]) -> str:
    """Return whose storm it was."""
    return _("All screens") if one.group_id is None else names.get(one.group_id, "")


def cause(one: Storm) -> str:
    """Return what outage of ours came before, with its length; empty when none did."""
    if one.outage is None:
        return ""
    return f"{_(CAUSES[one.outage.cause])} ({duration(one.outage.span.length)})"


def _of(one: Storm) -> str:
    return _("{n} of {all}", n=number(one.screens), all=number(one.members))


def _size(one: Storm) -> float:
    share = one.screens / one.members if one.members else 1.0
    return _SMALLEST + (_LARGEST - _SMALLEST) * min(share, 1.0)


def _lines(found: Sequence[Storm], names: Mapping[int, str]) -> list[str]:
    groups = {one.group_id for one in found}
    order: list[int | None] = [None, *names]
    return [names[key] if key else _("All screens") for key in order if key in groups]


def _line(one: Storm, names: Mapping[int, str]) -> str:
    return plain(where(one, names))


def _hover(one: Storm, names: Mapping[int, str], zone: ZoneInfo) -> str:
    after = f"<br>{plain(cause(one))}" if one.outage else ""
    return (
        f"<b>{_line(one, names)}</b><br>{instant(one.span.start, zone)}, "
        f"{duration(one.span.length)}<br>{plain(_of(one))}{after}"
    )
