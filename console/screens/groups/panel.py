"""The groups in their order, which every page keeps; the unassigned screens stand last."""

from collections.abc import Sequence

import streamlit as st

from console.commands.rollouts.dialog import rollout_button
from console.i18n import _
from console.runtime import run_again
from console.screens.data import Roster, groups
from console.screens.groups.dialogs import ask_to_delete_group, ask_to_edit_group, ask_to_name_group
from console.screens.groups.order import keep_focus, move_buttons
from console.screens.presenters.html import group_html, groups_head, unassigned_html
from infoscreen_core.services.commands.rollouts.rollout_request import Target
from infoscreen_core.services.screens.views import GroupView


def groups_panel(roster: Roster) -> None:
    """Draw the groups, or what to do first."""
    if not roster.group_count:
        no_group_yet()
        return
    new_group_button()
    found = groups()
    ids = [group.id for group in found]
    with st.container(key="roster-groups", gap=None):
        with st.container(horizontal=True, key="roster-group-head"):
            st.html(groups_head())
        for group in found:
            _line(group, ids)
        with st.container(horizontal=True, key="roster-group-rest"):
            st.html(unassigned_html(_unassigned(roster)))
    keep_focus()


def _unassigned(roster: Roster) -> int:
    return roster.fleet.figures.of_groups((None,)).in_service


def no_group_yet() -> None:
    """Say what a group is good for, and offer to create the first."""
    with st.container(border=True, key="card-no-group"):
        st.header(_("No group yet"), anchor=False)
        st.markdown(
            _(
                "Screens of one group show the same. Create the first group, such as “Foyer”, then "
                "assign screens."
            )
        )
        new_group_button()


def new_group_button() -> None:
    """Draw the button that opens the dialog for a new group."""
    if st.button(_("Create group"), type="primary", icon=":material/add:", key="groups-new"):
        ask_to_name_group()
        run_again()


def _line(group: GroupView, ids: Sequence[int]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"roster-group-{group.id}"):
        st.html(group_html(group))
        move_buttons(group.id, group.name, ids)
        if group.all_screens:
            rollout_button(
                Target(group_ids=(group.id,)),
                group.all_screens,
                key=f"groups-command-{group.id}",
                label=_("Command for the screens of {name}", name=group.name),
                is_quiet=True,
            )
        label = _("Edit {name}", name=group.name)
        if st.button(label, key=f"groups-edit-{group.id}", icon=":material/edit:", type="tertiary"):
            ask_to_edit_group(group)
            run_again()
        label = _("Delete {name}", name=group.name)
        if st.button(
            label, key=f"groups-delete-{group.id}", icon=":material/delete:", type="tertiary"
        ):
            ask_to_delete_group(group)
            run_again()
