"""The banner of each emergency that is on, with the way to end it; on top of every page."""

from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.emergency.presenters.banner import banner_html, confirmed_line, screens_html
from console.emergency.presenters.consequences import end_sentences, ended_toast
from console.emergency.snapshots import emergencies, note_change
from console.i18n import _
from console.parts import dialogs
from console.parts.forms.dialog_form import Slots, attempt_and_close, consequence, draw_dialog
from console.parts.guard import known_identity
from console.runtime import Session, now, run_again, user_timezone
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.playing.emergency_orders import end_emergency
from infoscreen_core.services.playing.views import EmergencyView

_DIALOG: Final = "emergency-end"
_ICON: Final = ":material/stop_circle:"


def emergency_banner() -> None:
    """Draw a banner for each emergency that is on; a live part calls this."""
    may_end = has_at_least(known_identity().role, Role.EDITOR)
    for view in emergencies().emergencies:
        with st.container(key=f"emergency-on-{view.event_ids[0]}", gap=None):
            _head(view, may_end=may_end)
            _screens(view)


def draw_end_dialog() -> None:
    """Draw the dialog if it is open."""
    draw_dialog(_DIALOG, _("End emergency"), _ICON, _second_click)


def _head(view: EmergencyView, *, may_end: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(banner_html(view, user_timezone(), now=now()))
        key = f"emergency-end-{view.event_ids[0]}"
        if may_end and st.button(_("End emergency"), key=key, icon=_ICON):
            dialogs.open_dialog(_DIALOG, view=view)
            run_again()


def _screens(view: EmergencyView) -> None:
    is_full = False
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<p role="status">{escape(confirmed_line(view))}</p>')
        if view.screens:
            key = f"emergency-screens-{view.event_ids[0]}"
            is_full = st.toggle(_("Show all screens"), key=key)
    if listed := screens_html(view, user_timezone(), now=now(), is_full=is_full):
        st.html(listed)


def _second_click(view: EmergencyView) -> None:
    st.html(banner_html(view, user_timezone(), now=now()))
    consequence("\n".join(end_sentences(view)))
    slots = Slots()
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Cancel"), key="emergency-keep"):
            dialogs.close_dialog()
            run_again()
        is_pressed = st.button(_("End emergency"), key="emergency-end", type="primary", icon=_ICON)
    if is_pressed:
        _end(view, slots)


def _end(view: EmergencyView, slots: Slots) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        return ended_toast(end_emergency(session, view.event_ids, actor=actor, now=now))

    attempt_and_close(write, slots, then=note_change)
