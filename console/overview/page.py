"""Overview: is anything wrong, where, what to do, and what will the screens show next."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.commands.dialog import draw_command_dialog
from console.commands.rollouts.dialog import draw_rollout_dialog
from console.i18n import _, current_language, ngettext
from console.monitoring.blindness import say_blindness
from console.monitoring.filters import choose_first, choose_status
from console.monitoring.incident_dialog import draw_incident_dialog
from console.monitoring.incidents import incident_list, open_incidents
from console.monitoring.presenters.fleet import line_of_truth
from console.monitoring.snapshots import FRESH_SECONDS, blind_since, given_up
from console.navigation import link_to, may_open
from console.overview import snapshots
from console.overview.presenters.cards import (
    Ways,
    card_html,
    list_html,
    visible_cards,
)
from console.parts.guard import known_identity, live
from console.parts.news import age_of_news, warn_of_old_news
from console.runtime import now, user_timezone
from console.school.presenters.school import SchoolCalendar, banner_html
from console.shared import shared
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.domain.screens.standing import Standing

_REFRESH_SECONDS: Final = 10
_MANY_GROUPS: Final = 12
"""More groups than this stand in a table, not on cards."""
_ROWS_PER_PAGE: Final = 50
_CARD_WIDTH: Final = 300


def render() -> None:
    """Draw the page."""
    st.html(f'<h1 class="is-hidden">{escape(_("Overview"))}</h1>')
    _live_part()
    draw_command_dialog()
    draw_incident_dialog()
    draw_rollout_dialog()


@live(_REFRESH_SECONDS)
def _live_part() -> None:
    board = snapshots.board()
    snapshot = board.fleet
    count = snapshot.figures.whole
    if not any(count.standings.values()) and not snapshot.group_names:
        _empty_state()
        return
    warn_of_old_news(snapshot.taken_at)
    incidents = open_incidents()
    truth = line_of_truth(count, incidents.total)
    st.html(f'<p class="is-truth">{escape(truth)}</p>')
    say_blindness()
    _school_line()
    _waiting_for_approval(count.standings[Standing.PENDING])
    incident_list(incidents)
    with st.container(horizontal=True, vertical_alignment="center", key="overview-tools"):
        chosen = choose_status(count)
        st.space("stretch")
        link_to("wall", _("Full-screen wall"), icon=":material/fullscreen:")
    _groups(board, chosen)
    age_of_news(snapshot.taken_at)


def opening(zone: ZoneInfo, language: str) -> Iterator[Callable[[], object]]:
    """Return what is read when the page is opened, with nothing chosen."""
    yield snapshots.board
    yield open_incidents
    yield given_up
    yield blind_since
    yield partial(_school_calendar, zone)
    cards = visible_cards(snapshots.board().cards, FleetFilter.ALL)
    if len(cards) > _MANY_GROUPS:
        for ways in {_ways(role) for role in Role}:
            yield partial(_listed, _Asked(FleetFilter.ALL, 0, ways, zone, language))
    elif cards:
        yield partial(snapshots.with_faces, cards)


def _school_line() -> None:
    st.html(banner_html(_school_calendar(user_timezone())))


def _school_calendar(zone: ZoneInfo) -> SchoolCalendar:
    return snapshots.school_calendar(now().astimezone(zone).date())


def _waiting_for_approval(waiting: int) -> None:
    if waiting and has_at_least(known_identity().role, Role.ADMIN):
        label = ngettext(
            "{n} new screen waits for approval", "{n} new screens wait for approval", waiting
        )
        link_to("clients", label, icon=":material/new_releases:")


def _groups(board: snapshots.Board, chosen: FleetFilter) -> None:
    zone, ways = user_timezone(), _ways(known_identity().role)
    cards = visible_cards(board.cards, chosen)
    if not cards:
        st.info(_("No group has such screens."), icon=":material/filter_alt_off:")
    elif len(cards) > _MANY_GROUPS:
        first = choose_first(len(cards), _ROWS_PER_PAGE)
        st.html(_listed(_Asked(chosen, first, ways, zone, current_language())))
    else:
        with st.grid(min_column_width=_CARD_WIDTH, gap="small", key="cards"):
            for card in snapshots.with_faces(cards):
                with st.container(border=True, key=f"card-{card.group_id or 0}"):
                    st.html(card_html(card, ways, zone, now=now()))


@dataclass(frozen=True)
class _Asked:
    """Which groups somebody wants to see, and how."""

    chosen: FleetFilter
    first: int
    ways: Ways
    zone: ZoneInfo
    language: str


@shared(seconds=FRESH_SECONDS, entries=32, is_kept_in_outage=True, is_renewed=True)
def _listed(asked: _Asked) -> str:
    """Return a page of the groups as all browsers show it that ask for the same."""
    cards = visible_cards(snapshots.board().cards, asked.chosen)
    shown = cards[asked.first : asked.first + _ROWS_PER_PAGE]
    return list_html(shown, asked.ways, asked.zone, now=now())


def _ways(role: Role) -> Ways:
    pages = (page for page in ("monitoring", "clients") if may_open(role, page))
    return Ways(screens=next(pages, None), may_plan=has_at_least(role, Role.EDITOR))


def _empty_state() -> None:
    with st.container(border=True, key="card-empty"):
        st.header(_("No screens yet"), anchor=False)
        if has_at_least(known_identity().role, Role.ADMIN):
            st.markdown(
                _(
                    "Switch a player on in this network and point it at the message broker: it "
                    "reports by itself and appears here. Then approve it, put it into a group, and "
                    "plan its first event."
                )
            )
        else:
            st.markdown(_("They appear here as soon as an administrator has let the first one in."))
        link_to("clients", _("Screens & groups"), icon=":material/tv_options_input_settings:")
        link_to("calendar", _("Calendar"), icon=":material/calendar_month:")
