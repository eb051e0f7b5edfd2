"""New players, on top of the page: nothing plays on them until somebody lets them in."""

from collections.abc import Sequence

import streamlit as st

from console.i18n import ngettext
from console.parts.own.listing import listing
from console.runtime import now, run_again, user_timezone
from console.screens.dialogs import ask_to_approve, ask_to_remove
from console.screens.presenters.html import APPROVE, REJECT, pending_html
from console.screens.presenters.words import approve_label, remove_label
from console.screens.rejections import ask_to_reject
from console.screens.roster_text import first_of
from console.screens.selection import picked_of, take_ticks
from infoscreen_core.services.monitoring.views import ClientView


def pending_section(rows: Sequence[ClientView], count: int) -> None:
    """Draw the first of the `count` players that wait, with what can be done about them."""
    if not rows:
        return
    with st.container(key="roster-pending", gap=None):
        _bar(rows, count)
        pressed = listing(
            pending_html(rows, user_timezone(), now=now()),
            key="roster-pending-list",
            ticked=[row.uuid for row in picked_of(rows)],
            on_tick=take_ticks,
        )
        first_of(rows, count)
    if pressed:
        ask = {APPROVE: ask_to_approve, REJECT: ask_to_reject}[pressed.deed]
        ask([pressed.line])
        run_again()


def _bar(rows: Sequence[ClientView], count: int) -> None:
    picked = picked_of(rows)
    with st.container(horizontal=True, vertical_alignment="center", key="roster-pending-bar"):
        text = ngettext(
            "{n} new screen waits for approval", "{n} new screens wait for approval", count
        )
        st.header(text, anchor=False)
        if picked and st.button(
            remove_label(len(picked)), key="clients-pending-remove", icon=":material/delete:"
        ):
            ask_to_remove([row.uuid for row in picked])
            run_again()
        wanted = picked or rows
        if len(wanted) > 1 or picked:
            label = approve_label(len(wanted))
            if st.button(
                label, type="primary", key="clients-approve-many", icon=":material/how_to_reg:"
            ):
                ask_to_approve([row.uuid for row in wanted])
                run_again()
