"""Monitoring: every screen with its status and reason, as a table or as a wall of pictures."""

from typing import Final

import streamlit as st

from console.commands.dialog import draw_command_dialog
from console.i18n import _
from console.monitoring import snapshots
from console.monitoring.filters import Selection, choose_clients, choose_view, page_of
from console.monitoring.incident_dialog import draw_incident_dialog
from console.monitoring.incidents import incident_list, open_incidents
from console.monitoring.log_window import choose_hours
from console.monitoring.presenters.fleet import line_of_truth
from console.monitoring.presenters.fleet_table import fleet_table, totals_html
from console.monitoring.presenters.wall import wall_html
from console.navigation import link_to
from console.parts.guard import live
from console.parts.news import age_of_news, warn_of_old_news
from console.parts.page_header import page_header
from console.runtime import now, user_timezone

_REFRESH_SECONDS: Final = 10
_ROWS_PER_PAGE: Final = 50


def render() -> None:
    """Draw the page."""
    page_header(_("Monitoring"))
    _live_part()
    draw_command_dialog()
    draw_incident_dialog()


@live(_REFRESH_SECONDS)
def _live_part() -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="monitoring-tools"):
        view, hours = choose_view(), choose_hours()
        st.space("stretch")
        link_to("wall", _("Full-screen wall"), icon=":material/fullscreen:")
    snapshot = snapshots.fleet(hours)
    warn_of_old_news(snapshot.taken_at)
    incidents = open_incidents()
    truth = line_of_truth(snapshot.clients, incidents.total)
    st.html(totals_html(snapshot.clients, truth, hours))
    incident_list(incidents)
    selection = choose_clients(snapshot.clients)
    _clients(selection, view)
    age_of_news(snapshot.taken_at)


def _clients(selection: Selection, view: str) -> None:
    zone, at = user_timezone(), now()
    if not selection.clients:
        _nothing_found(selection)
        return
    shown = page_of(selection.clients, _ROWS_PER_PAGE)
    if view == "wall":
        st.html(wall_html(shown, zone, now=at))
    else:
        st.html(fleet_table(shown, zone, now=at))


def _nothing_found(selection: Selection) -> None:
    if selection.is_narrowed:
        st.info(_("No screen matches; take a filter away."), icon=":material/filter_alt_off:")
    else:
        st.info(_("No screens yet. A player that is on reports by itself."), icon=":material/tv:")
