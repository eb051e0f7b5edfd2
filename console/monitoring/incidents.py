"""What needs somebody now: each incident with its screen, reason, age, and what to do."""

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from console.commands.dialog import ask_for_command
from console.commands.presenters.commands import ACTIONS
from console.i18n import _, ngettext
from console.monitoring.presenters.fleet import by_urgency
from console.monitoring.presenters.incidents import advice_for, remedy_for
from console.navigation import link_to
from console.parts.guard import known_identity
from console.runtime import now, run_again, user_timezone
from console.words.formatting import relative_html
from console.words.status import reason_text, status_html
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.services.monitoring.views import ClientView

_MAX_SHOWN: Final = 5


def incident_list(clients: Sequence[ClientView]) -> None:
    """Draw the incidents, most urgent first; nothing when there is none."""
    incidents = by_urgency(client for client in clients if client.is_incident)
    if not incidents:
        return
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
        st.html(_sentence(client, may_act=may_act))
        remedy = remedy_for(client.reason)
        if may_act and remedy:
            _offer(client, remedy)
        link_to("client", _("Open"), icon=":material/chevron_right:", uuid=client.uuid)


def _sentence(client: ClientView, *, may_act: bool) -> str:
    since = relative_html(client.last_alive, user_timezone(), now=now())
    group = escape(client.group_name or _("Unassigned"))
    contact = escape(_("last contact"))
    advice = escape(advice_for(client.reason, may_act=may_act))
    return (
        f'<div class="is-incident">{status_html(client.status)} <b>{escape(client.name)}</b> '
        f"<span>{escape(reason_text(client.reason))}</span>"
        f'<div class="is-quiet is-small">{group} · {contact} {since} · {advice}</div></div>'
    )


def _offer(client: ClientView, remedy: Action) -> None:
    style = ACTIONS[remedy]
    if st.button(_(style.button), key=f"remedy-{client.uuid}", icon=style.icon):
        ask_for_command(client.uuid, remedy)
        run_again()
