"""What needs somebody now: each incident with its screen, reason, age, and what to do."""

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from console.commands.dialog import ask_for_command
from console.commands.presenters.commands import ACTIONS
from console.i18n import _, ngettext
from console.monitoring import snapshots
from console.monitoring.incident_dialog import ask_to_take, release
from console.monitoring.presenters.fleet import by_urgency
from console.monitoring.presenters.incidents import (
    handling,
    incident_html,
    known_as,
    remedy_for,
)
from console.navigation import link_to
from console.parts.guard import known_identity
from console.runtime import now, run_again, user_timezone
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.services.monitoring.views import ClientView

_MAX_SHOWN: Final = 5


def incident_list(clients: Sequence[ClientView]) -> None:
    """Draw the incidents, most urgent first; nothing when there is none."""
    incidents = by_urgency(client for client in clients if client.is_incident)
    if not incidents:
        return
    known = snapshots.incidents()
    incidents = [known_as(client, known) for client in incidents]
    may_act = has_at_least(known_identity().role, Role.ADMIN)
    with st.container(key="incidents", gap=None):
        for client in incidents[:_MAX_SHOWN]:
            _incident(client, may_act=may_act)
        if len(incidents) > _MAX_SHOWN:
            hidden = len(incidents) - _MAX_SHOWN
            text = ngettext(
                "and {n} more; see the list below", "and {n} more; see the list below", hidden
            )
            st.html(f'<p class="is-quiet is-small">{escape(text)}</p>')


def _incident(client: ClientView, *, may_act: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"incident-{client.uuid}"):
        st.html(incident_html(client, user_timezone(), now=now(), may_act=may_act))
        _handle(client)
        remedy = remedy_for(client.reason)
        if may_act and remedy:
            _offer(client, remedy)
        link_to("client", _("Open"), icon=":material/chevron_right:", uuid=client.uuid)


def _handle(client: ClientView) -> None:
    """Let the reader take the incident, change the note, or let it go."""
    who = known_identity()
    may = handling(client.incident, user_id=who.user_id, role=who.role)
    if may.may_take or may.is_own:
        label = _("Change note") if may.is_own else _("I take care of it")
        if st.button(label, key=f"take-{client.uuid}", icon=":material/front_hand:"):
            ask_to_take(client)
            run_again()
    if may.may_release and st.button(
        _("Release"), key=f"release-{client.uuid}", icon=":material/undo:"
    ):
        release(client)


def _offer(client: ClientView, remedy: Action) -> None:
    style = ACTIONS[remedy]
    if st.button(_(style.button), key=f"remedy-{client.uuid}", icon=style.icon):
        ask_for_command(client.uuid, remedy)
        run_again()
