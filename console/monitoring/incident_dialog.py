"""Taking an incident: “I take care of it”, with a note that everybody reads."""

from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.i18n import _
from console.monitoring import snapshots
from console.parts import dialogs
from console.parts.dialog_form import Slots, attempt_and_close, draw_dialog, gone, is_confirmed
from console.parts.write import attempt
from console.runtime import Session, now, read_session, resources, run_again
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring import incidents
from infoscreen_core.services.monitoring.views import ClientView

_DIALOG: Final = "incident-take"
_ICON: Final = ":material/front_hand:"


def ask_to_take(client: ClientView) -> None:
    """Open the dialog on a screen's incident; a full run must follow."""
    dialogs.open_dialog(_DIALOG, uuid=client.uuid)


def release(client: ClientView) -> None:
    """Let somebody else look after the incident, and run the page again."""

    def write(session: Session, actor: Actor, now: datetime) -> str:
        incidents.release(session, client.uuid, actor=actor, now=now)
        return _("Nobody looks after {name} for now.", name=client.name)

    if attempt(write):
        run_again()


def draw_incident_dialog() -> None:
    """Draw the dialog if it is open; pages with incidents call this once, outside live parts."""
    draw_dialog(_DIALOG, _("I take care of it"), _ICON, _contents)


def _contents(uuid: str) -> None:
    with read_session() as session:
        client = snapshots.client_at(session, uuid, now())
    if client is None or client.incident is None:
        gone()
        return
    st.html(f"<b>{escape(client.name)}</b>")
    with st.form("incident-take", border=False, enter_to_submit=True):
        slots = Slots()
        note = st.text_input(
            _("Note for the others"),
            value=client.incident.note,
            max_chars=incidents.NOTE_LIMIT,
            placeholder=_("e.g. I am on my way with a new power supply"),
        )
        slots.below("note")
        confirmed = is_confirmed(_("I take care of it"), _ICON)
    if confirmed:
        attempt_and_close(
            lambda session, actor, at: _take(session, client, note or "", actor=actor, now=at),
            slots,
        )


def _take(session: Session, client: ClientView, note: str, *, actor: Actor, now: datetime) -> str:
    grace = resources().settings.heartbeat_grace
    incidents.take(session, client.uuid, note=note, actor=actor, now=now, grace=grace)
    return _("You look after {name} now; everybody sees it.", name=client.name)
