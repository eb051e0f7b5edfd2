"""Settings: what holds for the whole installation, and who changed it last."""

from html import escape
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts.history_link import history_link
from console.parts.page_header import page_header
from console.runtime import now, read_session, user_timezone
from console.settings.form import settings_form
from console.settings.housekeeping import housekeeping
from console.settings.presenters.page import changes_html
from infoscreen_core.services.screens.roster import list_group_names
from infoscreen_core.services.system_settings import list_changes

_SHOWN_CHANGES: Final = 10


def render() -> None:
    """Draw the page."""
    page_header(_("Settings"))
    settings_form()
    _latest_changes()
    housekeeping()


def _latest_changes() -> None:
    st.header(_("Changed last"), anchor=False)
    with read_session() as session:
        changes = list_changes(session, limit=_SHOWN_CHANGES)
        groups = list_group_names(session)
    if changes:
        st.html(changes_html(changes, groups, user_timezone(), now=now()))
    else:
        hint = _("Nobody has changed a setting yet; all have their defaults.")
        st.html(f'<p class="is-quiet">{escape(hint)}</p>')
    history_link("setting")
