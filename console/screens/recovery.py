"""Crash recovery on a screen's page: what it does and why, and telling it that all is seen to."""

from datetime import datetime
from functools import partial
from typing import Final

import streamlit as st

from console.commands.plug_card import plug_button
from console.i18n import _
from console.parts import dialogs
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    draw_dialog,
    is_confirmed,
    note_field,
)
from console.runtime import OutageError, Session, now, read_session, run_again, user_timezone
from console.screens.presenters.recovery import past_html, recovery_html
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.recovery.recovery import NOTE_LIMIT, acknowledge
from infoscreen_core.services.commands.recovery.recovery_record import list_decisions
from infoscreen_core.services.commands.views import RecoveryView

_DIALOG: Final = "recovery-acknowledge"
_ICON: Final = ":material/task_alt:"
_MOST: Final = 20


def say_recovery(uuid: str) -> None:
    """Draw the decision in force, and on request those before; nothing when there is none."""
    decisions = _decisions(uuid)
    if not decisions:
        return
    zone, at = user_timezone(), now()
    newest = decisions[0]
    is_in_force = newest.ended_at is None
    if is_in_force:
        with st.container(border=True, key="card-recovery"):
            st.html(recovery_html(newest, zone, now=at))
            if newest.is_person_called:
                with st.container(horizontal=True):
                    _buttons(newest)
    past = decisions[1:] if is_in_force else decisions
    if past:
        title = _("Earlier decisions of automatic recovery")
        with st.expander(title, icon=":material/history:", key="recovery-past"):
            st.html(past_html(past, zone, now=at))


def _buttons(called: RecoveryView) -> None:
    if called.is_plug_advised:
        plug_button(called.client_uuid, key="recovery-plug-cycle")
    if st.button(_("Seen to: try again"), key="recovery-acknowledge", icon=_ICON):
        dialogs.open_dialog(_DIALOG, uuid=called.client_uuid, screen=called.client_name)
        run_again()


def draw_recovery_dialog() -> None:
    """Draw the dialog if it is open; once on the page, outside live parts."""
    draw_dialog(_DIALOG, _("Seen to: try again"), _ICON, _contents)


def _decisions(uuid: str) -> list[RecoveryView]:
    """Return the newest decisions; none in an outage."""
    try:
        with read_session() as session:
            return list_decisions(session, uuid, limit=_MOST)
    except OutageError:
        return []


def _contents(uuid: str, screen: str) -> None:
    st.caption(_("Automatic recovery begins anew, and may restart the screen again."))
    with st.form("recovery-acknowledge", border=False, enter_to_submit=True):
        slots = Slots()
        note = note_field(slots, most=NOTE_LIMIT)
        confirmed = is_confirmed(_("Try again"), _ICON)
    if confirmed:
        attempt_and_close(partial(_acknowledge, uuid, screen, note), slots)


def _acknowledge(
    uuid: str, screen: str, note: str, session: Session, actor: Actor, at: datetime
) -> str:
    acknowledge(session, uuid, note=note, actor=actor, now=at)
    return _("Automatic recovery may restart {name} again.", name=screen)
