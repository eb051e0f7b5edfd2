"""Analysis: how well groups and screens served in past weeks, as pictures with their numbers."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import streamlit as st

from console.analysis.presenters import comparison, heat_map, outages, recovery
from console.analysis.presenters.figures import overall_sentence
from console.analysis.snapshots import Analysis, Screens, read_analysis, read_screens
from console.analysis.span import DEFAULT_WEEKS, SPANS, group_of
from console.i18n import N_, _
from console.parts.address import choose_from_list, choose_one
from console.parts.page_header import freshness, page_header
from console.parts.plot import draw_plot, is_dark
from console.runtime import now
from console.words.formatting import clock
from console.words.groups import ANY_GROUP

if TYPE_CHECKING:
    import plotly.graph_objects as go

_SPAN_WORDS: Final = {4: N_("4 weeks"), 13: N_("13 weeks"), 26: N_("26 weeks"), 52: N_("1 year")}


def render() -> None:
    """Draw the page."""
    page_header(_("Analysis"))
    weeks = _choose_weeks()
    found = read_analysis(weeks)
    group = _choose_group(found.groups)
    if found.counted_until is None or not found.rows:
        _nothing_yet()
        return
    st.html(f"<p>{escape(overall_sentence(found.rows, found.rows_before))}</p>")
    _groups(found, weeks)
    _screens(found, read_screens(weeks, group), weeks, group)
    _compare(found)
    _say_until(found)


def _choose_weeks() -> int:
    options = {str(count): _(_SPAN_WORDS[count]) for count in SPANS}
    return int(choose_one(_("Span"), options, key="weeks", default=str(DEFAULT_WEEKS)))


def _choose_group(names: Mapping[int, str]) -> int | None:
    options = {ANY_GROUP: _("All groups"), **{str(key): name for key, name in names.items()}}
    label = _("Group of the screens below")
    return group_of(choose_from_list(label, options, key="group", default=ANY_GROUP, width=220))


def _nothing_yet() -> None:
    st.info(
        _(
            "Nothing is counted yet. The scheduler counts every hour, from the first report of a "
            "screen on; come back later."
        ),
        icon=":material/hourglass_empty:",
    )


def _groups(found: Analysis, weeks: int) -> None:
    _head(
        _("Availability by group and week"),
        heat_map.heat_map_sentence(found.rows, found.groups),
        _file("weeks", _("Weeks (CSV)"), weeks=weeks),
    )
    figure = heat_map.heat_map(found.rows, found.groups, found.weeks.mondays, is_dark=is_dark())
    caption = _("Availability by group and week")
    _picture("heat-map", figure, heat_map.heat_map_table(found.rows, found.groups, caption))


def _screens(found: Analysis, worst: Screens, weeks: int, group: int | None) -> None:
    query = {"weeks": weeks} if group is None else {"weeks": weeks, "group": group}
    _head(
        _("Outages"),
        outages.outages_sentence(worst.screens, worst.outages),
        _file("outages", _("Outages (CSV)"), **query),
    )
    if not worst.screens:
        return
    figure = outages.outage_timeline(
        worst.screens, worst.outages, found.window, found.zone, is_dark=is_dark()
    )
    behind = outages.outage_table(worst.screens, worst.outages, found.zone, now=now())
    _picture("outages", figure, behind)
    slowest = recovery.slowest(worst.screens)
    _head(_("Slowest to recover"), recovery.recovery_sentence(slowest))
    figure = recovery.recovery_figure(slowest, is_dark=is_dark())
    _picture("recovery", figure, outages.screens_table(worst.screens, found.groups))


def _compare(found: Analysis) -> None:
    changes = comparison.changes_of(found.rows, found.rows_before, found.groups)
    title = _("Compared with as many weeks before")
    _head(title, comparison.comparison_sentence(changes))
    if changes:
        figure = comparison.comparison_figure(changes, is_dark=is_dark())
        _picture("comparison", figure, comparison.comparison_table(changes, title))


def _head(title: str, sentence: str, file: str = "") -> None:
    st.header(title, anchor=False)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.html(f"<p>{escape(sentence)}</p>", width="content")
        if file:
            st.html(file, width="content")


def _picture(name: str, figure: "go.Figure", behind: str) -> None:
    draw_plot(figure, behind, key=f"analysis-{name}", file_name=f"infoscreen-{name}")


def _file(name: str, label: str, **query: int) -> str:
    address = escape(f"/analysis/{name}.csv?{urlencode(query)}")
    return f'<a href="{address}" download>{escape(label)}</a>'


def _say_until(found: Analysis) -> None:
    if found.counted_until:
        freshness(_("Counted until {time}", time=clock(found.counted_until, found.zone)))
