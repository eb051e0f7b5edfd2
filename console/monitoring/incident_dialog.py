"""Seeing to an incident: “I take care of it” with a note that everybody reads, and its end."""

from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.i18n import _
from console.monitoring.presenters.incidents import incident_text
from console.parts import dialogs
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    draw_dialog,
    gone,
    is_confirmed,
)
from console.parts.history_link import history_link
from console.parts.write import attempt
from console.runtime import Session, read_session, run_again
from infoscreen_core.domain.text.asked import read_id
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring import incidents
from infoscreen_core.services.monitoring.views import IncidentView

_DIALOG: Final = "incident-take"
_ICON: Final = ":material/front_hand:"


def ask_to_take(incident: IncidentView) -> None:
    """Open the dialog on an incident; a full run must follow."""
    dialogs.open_dialog(_DIALOG, incident=str(incident.id))


def release(incident: IncidentView) -> None:
    """Let somebody else look after the incident, and run the page again."""

    def write(session: Session, actor: Actor, now: datetime) -> str:
        incidents.release(session, incident.id, actor=actor, now=now)
        if not incident.client_name:
            return _("Nobody looks after the outage for now.")
        return _("Nobody looks after {name} for now.", name=incident.client_name)

    _write(write)


def close(incident: IncidentView) -> None:
    """Close the incident by hand, and run the page again."""

    def write(session: Session, actor: Actor, now: datetime) -> str:
        incidents.close(session, incident.id, actor=actor, now=now)
        return _("The incident is closed.")

    _write(write)


def draw_incident_dialog() -> None:
    """Draw the dialog if it is open; pages with incidents call this once, outside live parts."""
    draw_dialog(_DIALOG, _("I take care of it"), _ICON, _contents)


def _write(write: Callable[[Session, Actor, datetime], str]) -> None:
    if attempt(write):
        run_again()


def _contents(incident: str) -> None:
    number = read_id(incident)
    found = None if number is None else _find(number)
    if found is None or found.closed_at is not None:
        gone()
        return
    name = found.client_name or _("All screens")
    st.html(f"<b>{escape(name)}</b> {escape(incident_text(found))}")
    with st.form("incident-take", border=False, enter_to_submit=True):
        slots = Slots()
        note = st.text_input(
            _("Note for the others"),
            value=found.note,
            max_chars=incidents.NOTE_LIMIT,
            placeholder=_("e.g. I am on my way with a new power supply"),
        )
        slots.below("note")
        confirmed = is_confirmed(_("I take care of it"), _ICON)
    if confirmed:
        attempt_and_close(
            lambda session, actor, at: _take(session, found, note or "", actor=actor, now=at),
            slots,
        )
    if found.client_uuid:
        history_link("client", found.client_uuid)
    else:
        history_link("incident", found.id)


def _find(incident_id: int) -> IncidentView | None:
    with read_session() as session:
        try:
            return incidents.get_incident(session, incident_id)
        except NotFoundError:
            return None


def _take(
    session: Session, incident: IncidentView, note: str, *, actor: Actor, now: datetime
) -> str:
    incidents.acknowledge(session, incident.id, note=note, actor=actor, now=now)
    if not incident.client_name:
        return _("You look after the outage now; everybody sees it.")
    return _("You look after {name} now; everybody sees it.", name=incident.client_name)
