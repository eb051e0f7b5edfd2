"""Screens & groups: let new players in, put screens into groups, and keep these in order."""

from collections.abc import Callable, Iterator
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.commands.plug_dialogs import draw_plug_dialogs
from console.commands.rollouts.dialog import draw_rollout_dialog
from console.i18n import _
from console.parts.address import choose_one
from console.parts.guard import live
from console.parts.page_header import freshness, page_header
from console.parts.style import roster_style
from console.runtime import user_timezone
from console.screens.data import Roster, read_roster
from console.screens.dialogs import draw_clients_dialogs
from console.screens.edit import draw_edit_dialog
from console.screens.groups.dialogs import draw_groups_dialogs
from console.screens.groups.panel import groups_panel, no_group_yet
from console.screens.pending import pending_section
from console.screens.presenters.words import roster_line
from console.screens.rejections import draw_reject_dialog, rejected_section
from console.screens.table import opening_table, screens_table
from console.screens.web_players import draw_web_players_dialog, web_players_button
from console.words.formatting import clock
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter
from infoscreen_core.domain.screens.standing import Standing

_REFRESH_SECONDS: Final = 10
_SCREENS, _GROUPS = "screens", "groups"


def render() -> None:
    """Draw the page."""
    roster_style()
    _live_part()
    draw_clients_dialogs()
    draw_edit_dialog()
    draw_plug_dialogs()
    draw_reject_dialog()
    draw_groups_dialogs()
    draw_rollout_dialog()
    draw_web_players_dialog()


def opening(zone: ZoneInfo, language: str) -> Iterator[Callable[[], object]]:
    """Return what is read when the page is opened, with nothing chosen."""
    yield read_roster
    yield opening_table(zone, language)


@live(_REFRESH_SECONDS)
def _live_part() -> None:
    roster = read_roster()
    page_header(
        _("Screens & groups"),
        roster_line(roster.fleet.figures.whole, roster.group_count),
    )
    pending_section(roster.pending, roster.count(Standing.PENDING))
    if _choose_list(roster) == _GROUPS:
        groups_panel(roster)
    else:
        _screens(roster)
        rejected_section(roster.rejected, roster.count(Standing.REJECTED))
    taken_at = clock(roster.fleet.taken_at, user_timezone(), with_seconds=True)
    freshness(_("As of {time}", time=taken_at))


def _choose_list(roster: Roster) -> str:
    options = {
        _SCREENS: f"{_('Screens')} {roster.fleet.figures.whole.in_service}",
        _GROUPS: f"{_('Groups')} {roster.group_count}",
    }
    return choose_one(_("List"), options, key="list", default=_SCREENS)


def _screens(roster: Roster) -> None:
    if not roster.group_count:
        no_group_yet()
    if FleetFilter.APPROVED.about(roster.fleet.figures.whole):
        screens_table(roster)
        web_players_button()
    else:
        _no_screen_yet(is_one_waiting=bool(roster.pending))


def _no_screen_yet(*, is_one_waiting: bool) -> None:
    with st.container(border=True, key="card-no-screen"):
        st.header(_("No screens yet"), anchor=False)
        if is_one_waiting:
            st.markdown(
                _("Approve the new ones above: then they stand here and can be put into groups.")
            )
        else:
            st.markdown(
                _(
                    "Switch a player on in this network and point it at the message broker: it "
                    "reports by itself and appears here. Then approve it, put it into a group, and "
                    "plan its first event."
                )
            )
            st.markdown(_("To try it out, any browser will do as a screen."))
            web_players_button()
