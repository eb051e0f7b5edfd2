"""What needs somebody now: each incident with its screen, reason, age, and what to do."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from console.commands.dialog import ask_for_command
from console.commands.rollouts.dialog import ask_for_rollout
from console.i18n import _, ngettext
from console.monitoring import snapshots
from console.monitoring.incident_dialog import ask_to_take, close, release
from console.monitoring.presenters.incident_list import (
    CLOSE,
    OPEN,
    RELEASE,
    REMEDY,
    ROLLOUT,
    TAKE,
    Reader,
    incidents_html,
)
from console.monitoring.presenters.incidents import past_html, remedy_for
from console.navigation import go_to, link_to
from console.parts.address import choose_page, query
from console.parts.guard import known_identity
from console.parts.own.listing import listing
from console.runtime import now, run_again, user_timezone
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
    _draw(_page(found) if is_all else found.incidents)
    if is_all:
        link_to("monitoring", _("Only the most urgent ones"), icon=":material/unfold_less:")
    elif found.total > len(found.incidents):
        text = ngettext("and {n} more", "and {n} more", found.total - len(found.incidents))
        link_to("monitoring", text, icon=":material/unfold_more:", incidents=_ALL)


def incidents_of_screen(uuid: str) -> None:
    """Draw a screen's open incidents, and those of the last 30 days that are over."""
    found = snapshots.incidents_of(uuid)
    if found.open:
        _draw(found.open, is_at_home=True)
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


def _draw(incidents: Sequence[IncidentView], *, is_at_home: bool = False) -> None:
    """Draw them; on their screen's own page without the ways that are there anyway."""
    who = known_identity()
    given_up = snapshots.given_up()
    reader = Reader(who.user_id, who.role, user_timezone(), now(), given_up, is_at_home=is_at_home)
    with st.container(key="incidents"):
        pressed = listing(incidents_html(incidents, reader), key="incident-list")
    if pressed:
        for incident in incidents:
            if str(incident.id) == pressed.line:
                _act(pressed.deed, incident)
        run_again()  # it may be over meanwhile


def _act(deed: str, incident: IncidentView) -> None:
    """Do what a button asks for; most of it is asked about in a dialog."""
    uuid, remedy = incident.client_uuid, remedy_for(incident.kind)
    if deed == TAKE:
        ask_to_take(incident)
    elif deed == RELEASE:
        release(incident)
    elif deed == CLOSE:
        close(incident)
    elif deed == ROLLOUT:
        ask_for_rollout(Target(incident_id=incident.id))
    elif deed == REMEDY and uuid and remedy:
        ask_for_command(uuid, remedy)
    elif deed == OPEN and uuid:
        go_to("client", uuid=uuid)
