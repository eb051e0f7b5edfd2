"""The groups in their order, which every page keeps; the unassigned screens stand last."""

import streamlit as st

from console.commands.rollouts.dialog import ask_for_rollout
from console.i18n import _, current_language
from console.monitoring.snapshots import FRESH_SECONDS, fleet
from console.parts.own.listing import Press, listing
from console.runtime import run_again
from console.screens.data import Roster, groups
from console.screens.groups.dialogs import ask_to_delete_group, ask_to_edit_group, ask_to_name_group
from console.screens.groups.order import move_group
from console.screens.presenters.groups import names_of
from console.screens.presenters.html import COMMAND, EDIT, REMOVE, groups_html
from console.shared import shared
from infoscreen_core.services.commands.rollouts.rollout_request import Target


def groups_panel(roster: Roster) -> None:
    """Draw the groups, or what to do first."""
    if not roster.group_count:
        no_group_yet()
        return
    new_group_button()
    with st.container(key="roster-groups"):
        pressed = listing(_listed(current_language()), key="groups-list")
    if pressed:
        move_group(pressed, names_of(groups()))
        _act(pressed)


@shared(seconds=FRESH_SECONDS, entries=2, is_renewed=True)
def _listed(_language: str) -> str:
    """Return the groups as all browsers show them in one language: there may be many."""
    return groups_html(groups(), fleet().figures.of_groups((None,)).in_service)


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


def _act(pressed: Press) -> None:
    group_id = int(pressed.line)
    if pressed.deed == COMMAND:
        ask_for_rollout(Target(group_ids=(group_id,)))
    elif pressed.deed == EDIT:
        ask_to_edit_group(group_id)
    elif pressed.deed == REMOVE:
        ask_to_delete_group(group_id)
    run_again()
