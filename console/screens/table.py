"""The fleet: found, sorted, ticked, and what can be done with the ticked ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.commands.rollouts.dialog import rollout_button
from console.i18n import _, current_language, ngettext
from console.monitoring.filters import Selection, choose_among, choose_first
from console.monitoring.presenters.fleet import IN_SERVICE_FILTERS
from console.monitoring.presenters.fleet_table import row_count
from console.monitoring.snapshots import FRESH_SECONDS, players
from console.parts.own.listing import listing
from console.runtime import now, run_again, user_timezone
from console.screens.data import Roster, find_uuids
from console.screens.dialogs import ask_to_assign, ask_to_remove
from console.screens.edit import ask_to_edit
from console.screens.presenters.html import EDIT, screens_html
from console.screens.presenters.words import assign_label, remove_label
from console.screens.selection import forget_picks, pick, picked_uuids, take_ticks
from console.shared import shared
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter, FleetOrder, FleetWish
from infoscreen_core.services.commands.rollouts.rollout_request import Target

ROSTER_FILTERS: Final = (*IN_SERVICE_FILTERS, FleetFilter.OUT_OF_SERVICE)
"""What an approved screen can be narrowed to."""
_ORDERS: Final = (
    FleetOrder.GROUP,
    FleetOrder.NAME,
    FleetOrder.URGENCY,
    FleetOrder.CONTACT,
    FleetOrder.HOST,
    FleetOrder.SOFTWARE,
)
_DEFAULT_ORDER: Final = FleetOrder.GROUP
_ALL: Final = FleetWish(FleetFilter.APPROVED)
_ROWS_PER_PAGE: Final = 25


@dataclass(frozen=True)
class _Page:
    """A page of the screens as all browsers show it."""

    uuids: tuple[str, ...]
    html: str


def screens_table(roster: Roster) -> None:
    """Draw filters, the bar of what can be done, and one page of the screens."""
    selection = choose_among(
        roster.fleet,
        ROSTER_FILTERS,
        _ORDERS,
        default=_DEFAULT_ORDER,
        placeholder=_("Search name, UUID, IP"),
    )
    _bar(selection)
    if not selection.count:
        st.info(_("No screen matches; take a filter away."), icon=":material/filter_alt_off:")
        return
    first = choose_first(selection.count, _ROWS_PER_PAGE)
    read = _found if selection.wish.search else _listed
    _list(read(selection.wish, first, user_timezone(), current_language()))


def _list(page: _Page) -> None:
    picked = picked_uuids()
    with st.container(key="roster-screens"):
        pressed = listing(
            page.html,
            key="roster-list",
            ticked=[uuid for uuid in page.uuids if uuid in picked],
            on_tick=take_ticks,
        )
    if pressed and pressed.deed == EDIT:
        ask_to_edit(pressed.line)
        run_again()


def opening_table(zone: ZoneInfo, language: str) -> Callable[[], object]:
    """Return what reads the table as it is when nothing is chosen."""
    return partial(_listed, FleetWish(order=_DEFAULT_ORDER), 0, zone, language)


def _draw(wish: FleetWish, first: int, zone: ZoneInfo, _language: str) -> _Page:
    """Return a page of the screens as all browsers show it in one language."""
    shown = players(wish, first=first, limit=_ROWS_PER_PAGE)
    return _Page(tuple(row.uuid for row in shown), screens_html(shown, zone, now=now()))


_found = shared(seconds=FRESH_SECONDS, entries=64)(_draw)
_listed = shared(seconds=FRESH_SECONDS, entries=64, is_renewed=True)(_draw)


def _bar(selection: Selection) -> None:
    picked = _ticked()
    with st.container(horizontal=True, vertical_alignment="center", key="roster-bar"):
        if not picked:
            hint = _("Select screens to assign or remove them.")
            text = f"{row_count(selection.count, selection.total)} · {hint}"
            st.html(f'<p class="is-quiet is-small">{escape(text)}</p>')
            return
        hidden = len(picked) - len(find_uuids(selection.wish, frozenset(picked)))
        st.html(f"<p>{escape(_picked_text(len(picked), hidden))}</p>")
        if len(picked) - hidden < selection.count:
            _all_button(selection)
        st.button(_("Clear selection"), key="clients-clear", on_click=forget_picks, args=(picked,))
        _deeds(picked)


def _ticked() -> list[str]:
    """Return the ticked screens that still exist."""
    picked = picked_uuids()
    return find_uuids(_ALL, picked) if picked else []


def _all_button(selection: Selection) -> None:
    """Offer to tick what is on the other pages of the list, too; the server knows which."""
    label = ngettext("Select {n} found", "Select all {n} found", selection.count)
    st.button(
        label,
        key="clients-pick-found",
        icon=":material/select_all:",
        on_click=lambda: pick(find_uuids(selection.wish)),
    )


def _deeds(picked: Sequence[str]) -> None:
    if st.button(remove_label(len(picked)), key="clients-remove-many", icon=":material/delete:"):
        ask_to_remove(picked)
        run_again()
    rollout_button(Target(client_uuids=tuple(picked)), len(picked), key="clients-command-many")
    label = assign_label(len(picked))
    if st.button(label, type="primary", key="clients-assign-many", icon=":material/move_group:"):
        ask_to_assign(picked)
        run_again()


def _picked_text(count: int, hidden: int) -> str:
    text = ngettext("{n} selected", "{n} selected", count)
    return (
        f"{text}, {ngettext('{n} of them hidden', '{n} of them hidden', hidden)}"
        if hidden
        else text
    )
