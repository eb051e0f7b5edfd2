"""What the calendar shares with other programs: links that they subscribe to."""

from collections.abc import Mapping

import streamlit as st

from console.i18n import _
from console.widgets import dialogs
from console.widgets.clients_form import draw_dialog
from console.widgets.feeds_panel import feeds_panel, forget_link

_NAME = "calendar-exchange"


def exchange_button(groups: Mapping[int, str], group_id: int | None) -> None:
    """Draw the button, and the dialog while it is open; `group_id` is the group looked at, if one is."""
    st.button(
        _("Subscribe"),
        icon=":material/calendar_add_on:",
        key="calendar-exchange",
        on_click=_open,
        args=(group_id,),
    )

    def contents(group_id: int | None) -> None:
        feeds_panel(groups, group_id)

    draw_dialog(_NAME, _("Subscribe to a calendar"), ":material/calendar_add_on:", contents, width="medium")


def _open(group_id: int | None) -> None:
    forget_link()
    dialogs.open_dialog(_NAME, group_id=group_id)
