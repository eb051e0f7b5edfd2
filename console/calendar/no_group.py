"""What planning pages say while there is no group to plan for."""

import streamlit as st

from console.i18n import _
from console.navigation import link_to
from console.parts.guard import known_identity
from infoscreen_core.domain.people.roles import Role, has_at_least


def no_group_to_plan_for() -> None:
    """Say what groups are, and where the first is created."""
    with st.container(border=True, key="card-empty"):
        st.header(_("No group yet"), anchor=False)
        what = _("Events are planned for groups of screens, such as “Foyer” or “Aula”.")
        if has_at_least(known_identity().role, Role.ADMIN):
            first = _("Create the first group, then plan what its screens show.")
        else:
            first = _("An administrator creates the first group; then it can be planned for.")
        st.markdown(f"{what} {first}")
        link_to("clients", _("Screens & groups"), icon=":material/tv_options_input_settings:")
