"""The buttons that act on one player."""

import streamlit as st

from console.commands.dialog import ask_for_command
from console.commands.plug_card import plug_button
from console.commands.presenters.commands import ACTIONS
from console.i18n import _
from console.monitoring.failed_services import ask_to_acknowledge
from console.runtime import run_again
from console.screens.power_order import power_buttons
from console.screens.presenters.client import ClientDetail
from infoscreen_core.domain.commands.lifecycle import Action


def action_buttons(detail: ClientDetail) -> None:
    """Draw a button for each command, those for the TV, and one to acknowledge a failed service."""
    with st.container(horizontal=True, key="client-actions"):
        for action in (Action.RESTART_APP, Action.REBOOT_HOST, Action.SHUTDOWN_HOST):
            style = ACTIONS[action]
            if st.button(_(style.button), icon=style.icon, key=f"action-{action.value}"):
                ask_for_command(detail.view.uuid, action)
                run_again()
        plug_button(detail.view.uuid)
        power_buttons(detail)
        if detail.view.is_service_failed and st.button(
            _("Acknowledge failed service"), icon=":material/done_all:", key="action-acknowledge"
        ):
            ask_to_acknowledge(detail.view.uuid)
            run_again()
