"""Availability by group and week: a map of colours with its numbers, the sentence, the table."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Final

from console.analysis.presenters.figures import (
    group_name,
    percent_text,
    week_days,
    week_name,
)
from console.i18n import _
from console.words.formatting import duration, number
from console.words.html import table_of_first
from console.words.plots import Figure, new_figure, plain, set_names_axis
from infoscreen_core.domain.monitoring.availability import Figures
from infoscreen_core.services.monitoring.analysis import GroupWeek

_FLOOR: Final = 90.0
"""Percent: what is below has the last colour; the difference of 99 to 100 must be seen."""
SCALE: Final = [  # from amber to blue: apart for every kind of eyes, and in print
    (0.0, "#C8852A"),
    (0.5, "#EAD8A4"),
    (0.9, "#D3E2F5"),
    (1.0, "#6C9BE2"),
]
INK: Final = "#1C2430"
"""Of the numbers: at least 4.5 : 1 on each colour of the scale, in light and dark."""
_ROW_HEIGHT: Final = 34
_FRAME_HEIGHT: Final = 150
_MOST_WRITTEN: Final = 14
"""Columns; in more of them there is no room for the numbers."""
_TABLE_ROWS: Final = 600
MOST_LINES: Final = 100
"""Groups in the picture; nobody could overlook more of them."""


def heat_map_sentence(rows: Sequence[GroupWeek], names: Mapping[int, str]) -> str:
    """Return which group had the worst week."""
    known = [row for row in rows if row.figures.percent is not None]
    worst = min(known, key=lambda row: row.figures.percent or 0.0, default=None)
    if worst is None or not worst.figures.down:
        return _("No group had an outage.")
    return _(
        "The worst week was {week} of {group}: {percent}.",
        week=week_name(worst.monday),
        group=group_name(worst.group_id, names),
        percent=percent_text(worst.figures),
    )


def shown_groups(of_groups: Mapping[int | None, Figures]) -> list[int | None]:
    """Return those of the groups that the map has room for: the least available ones, in order."""
    worst = set(sorted(of_groups, key=lambda group: _percent(of_groups[group]))[:MOST_LINES])
    return [group for group in of_groups if group in worst]


def cut_sentence(shown: int, every: int) -> str:
    """Return how many of the groups the map shows; empty when it shows all."""
    if shown == every:
        return ""
    return _(
        "Shown are the {n} of {all} groups that were available least.",
        n=number(shown),
        all=number(every),
    )


def heat_map(
    rows: Sequence[GroupWeek],
    names: Mapping[int, str],
    mondays: Sequence[date],
    groups: Sequence[int | None],
    *,
    is_dark: bool,
) -> Figure:
    """Return the map: a line for each of these groups, a column for each week."""
    found = {(row.group_id, row.monday): row.figures for row in rows}
    lines = [[found.get((group, monday)) for monday in mondays] for group in groups]
    figure = new_figure(x_title=_("Week"), y_title="", is_dark=is_dark)
    figure.add(
        "heatmap",
        z=[[figures.percent if figures else None for figures in line] for line in lines],
        x=[_column(monday) for monday in mondays],
        y=[_line(group, names) for group in groups],
        text=[[_short(figures) for figures in line] for line in lines],
        texttemplate="%{text}" if len(mondays) <= _MOST_WRITTEN else "",
        customdata=[[_hover(figures) for figures in line] for line in lines],
        hovertemplate="%{y}, %{x}<br>%{customdata}<extra></extra>",
        hoverongaps=False,
        zmin=_FLOOR,
        zmax=100,
        colorscale=SCALE,
        xgap=2,
        ygap=2,
        textfont={"color": INK},
        colorbar=_legend(),
    )
    figure.update_layout(height=_FRAME_HEIGHT + _ROW_HEIGHT * max(len(groups), 1))
    figure.update_xaxes(showgrid=False, fixedrange=True, type="category")
    shown = {_line(group, names): group_name(group, names) for group in groups}
    set_names_axis(figure, shown, showgrid=False)
    return figure


def heat_map_table(rows: Sequence[GroupWeek], names: Mapping[int, str], caption: str) -> str:
    """Return the figures behind the map, the latest week first; of many the file has all."""
    ordered = sorted(rows, key=lambda row: row.monday, reverse=True)
    heads = (_("Week"), _("Group"), _("Available"), _("Outages"), _("Down"), _("Unknown"))
    return table_of_first(
        heads, ordered, lambda row: _cells(row, names), most=_TABLE_ROWS, caption=caption
    )


def _legend() -> dict[str, object]:
    """Return where the scale stands: above, since beside it would take a phone's width."""
    title = {"text": _("Available (%)"), "side": "top", "font": {"size": 13}}
    return {
        "title": title,
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "bottom",
        "lenmode": "pixels",
        "len": 200,
        "thickness": 12,
        "outlinewidth": 0,
    }


def _percent(figures: Figures) -> float:
    percent = figures.percent
    return 100.0 if percent is None else percent


def _cells(row: GroupWeek, names: Mapping[int, str]) -> tuple[str, ...]:
    figures = row.figures
    return (
        escape(f"{week_name(row.monday)} ({week_days(row.monday)})"),
        escape(group_name(row.group_id, names)),
        escape(percent_text(figures)),
        str(figures.outage_count),
        escape(duration(figures.down)),
        escape(duration(figures.unknown)),
    )


def _column(monday: date) -> str:
    return f"{week_name(monday)}<br>{monday.year}" if _is_first(monday) else week_name(monday)


def _is_first(monday: date) -> bool:
    return monday.isocalendar().week == 1


def _line(group: int | None, names: Mapping[int, str]) -> str:
    # Plotly takes texts for markup; two groups never share a name.
    return plain(group_name(group, names))


def _short(figures: Figures | None) -> str:
    if figures is None or figures.percent is None:
        return ""
    return number(figures.percent, digits=1)


def _hover(figures: Figures | None) -> str:
    if figures is None:
        return ""
    return f"{percent_text(figures)} · {_('{length} down', length=duration(figures.down))}"
