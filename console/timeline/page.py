"""The timeline: all groups in lines, over a day or a week, with the line of the present."""

from typing import Final

import streamlit as st

from console.calendar.no_group import no_group_to_plan_for
from console.calendar.presenters.view import stretch_title
from console.events.plan import read_plan
from console.i18n import _
from console.parts.guard import live
from console.parts.page_header import freshness, page_header
from console.parts.style import planner_style
from console.runtime import current_identity, now, user_timezone
from console.timeline.bar import current_timeline, timeline_bar
from console.timeline.data import TimelineQuery, draw_timeline
from console.timeline.order import order_panel
from console.timeline.presenters.axis import axis_of
from console.timeline.presenters.html import now_line_css, timeline_legend
from console.why.box import why_box
from console.words.formatting import clock
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.domain.text.local_time import to_local

_REFRESH_SECONDS: Final = 15


def render() -> None:
    """Draw the page."""
    planner_style()
    plan = read_plan()
    local_now = to_local(now(), user_timezone())
    address = current_timeline(local_now)
    page_header(_("Timeline"), stretch_title(address.view, address.calendar.day))
    if not plan.groups:
        no_group_to_plan_for()
        return
    is_editable = has_at_least(current_identity().role, Role.EDITOR)
    wish = timeline_bar(address, local_now, is_editable=is_editable)
    with st.container(horizontal=True, wrap=False, key="planner"):
        with st.container(key="planner-main"):
            _live_part(wish)
        order_panel(plan.groups)
    why_box(plan.groups, user_timezone())


@live(_REFRESH_SECONDS)
def _live_part(wish: TimelineQuery) -> None:
    zone, at = user_timezone(), now()
    axis = axis_of(wish.address, zone)
    drawn = draw_timeline(read_plan(), wish, axis, zone.key)
    if not drawn.html:
        st.info(
            _("No group and no event matches; take a filter away."),
            icon=":material/filter_alt_off:",
        )
    elif wish.is_list:
        st.html(drawn.html)
    else:
        st.html(now_line_css(axis, now=at))
        with st.container(key="timeline-grid"):
            st.html(drawn.html)
        st.html(timeline_legend())
    fresh = _("As of {time}", time=clock(at, zone, with_seconds=True))
    freshness(f"{drawn.note} {fresh}".strip())
