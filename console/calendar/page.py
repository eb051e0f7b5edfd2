"""The calendar: the plan by month, week, day or list, with the form beside it, not over it."""

import streamlit as st

from console.calendar.answers import (
    answer,
    calendar_side,
    day_beside,
    is_side_open,
    planning_button,
)
from console.calendar.bar import Bar, bar_beside, calendar_bar, current_bar, exceptions_switch
from console.calendar.component import calendar_grid, turn
from console.calendar.drawn import drawn_events
from console.calendar.exchange import exchange_button
from console.calendar.no_group import no_group_to_plan_for
from console.calendar.opening import keep_opening_in_step, selected_occurrence
from console.calendar.presenters.events import calendar_options, grid_of, with_selection
from console.calendar.presenters.page import legend_html, page_line, words_html, zone_note
from console.calendar.presenters.view import CalendarAddress, stretch_of
from console.events.plan import Plan, read_plan
from console.events.presenters.actions import Action
from console.events.undo import undo_offer
from console.i18n import _
from console.parts.page_header import page_header
from console.parts.style import planner_style
from console.runtime import current_identity, now, run_again, user_timezone
from console.why.box import why_box
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.domain.text.local_time import to_local


def render() -> None:
    """Draw the page."""
    planner_style()
    plan = read_plan()
    today = to_local(now(), plan.zone).date()
    asked = current_bar(plan.groups, plan.periods, today=today)
    is_editable = has_at_least(current_identity().role, Role.EDITOR)
    if plan.groups:
        keep_opening_in_step(asked.address, plan.zone, is_editable=is_editable)
    bar = bar_beside(asked, day_beside(plan.zone), is_form_open=is_side_open())
    address = bar.address
    page_header(_("Calendar"), page_line(address, plan.periods))
    if not plan.groups:
        no_group_to_plan_for()
        return
    with st.container(horizontal=True, vertical_alignment="center", key="calendar-head"):
        calendar_bar(bar, plan.groups)
        if is_editable:
            planning_button(address, plan.zone)
            exchange_button(plan.groups, address.group_id)
    # Always there: an element that comes and goes would load the calendar anew.
    with st.container(key="event-undo-place"):
        if is_editable:
            undo_offer()
    with st.container(horizontal=True, wrap=False, key="planner"):
        with st.container(key="planner-main"):
            action = _calendar(plan, address, is_editable=is_editable)
            _below_calendar(plan, bar, is_editable=is_editable)
        calendar_side(asked, plan)
    why_box(plan.groups, plan.zone, group_id=address.group_id)
    if action is not None:
        answer(action, address, plan, is_editable=is_editable)
        run_again()


def _below_calendar(plan: Plan, bar: Bar, *, is_editable: bool) -> None:
    with st.container(horizontal=True, wrap=False, key="calendar-legend"):
        group = plan.groups.get(bar.address.group_id or 0)
        st.html(words_html(group) + legend_html(is_editable=is_editable))
        exceptions_switch(bar)
    if note := zone_note(plan.zone, user_timezone(), now=now()):
        st.caption(note)


def _calendar(plan: Plan, address: CalendarAddress, *, is_editable: bool) -> Action | None:
    events = with_selection(
        drawn_events(plan, address, is_editable=is_editable), selected_occurrence()
    )
    grid = grid_of(address.view, 1 if address.group_id else len(plan.groups))
    options = calendar_options(
        address.view,
        grid,
        stretch_of(address.view, address.day),
        now=now(),
        zone=plan.zone,
        is_editable=is_editable,
        turn=turn(),
    )
    return calendar_grid(
        events, options, key=f"calendar-{address.view}-{grid}", is_editable=is_editable
    )
