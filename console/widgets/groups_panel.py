"""The groups in their order, which every page keeps; the unassigned screens stand last."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from console.i18n import _
from console.presenters.clients_groups import GroupLine, moved
from console.presenters.clients_html import group_html, groups_head, unassigned_html
from console.presenters.errors import error_sentence
from console.runtime import current_actor, now, run_again, write_session
from console.widgets.clients_data import Roster
from console.widgets.feedback import toast
from console.widgets.groups_dialogs import ask_to_delete_group, ask_to_edit_group, ask_to_name_group
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.groups import set_group_order

_FOCUS: Final = "groups-focus"
_MOVES: Final = "groups-moves"
_FOCUS_AGAIN_MS: Final = [100, 300, 1000, 3000]


def groups_panel(roster: Roster) -> None:
    """Draw the groups, or what to do first."""
    if not roster.groups:
        no_group_yet()
        return
    new_group_button()
    ids = [group.id for group in roster.groups]
    with st.container(key="roster-groups", gap=None):
        with st.container(horizontal=True, key="roster-group-head"):
            st.html(groups_head())
        for group in roster.groups:
            _line(group, ids)
        with st.container(horizontal=True, key="roster-group-rest"):
            st.html(unassigned_html(sum(row.view.group_id is None for row in roster.fleet)))
    _keep_focus()


def no_group_yet() -> None:
    """Say what a group is good for, and offer to create the first."""
    with st.container(border=True, key="card-no-group"):
        st.subheader(_("No group yet"), anchor=False)
        st.markdown(
            _(
                "Screens of one group show the same. Create the first group, such as “Foyer”, then assign "
                "screens."
            )
        )
        new_group_button()


def new_group_button() -> None:
    """Draw the button that opens the dialog for a new group."""
    if st.button(_("Create group"), type="primary", icon=":material/add:", key="groups-new"):
        ask_to_name_group()
        run_again()


def _line(group: GroupLine, ids: Sequence[int]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"roster-group-{group.id}"):
        st.html(group_html(group))
        _move_button(group, ids, -1, _("Move {name} up", name=group.name), ":material/arrow_upward:")
        _move_button(group, ids, 1, _("Move {name} down", name=group.name), ":material/arrow_downward:")
        label = _("Edit {name}", name=group.name)
        if st.button(label, key=f"groups-edit-{group.id}", icon=":material/edit:", type="tertiary"):
            ask_to_edit_group(group)
            run_again()
        label = _("Delete {name}", name=group.name)
        if st.button(label, key=f"groups-delete-{group.id}", icon=":material/delete:", type="tertiary"):
            ask_to_delete_group(group)
            run_again()


def _move_button(group: GroupLine, ids: Sequence[int], steps: int, label: str, icon: str) -> None:
    order = moved(ids, group.id, steps)
    key = f"groups-{'up' if steps < 0 else 'down'}-{group.id}"
    if st.button(label, key=key, icon=icon, type="tertiary", disabled=order == list(ids)):
        _keep_order(order, group)
        st.session_state[_FOCUS] = (key, group.id)
        run_again()


def _keep_order(order: Sequence[int], group: GroupLine) -> None:
    try:
        actor = current_actor()
        with write_session() as session:
            set_group_order(session, order, actor=actor, now=now())
    except InfoscreenError as error:
        toast(error_sentence(error), tone="warning")
        return
    toast(_("{name} stands at place {place} now.", name=group.name, place=order.index(group.id) + 1))


def _keep_focus() -> None:
    """Let the keyboard stay on the button that moved a group: its line was drawn anew in another place."""
    wanted: tuple[str, int] | None = st.session_state.pop(_FOCUS, None)
    if wanted is None:
        return
    moves = st.session_state[_MOVES] = st.session_state.get(_MOVES, 0) + 1
    key, group_id = wanted
    found = f"document.querySelector('.st-key-{key} button:enabled')"
    other = f"document.querySelector('.st-key-roster-group-{group_id} button:enabled')"
    # A line that the page moves after this loses the focus again; nobody else has it then: ask once more.
    again = f"if (document.activeElement === document.body) ({found} ?? {other})?.focus()"
    st.html(
        f"<script>/* {moves} */ ({found} ?? {other})?.focus();"
        f" for (const wait of {_FOCUS_AGAIN_MS}) setTimeout(() => {{ {again} }}, wait)</script>",
        unsafe_allow_javascript=True,
    )
