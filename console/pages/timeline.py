"""Zeitleiste: all groups in lines, over a day or a week, with the line of the present."""

from dataclasses import replace
from typing import Final

import streamlit as st

from console.i18n import _
from console.presenters.calendar_view import stretch_of, stretch_title
from console.presenters.formatting import clock
from console.presenters.timeline import timeline_rows
from console.presenters.timeline_axis import Hours, TimelineAddress, axis_of, ticks_of
from console.presenters.timeline_html import (
    Scene,
    hidden_note,
    now_line_css,
    timeline_html,
    timeline_legend,
    timeline_list,
)
from console.runtime import current_identity, now, user_timezone
from console.widgets.calendar_data import read_plan
from console.widgets.guard import live
from console.widgets.no_group import no_group_to_plan_for
from console.widgets.page_header import freshness, page_header
from console.widgets.planner_style import planner_style
from console.widgets.timeline_bar import Wish, current_timeline, timeline_bar
from console.widgets.timeline_data import holidays_between, occurrences_between
from console.widgets.timeline_order import order_panel
from console.widgets.why import why_box
from infoscreen_core.domain.roles import Role, has_at_least

_REFRESH_SECONDS: Final = 15


def render() -> None:
    """Draw the page."""
    planner_style()
    plan = read_plan()
    today = now().astimezone(user_timezone()).date()
    address = current_timeline(today=today)
    page_header(_("Timeline"), stretch_title(address.view, address.calendar.day))
    if not plan.groups:
        no_group_to_plan_for()
        return
    is_editable = has_at_least(current_identity().role, Role.EDITOR)
    wish = timeline_bar(address, today=today, is_editable=is_editable)
    if wish.is_list:  # nothing is left out there, and nothing needs the room
        address = replace(address, hours=Hours.ALL)
    with st.container(horizontal=True, wrap=False, key="planner"):
        with st.container(key="planner-main"):
            _live_part(address, wish)
        order_panel(plan.groups)
    why_box(plan.groups, user_timezone())


@live(_REFRESH_SECONDS)
def _live_part(address: TimelineAddress, wish: Wish) -> None:
    plan, at = read_plan(), now()
    scene = _scene(address)
    rows = timeline_rows(
        occurrences_between(plan, scene.axis.start, scene.axis.end),
        plan.groups,
        scene.axis,
        scene.zone,
        wish.narrowing,
    )
    if not rows:
        st.info(_("No group and no event matches; take a filter away."), icon=":material/filter_alt_off:")
    elif wish.is_list:
        st.html(timeline_list(rows, scene))
    else:
        st.html(now_line_css(scene.axis, now=at))
        with st.container(key="timeline-grid"):
            st.html(timeline_html(rows, scene))
        st.html(timeline_legend())
    note = hidden_note(rows)
    freshness(f"{note} {_('As of {time}', time=clock(at, scene.zone, with_seconds=True))}".strip())


def _scene(address: TimelineAddress) -> Scene:
    zone = user_timezone()
    axis, stretch = axis_of(address, zone), stretch_of(address.view, address.calendar.day)
    return Scene(
        address=address,
        axis=axis,
        ticks=ticks_of(axis, address, zone),
        holidays=holidays_between(stretch.start, stretch.end),
        zone=zone,
        now=now(),
    )
