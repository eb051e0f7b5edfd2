"""Kalender: what is planned, in month, week, day or list; the form stands beside it, not over it."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import streamlit as st

from console.i18n import _
from console.navigation import link_to
from console.presenters.calendar_actions import Action
from console.presenters.calendar_events import (
    Look,
    calendar_events,
    calendar_options,
    grid_of,
    outside_month,
)
from console.presenters.calendar_page import legend_html, zone_note
from console.presenters.calendar_view import CalendarAddress, stretch_of, stretch_title
from console.runtime import current_identity, now, read_session, user_timezone
from console.widgets.calendar import calendar_grid, turn
from console.widgets.calendar_answers import answer, calendar_side, planning_button, selected_occurrence
from console.widgets.calendar_bar import calendar_bar, current_address
from console.widgets.page_header import page_header
from console.widgets.planner_style import planner_style
from infoscreen_core.db.queries.groups import list_groups
from infoscreen_core.domain.local_time import load_zone, to_local
from infoscreen_core.domain.roles import Role, has_at_least
from infoscreen_core.services.event_calendar import OccurrenceView, list_occurrences
from infoscreen_core.services.system_settings import get_setting


def render() -> None:
    """Draw the page."""
    planner_style()
    with read_session() as session:
        groups = {group.id: group.name for group in list_groups(session)}
        zone = load_zone(get_setting(session, "default_timezone"))
    today = to_local(now(), zone).date()
    address = current_address(groups, today=today)
    page_header(_("Calendar"), stretch_title(address.view, address.day))
    if not groups:
        _empty_state()
        return
    is_editable = has_at_least(current_identity().role, Role.EDITOR)
    with st.container(horizontal=True, vertical_alignment="center"):
        calendar_bar(address, groups, today=today)
        if is_editable:
            planning_button(address, zone)
    with st.container(horizontal=True, wrap=False, key="planner"):
        with st.container(key="planner-main"):
            action = _calendar(address, groups, zone, is_editable=is_editable)
            st.html(legend_html(is_editable=is_editable))
            st.caption(zone_note(zone, user_timezone(), now=now()))
        calendar_side(address, groups, zone, today)
    if action is not None:
        answer(action, address, zone, is_editable=is_editable)
        st.rerun()


def _calendar(
    address: CalendarAddress, groups: Mapping[int, str], zone: ZoneInfo, *, is_editable: bool
) -> Action | None:
    look = Look(
        zone=zone,
        now=now(),
        group_names=groups,
        is_group_named=address.group_id is None and len(groups) > 1,
        is_editable=is_editable,
        selected=selected_occurrence(),
    )
    events = [*calendar_events(_occurrences(address, zone), look), *outside_month(address)]
    grid = grid_of(address.view, 1 if address.group_id else len(groups))
    stretch = stretch_of(address.view, address.day)
    options = calendar_options(
        address.view, grid, stretch, now=look.now, zone=zone, is_editable=is_editable, turn=turn()
    )
    return calendar_grid(events, options, key=f"calendar-{address.view}-{grid}", is_editable=is_editable)


def _occurrences(address: CalendarAddress, zone: ZoneInfo) -> list[OccurrenceView]:
    start, end = stretch_of(address.view, address.day).window(zone)
    group_ids = None if address.group_id is None else [address.group_id]
    with read_session() as session:
        return list_occurrences(session, group_ids=group_ids, window_start=start, window_end=end, now=now())


def _empty_state() -> None:
    with st.container(border=True, key="card-empty"):
        st.subheader(_("No group yet"), anchor=False)
        st.markdown(
            _(
                "Events are planned for groups of screens, such as “Foyer” or “Aula”. Create the first "
                "group, then plan what its screens show."
            )
        )
        link_to("clients", _("Screens & groups"), icon=":material/tv_options_input_settings:")
