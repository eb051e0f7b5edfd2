"""What needs somebody now: each incident with its screen, reason, age, and what to do."""

from typing import Final

import streamlit as st

from console.commands.dialog import ask_for_command
from console.commands.presenters.commands import ACTIONS
from console.commands.rollouts.dialog import rollout_button
from console.i18n import _, ngettext
from console.monitoring import snapshots
from console.monitoring.incident_dialog import ask_to_take, close, release
from console.monitoring.presenters.incidents import (
    RECOVERED_KINDS,
    handling,
    incident_html,
    past_html,
    remedy_for,
)
from console.navigation import link_to
from console.parts.address import choose_page, query
from console.parts.guard import known_identity
from console.runtime import now, run_again, user_timezone
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.services.commands.rollouts.rollout_request import Target
from infoscreen_core.services.monitoring.incidents import IncidentPage
from infoscreen_core.services.monitoring.views import IncidentView

_MAX_SHOWN: Final = 5
_PER_PAGE: Final = 25
_PAGE: Final = "incidents-page"
_ALL: Final = "all"


def open_incidents() -> IncidentPage:
    """Return the most urgent open incidents, and how many there are."""
    return snapshots.incidents(limit=_MAX_SHOWN)


def incident_list(found: IncidentPage) -> None:
    """Draw the incidents, most urgent first; nothing when there is none.

    `?incidents=all` shows them all, page by page.
    """
    if not found.total:
        return
    is_all = query().get("incidents") == _ALL and found.total > _MAX_SHOWN
    with st.container(key="incidents", gap=None):
        for incident in _page(found) if is_all else found.incidents:
            _incident(incident)
    if is_all:
        link_to("monitoring", _("Only the most urgent ones"), icon=":material/unfold_less:")
    elif found.total > len(found.incidents):
        text = ngettext("and {n} more", "and {n} more", found.total - len(found.incidents))
        link_to("monitoring", text, icon=":material/unfold_more:", incidents=_ALL)


def incidents_of_screen(uuid: str) -> None:
    """Draw a screen's open incidents, and those of the last 30 days that are over."""
    found = snapshots.incidents_of(uuid)
    if found.open:
        with st.container(key="incidents", gap=None):
            for incident in found.open:
                _incident(incident, is_at_home=True)
    if found.past:
        count = len(found.past)
        title = ngettext(
            "{n} incident of the last 30 days is over",
            "{n} incidents of the last 30 days are over",
            count,
        )
        with st.expander(title, icon=":material/history:"):
            st.html(past_html(found.past, user_timezone(), now=now()))


def _page(found: IncidentPage) -> list[IncidentView]:
    number = choose_page(-(-found.total // _PER_PAGE), key=_PAGE)
    page = snapshots.incidents(limit=_PER_PAGE, offset=(number - 1) * _PER_PAGE)
    return list(page.incidents)


def _incident(incident: IncidentView, *, is_at_home: bool = False) -> None:
    """Draw one; on its screen's own page without the ways that are there anyway."""
    may_act = has_at_least(known_identity().role, Role.ADMIN)
    with st.container(horizontal=True, vertical_alignment="center", key=f"incident-{incident.id}"):
        zone = user_timezone()
        st.html(
            incident_html(
                incident,
                zone,
                now=now(),
                may_act=may_act,
                is_at_home=is_at_home,
                is_given_up=_is_given_up(incident),
            )
        )
        _handle(incident)
        uuid = incident.client_uuid
        if incident.inside and may_act:
            _offer_for_all(incident)
        if uuid is None or is_at_home:
            return
        remedy = remedy_for(incident.kind)
        if may_act and remedy:
            _offer(incident, uuid, remedy)
        link_to("client", _("Open"), icon=":material/chevron_right:", uuid=uuid)


def _is_given_up(incident: IncidentView) -> bool:
    """Whether automatic recovery has tried to end what is wrong, in vain."""
    return incident.kind in RECOVERED_KINDS and incident.client_uuid in snapshots.given_up()


def _handle(incident: IncidentView) -> None:
    """Let the reader take the incident, change the note, let it go, or close it."""
    who = known_identity()
    may = handling(incident, user_id=who.user_id, role=who.role)
    if may.may_take or may.is_own:
        label = _("Change note") if may.is_own else _("I take care of it")
        if st.button(label, key=f"take-{incident.id}", icon=":material/front_hand:"):
            ask_to_take(incident)
            run_again()
    if may.may_release and st.button(
        _("Release"), key=f"release-{incident.id}", icon=":material/undo:"
    ):
        release(incident)
    if may.may_close and st.button(
        _("Close"),
        key=f"close-{incident.id}",
        icon=":material/check:",
        help=_("For what is no trouble to you: it opens again only after its cause has ended."),
    ):
        close(incident)


def _offer_for_all(incident: IncidentView) -> None:
    """Let a command go to all the screens that an outage took along."""
    target = Target(incident_id=incident.id)
    rollout_button(target, incident.inside, key=f"incident-command-{incident.id}")


def _offer(incident: IncidentView, uuid: str, remedy: Action) -> None:
    style = ACTIONS[remedy]
    if st.button(_(style.button), key=f"remedy-{incident.id}", icon=style.icon):
        ask_for_command(uuid, remedy)
        run_again()
