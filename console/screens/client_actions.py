"""The buttons that act on one player."""

import streamlit as st

from console.commands.dialog import ask_for_command
from console.commands.presenters.commands import ACTIONS
from console.i18n import _
from console.parts.feedback import show_error, toast
from console.runtime import current_actor, now, run_again, write_session
from console.screens.power_order import power_buttons
from console.screens.presenters.client import ClientDetail
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.screens.clients import clear_service_failed


def action_buttons(detail: ClientDetail) -> None:
    """Draw a button for each command, those for the TV, and one to acknowledge a failed service."""
    with st.container(horizontal=True, key="client-actions"):
        for action in (Action.RESTART_APP, Action.REBOOT_HOST, Action.SHUTDOWN_HOST):
            style = ACTIONS[action]
            if st.button(_(style.button), icon=style.icon, key=f"action-{action.value}"):
                ask_for_command(detail.view.uuid, action)
                run_again()
        power_buttons(detail)
        if detail.view.is_service_failed and st.button(
            _("Acknowledge failed service"), icon=":material/done_all:", key="action-acknowledge"
        ):
            _acknowledge(detail)


def _acknowledge(detail: ClientDetail) -> None:
    try:
        actor = current_actor()
        with write_session() as session:
            clear_service_failed(session, detail.view.uuid, actor=actor, now=now())
    except InfoscreenError as error:
        show_error(error)
        return
    toast(_("The failed service of {name} is acknowledged.", name=detail.view.name))
    run_again()
