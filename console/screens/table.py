"""The fleet: found, sorted, ticked, and what can be done with the ticked ones."""

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from console.i18n import _, ngettext
from console.monitoring.filters import choose_status
from console.monitoring.presenters.fleet import is_of
from console.monitoring.presenters.fleet_table import row_count
from console.parts.address import choose_from_list, choose_page, search_text
from console.runtime import now, run_again, user_timezone
from console.screens.data import Roster
from console.screens.dialogs import ask_to_assign, ask_to_remove
from console.screens.edit import ask_to_edit
from console.screens.presenters.html import screen_line, screens_head
from console.screens.presenters.rows import (
    ORDER_WORDS,
    ROSTER_FILTERS,
    RosterQuery,
    SortOrder,
    narrowed,
)
from console.screens.presenters.words import assign_label, remove_label
from console.screens.selection import forget_picks, pick_all_box, pick_box, picked_of
from console.words.groups import ANY_GROUP, NO_GROUP
from infoscreen_core.services.monitoring.views import ClientView

_ROWS_PER_PAGE: Final = 25


def screens_table(roster: Roster) -> None:
    """Draw filters, the bar of what can be done, and one page of the screens."""
    wish = _wish(roster)
    rows = narrowed(roster.fleet, wish)
    _bar(roster.fleet, rows, total=sum(is_of(row, wish.show) for row in roster.fleet))
    if not rows:
        st.info(_("No screen matches; take a filter away."), icon=":material/filter_alt_off:")
        return
    shown = _page(rows)
    with st.container(key="roster-screens", gap=None):
        with st.container(horizontal=True, vertical_alignment="center", key="roster-head"):
            pick_all_box(shown, "fleet")
            st.html(screens_head())
        for row in shown:
            _line(row)


def _line(row: ClientView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"roster-row-{row.uuid}"):
        pick_box(row)
        st.html(screen_line(row, user_timezone(), now=now()))
        label = _("Edit {name}", name=row.name)
        if st.button(
            label, key=f"clients-change-{row.uuid}", icon=":material/edit:", type="tertiary"
        ):
            ask_to_edit(row)
            run_again()


def _wish(roster: Roster) -> RosterQuery:
    with st.container(horizontal=True, vertical_alignment="bottom", key="fleet-filters"):
        show = choose_status(roster.fleet, ROSTER_FILTERS)
        groups = {str(group.id): group.name for group in roster.groups}
        options = {ANY_GROUP: _("All groups"), **groups, NO_GROUP: _("Unassigned")}
        group = choose_from_list(_("Group"), options, key="group", default=ANY_GROUP, width=180)
        orders = {order.value: _(word) for order, word in ORDER_WORDS.items()}
        order = choose_from_list(
            _("Order"), orders, key="order", default=SortOrder.GROUP.value, width=180
        )
        search = search_text(
            _("Search"), key="search", placeholder=_("Search name, UUID, IP"), width=220
        )
    return RosterQuery(show, group, search, SortOrder(order))


def _bar(fleet: Sequence[ClientView], rows: Sequence[ClientView], *, total: int) -> None:
    picked = picked_of(fleet)
    with st.container(horizontal=True, vertical_alignment="center", key="roster-bar"):
        if not picked:
            hint = _("Select screens to assign or remove them.")
            text = f"{row_count(len(rows), total)} · {hint}"
            st.html(f'<p class="is-quiet is-small">{escape(text)}</p>')
            return
        st.html(f"<p>{escape(_picked_text(len(picked), len(picked) - len(picked_of(rows))))}</p>")
        uuids = [row.uuid for row in picked]
        st.button(_("Clear selection"), key="clients-clear", on_click=forget_picks, args=(uuids,))
        if st.button(
            remove_label(len(picked)), key="clients-remove-many", icon=":material/delete:"
        ):
            ask_to_remove(picked)
            run_again()
        label = assign_label(len(picked))
        if st.button(
            label, type="primary", key="clients-assign-many", icon=":material/move_group:"
        ):
            ask_to_assign(picked)
            run_again()


def _picked_text(count: int, hidden: int) -> str:
    text = ngettext("{n} selected", "{n} selected", count)
    return (
        f"{text}, {ngettext('{n} of them hidden', '{n} of them hidden', hidden)}"
        if hidden
        else text
    )


def _page(rows: Sequence[ClientView]) -> list[ClientView]:
    number = choose_page(-(-len(rows) // _ROWS_PER_PAGE))
    return list(rows[(number - 1) * _ROWS_PER_PAGE : number * _ROWS_PER_PAGE])
