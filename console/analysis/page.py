"""Analysis: how well groups and screens served in past weeks, as pictures with their numbers."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import streamlit as st

from console.analysis.presenters import comparison, heat_map, outages, recovery
from console.analysis.presenters.figures import overall_sentence
from console.analysis.snapshots import Analysis, read_analysis
from console.analysis.span import DEFAULT_WEEKS, SPANS, group_of
from console.i18n import N_, _
from console.parts.address import choose_from_list, choose_one
from console.parts.page_header import freshness, page_header
from console.runtime import now
from console.words.formatting import clock
from console.words.groups import ANY_GROUP

if TYPE_CHECKING:
    import plotly.graph_objects as go

_SPAN_WORDS: Final = {4: N_("4 weeks"), 13: N_("13 weeks"), 26: N_("26 weeks"), 52: N_("1 year")}
_CONFIG: Final[dict[str, Any]] = {"displaylogo": False, "modeBarButtons": [["toImage"]]}
"""For `st.plotly_chart`: nothing but the button that saves the picture."""


def render() -> None:
    """Draw the page."""
    page_header(_("Analysis"))
    weeks = _choose_weeks()
    everything = read_analysis(weeks, None)
    group = _choose_group(everything.groups)
    if everything.counted_until is None or not everything.rows:
        _nothing_yet()
        return
    st.html(f"<p>{escape(overall_sentence(everything.rows, everything.rows_before))}</p>")
    found = everything if group is None else read_analysis(weeks, group)
    _groups(everything, weeks)
    _screens(found, weeks, group)
    _compare(everything)
    _say_until(everything)


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
    figure = heat_map.heat_map(found.rows, found.groups, found.weeks.mondays, is_dark=_is_dark())
    caption = _("Availability by group and week")
    _picture("heat-map", figure, heat_map.heat_map_table(found.rows, found.groups, caption))


def _screens(found: Analysis, weeks: int, group: int | None) -> None:
    query = {"weeks": weeks} if group is None else {"weeks": weeks, "group": group}
    _head(
        _("Outages"),
        outages.outages_sentence(found.screens, found.outages),
        _file("outages", _("Outages (CSV)"), **query),
    )
    if not found.screens:
        return
    figure = outages.outage_timeline(
        found.screens, found.outages, found.window, found.zone, is_dark=_is_dark()
    )
    behind = outages.outage_table(found.screens, found.outages, found.zone, now=now())
    _picture("outages", figure, behind)
    slowest = recovery.slowest(found.screens)
    _head(_("Slowest to recover"), recovery.recovery_sentence(slowest))
    figure = recovery.recovery_figure(slowest, is_dark=_is_dark())
    _picture("recovery", figure, outages.screens_table(found.screens, found.groups))


def _compare(found: Analysis) -> None:
    changes = comparison.changes_of(found.rows, found.rows_before, found.groups)
    title = _("Compared with as many weeks before")
    _head(title, comparison.comparison_sentence(changes))
    if changes:
        figure = comparison.comparison_figure(changes, is_dark=_is_dark())
        _picture("comparison", figure, comparison.comparison_table(changes, title))


def _head(title: str, sentence: str, file: str = "") -> None:
    st.header(title, anchor=False)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.html(f"<p>{escape(sentence)}</p>", width="content")
        if file:
            st.html(file, width="content")


def _picture(key: str, figure: "go.Figure", behind: str) -> None:
    """Draw a chart, and below it, folded, the numbers that it shows."""
    name = {"toImageButtonOptions": {"format": "png", "scale": 2, "filename": f"infoscreen-{key}"}}
    st.plotly_chart(figure, theme=None, config=_CONFIG | name, key=f"analysis-{key}")
    with st.expander(_("The plot's numbers"), key=f"analysis-{key}-numbers"):
        st.html(behind)


def _file(name: str, label: str, **query: int) -> str:
    address = escape(f"/analysis/{name}.csv?{urlencode(query)}")
    return f'<a href="{address}" download>{escape(label)}</a>'


def _say_until(found: Analysis) -> None:
    if found.counted_until:
        freshness(_("Counted until {time}", time=clock(found.counted_until, found.zone)))


def _is_dark() -> bool:
    return st.context.theme.type == "dark"
