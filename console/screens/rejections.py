"""Players that were turned away: asking for the reason, and the list of them with a way back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts import dialogs
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    consequence,
    draw_dialog,
    gone,
    is_confirmed,
)
from console.parts.own.listing import listing
from console.runtime import Session, now, run_again, user_timezone
from console.screens.data import read_screens
from console.screens.dialogs import ask_to_approve, ask_to_remove
from console.screens.presenters.html import APPROVE, REMOVE, rejected_html
from console.screens.presenters.words import names_in_short
from console.screens.roster_text import first_of
from console.screens.selection import forget_picks
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.clients import REASON_LIMIT, reject_clients

_DIALOG: Final = "clients-reject"
_ICON: Final = ":material/block:"


def ask_to_reject(uuids: Sequence[str]) -> None:
    """Open the dialog that turns waiting players away; a full run must follow."""
    dialogs.open_dialog(_DIALOG, uuids=uuids)


def draw_reject_dialog() -> None:
    """Draw the dialog if it is open; the page calls this once, outside its live part."""
    draw_dialog(_DIALOG, _("Reject"), _ICON, _contents)


def rejected_section(rows: Sequence[ClientView], count: int) -> None:
    """Draw the first of the `count` players that were turned away, folded up."""
    if not rows:
        return
    label = _("Rejected ({n})", n=count)
    with st.expander(label, icon=_ICON), st.container(key="roster-rejected", gap=None):
        pressed = listing(
            rejected_html(rows, user_timezone(), now=now()), key="roster-rejected-list"
        )
        first_of(rows, count)
    if pressed:
        ask = {APPROVE: ask_to_approve, REMOVE: ask_to_remove}[pressed.deed]
        ask([pressed.line])
        run_again()


def _contents(uuids: Sequence[str]) -> None:
    rows = [row for row in read_screens(uuids) if row.standing is Standing.PENDING]
    if not rows:
        gone()
        return
    names = names_in_short([row.name for row in rows])
    consequence(
        _(
            "{names} shows nothing and does not ask again. It stands under “Rejected” with your "
            "reason and can be approved after all.",
            names=names,
        )
    )
    with st.form("clients-reject", border=False, enter_to_submit=False):
        slots = Slots()
        reason = st.text_input(
            _("Reason"),
            max_chars=REASON_LIMIT,
            placeholder=_("e.g. belongs to another school"),
            key=f"clients-reject-reason-{rows[0].uuid}",
        )
        slots.below("reason")
        confirmed = is_confirmed(_("Reject screen"), _ICON)

    def write(session: Session, actor: Actor, now: datetime) -> str:
        reject_clients(session, uuids, reason=reason or "", actor=actor, now=now)
        return _("{names} is rejected.", names=names)

    if confirmed:
        attempt_and_close(write, slots, then=lambda: forget_picks(uuids))
