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
from console.runtime import Session, now, run_again, user_timezone
from console.screens.data import read_screens
from console.screens.dialogs import ask_to_approve, ask_to_remove
from console.screens.presenters.html import rejected_line
from console.screens.presenters.words import names_in_short
from console.screens.roster_text import first_of
from console.screens.selection import forget_picks
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.clients import REASON_LIMIT, reject_clients

_DIALOG: Final = "clients-reject"
_ICON: Final = ":material/block:"


def reject_button(row: ClientView) -> None:
    """Draw the button that turns a waiting player away."""
    if st.button(_("Reject"), key=f"clients-reject-{row.uuid}", icon=_ICON):
        dialogs.open_dialog(_DIALOG, uuids=[row.uuid])
        run_again()


def draw_reject_dialog() -> None:
    """Draw the dialog if it is open; the page calls this once, outside its live part."""
    draw_dialog(_DIALOG, _("Reject"), _ICON, _contents)


def rejected_section(rows: Sequence[ClientView], count: int) -> None:
    """Draw the first of the `count` players that were turned away, folded up."""
    if not rows:
        return
    label = _("Rejected ({n})", n=count)
    with st.expander(label, icon=_ICON), st.container(key="roster-rejected", gap=None):
        for row in rows:
            _line(row)
        first_of(rows, count)


def _line(row: ClientView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"roster-row-{row.uuid}"):
        st.html(rejected_line(row, user_timezone(), now=now()))
        if st.button(
            _("Approve after all"), key=f"clients-readmit-{row.uuid}", icon=":material/how_to_reg:"
        ):
            ask_to_approve([row.uuid])
            run_again()
        label = _("Remove {name}", name=row.name)
        if st.button(
            label, key=f"clients-forget-{row.uuid}", icon=":material/delete:", type="tertiary"
        ):
            ask_to_remove([row.uuid])
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
