"""Monitoring: every screen with its status and reason, as a table or as a wall of pictures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.commands.dialog import draw_command_dialog
from console.commands.rollouts.dialog import draw_rollout_dialog
from console.i18n import _, current_language
from console.monitoring import snapshots
from console.monitoring.blindness import say_blindness
from console.monitoring.failed_services import (
    draw_failed_service_dialog,
    failed_service_list,
    failed_services,
)
from console.monitoring.filters import (
    DEFAULT_ORDER,
    VIEWS,
    Selection,
    choose_first,
    choose_players,
    choose_view,
)
from console.monitoring.group_roll_up import group_roll_up, troubled_lines
from console.monitoring.incident_dialog import draw_incident_dialog
from console.monitoring.incidents import incident_list, open_incidents
from console.monitoring.log_window import choose_hours
from console.monitoring.presenters.fleet import line_of_truth
from console.monitoring.presenters.fleet_table import fleet_table, totals_html
from console.monitoring.presenters.log_history import DEFAULT_HOURS
from console.monitoring.presenters.wall import wall_html
from console.navigation import link_to
from console.parts.guard import live
from console.parts.news import age_of_news, warn_of_old_news
from console.parts.page_header import page_header
from console.parts.saved_views import saved_views
from console.runtime import now, run_again, user_timezone
from console.shared import shared
from infoscreen_core.domain.monitoring.fleet_wish import FleetWish

_REFRESH_SECONDS: Final = 10
_PURSUIT_SECONDS: Final = 3
"""While a priority picture is active, so that what follows it is seen."""
_PACE: Final = "monitoring-pace"
_ROWS_PER_PAGE: Final = 50


def render() -> None:
    """Draw the page."""
    page_header(_("Monitoring"))
    saved_views("monitoring", ("view", "hours", "show", "content", "group", "order", "search"))
    st.session_state[_PACE] = _pace()
    live(st.session_state[_PACE])(_live_part)()
    draw_command_dialog()
    draw_incident_dialog()
    draw_rollout_dialog()
    draw_failed_service_dialog()


def _pace() -> int:
    return _PURSUIT_SECONDS if snapshots.alarms().priority_pictures else _REFRESH_SECONDS


def _live_part() -> None:
    snapshot = snapshots.fleet()
    if _pace() != st.session_state.get(_PACE):
        run_again()  # a fragment's pace changes with the next full run only
    with st.container(horizontal=True, vertical_alignment="center", key="monitoring-tools"):
        view, hours = choose_view(), choose_hours()
        st.space("stretch")
        link_to("wall", _("Full-screen wall"), icon=":material/fullscreen:")
    warn_of_old_news(snapshot.taken_at)
    fleet, incidents = snapshot.figures.whole, open_incidents()
    lines, truth = snapshots.log_sums(hours), line_of_truth(fleet, incidents.total)
    st.html(totals_html(fleet, snapshots.alarms(), lines, truth=truth, hours=hours))
    say_blindness()
    incident_list(incidents)
    failed_service_list(snapshots.alarms().failed)
    group_roll_up(snapshot)
    _players(choose_players(snapshot), view, hours)
    age_of_news(snapshot.taken_at)


def _players(selection: Selection, view: str, hours: int) -> None:
    if not selection.count:
        _nothing_found(selection)
        return
    first = choose_first(selection.count, _ROWS_PER_PAGE)
    asked = _Asked(selection.wish, first, hours, view, user_timezone(), current_language())
    st.html(_found(asked) if selection.wish.search else _listed(asked))


@dataclass(frozen=True)
class _Asked:
    """Which players somebody wants to see, and how."""

    wish: FleetWish
    first: int
    hours: int
    view: str
    zone: ZoneInfo
    language: str


def _draw(asked: _Asked) -> str:
    """Return the players as all browsers show them that ask for the same."""
    shown = snapshots.players(
        asked.wish, first=asked.first, limit=_ROWS_PER_PAGE, hours=asked.hours
    )
    draw = wall_html if asked.view == "wall" else fleet_table
    return draw(shown, asked.zone, now=now())


_found = shared(seconds=snapshots.FRESH_SECONDS, entries=64)(_draw)
_listed = shared(seconds=snapshots.FRESH_SECONDS, entries=64, is_renewed=True)(_draw)


def opening(zone: ZoneInfo, language: str) -> Iterator[Callable[[], object]]:
    """Return what is read when the page is opened, with nothing chosen."""
    yield snapshots.fleet
    yield snapshots.alarms
    yield open_incidents
    yield snapshots.given_up
    yield snapshots.blind_since
    yield partial(snapshots.log_sums, DEFAULT_HOURS)
    yield partial(failed_services, snapshots.alarms().failed)
    yield partial(troubled_lines, language)
    wish = FleetWish(order=DEFAULT_ORDER)
    for view in VIEWS:
        yield partial(_listed, _Asked(wish, 0, DEFAULT_HOURS, view, zone, language))


def _nothing_found(selection: Selection) -> None:
    if selection.is_narrowed:
        st.info(_("No screen matches; take a filter away."), icon=":material/filter_alt_off:")
    else:
        st.info(_("No screens yet. A player that is on reports by itself."), icon=":material/tv:")
