"""What narrows and sorts the list; its figures stand in the filters themselves."""

import streamlit as st

from console.i18n import _
from console.parts.address import choose_from_list, choose_one, search_text
from console.people.asked import ANY, DEFAULT_SORT, ROLE, SORT, STATE, TEXT
from console.people.presenters.words import role_options, sort_words, state_options
from console.people.roles import roles_seen
from infoscreen_core.services.people.views import UserFigures


def draw_filters(figures: UserFigures) -> None:
    """Draw the controls; each writes its choice into the address."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="people-filters"):
        choose_one(_("Show"), {ANY: _("All"), **state_options(figures)}, key=STATE, default=ANY)
        roles = role_options(figures, roles_seen())
        choose_from_list(
            _("Role"), {ANY: _("All roles"), **roles}, key=ROLE, default=ANY, width=190
        )
        choose_from_list(_("Order"), sort_words(), key=SORT, default=DEFAULT_SORT, width=220)
        search_text(_("Search"), key=TEXT, placeholder=_("Search name, mail"), width=220)
