"""Dialogs on many screens: let them in, put them into a group, remove them."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts import dialogs
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    choose_group,
    consequence,
    draw_dialog,
    gone,
    group_chosen,
    is_confirmed,
)
from console.runtime import Session
from console.screens.data import read_groups, read_screens
from console.screens.presenters.groups import names_of
from console.screens.presenters.words import (
    approve_label,
    approved_sentence,
    assign_consequence,
    assign_label,
    assigned_sentence,
    names_in_short,
    remove_consequence,
    remove_label,
    removed_sentence,
)
from console.screens.selection import forget_picks
from console.words.formatting import short_uuid
from infoscreen_core.errors import InvalidInputError, Refusals
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.clients import (
    DESCRIPTION_LIMIT,
    approve_clients,
    assign_clients,
    describe_client,
    remove_clients,
)

_APPROVE, _ASSIGN, _REMOVE = "clients-approve", "clients-assign", "clients-remove"
_ICONS: Final = {
    _APPROVE: ":material/how_to_reg:",
    _ASSIGN: ":material/move_group:",
    _REMOVE: ":material/delete:",
}
_SCROLLS_FROM: Final = 5
_NAMES_HEIGHT: Final = 300


def ask_to_approve(uuids: Sequence[str]) -> None:
    """Open the dialog that lets players in; a full run must follow."""
    dialogs.open_dialog(_APPROVE, uuids=uuids)


def ask_to_assign(uuids: Sequence[str]) -> None:
    """Open the dialog that puts screens into a group; a full run must follow."""
    dialogs.open_dialog(_ASSIGN, uuids=uuids)


def ask_to_remove(uuids: Sequence[str]) -> None:
    """Open the dialog that removes screens; a full run must follow."""
    dialogs.open_dialog(_REMOVE, uuids=uuids)


def draw_clients_dialogs() -> None:
    """Draw the one that is open; the page calls this once, outside its live part."""
    draw_dialog(_APPROVE, _("Approve"), _ICONS[_APPROVE], _approve)
    draw_dialog(_ASSIGN, _("Assign to a group"), _ICONS[_ASSIGN], _assign)
    draw_dialog(_REMOVE, _("Remove for good"), _ICONS[_REMOVE], _remove)


def _approve(uuids: Sequence[str]) -> None:
    rows = [row for row in read_screens(uuids) if not row.is_approved]
    if not rows:
        gone()
        return
    with st.form("clients-approve", border=False, enter_to_submit=False):
        slots = Slots()
        names = _names(rows, slots)
        chosen = choose_group(names_of(read_groups()), key="clients-approve-group")
        slots.below("name")
        confirmed = is_confirmed(approve_label(len(rows)), _ICONS[_APPROVE])

    def write(session: Session, actor: Actor, now: datetime) -> str:
        group_id, group = group_chosen(session, chosen, actor=actor, now=now)
        clients = approve_clients(session, list(names), group_id=group_id, actor=actor, now=now)
        refusals = Refusals()
        for uuid, name in names.items():
            with refusals:
                _describe(session, uuid, name, actor=actor, now=now)
        refusals.raise_any()
        return approved_sentence([client.display_name for client in clients], group)

    if confirmed:
        attempt_and_close(write, slots, then=lambda: forget_picks(list(names)))


def _names(rows: Sequence[ClientView], slots: Slots) -> dict[str, str]:
    names = {}
    with st.container(
        height=_NAMES_HEIGHT if len(rows) >= _SCROLLS_FROM else "content", border=False
    ):
        for row in rows:
            facts = " · ".join(filter(None, (row.model, row.ip, short_uuid(row.uuid))))
            st.html(
                f'<b>{escape(row.name)}</b> <span class="is-quiet is-small">{escape(facts)}</span>'
            )
            typed = st.text_input(
                _("Name of the screen"),
                value=row.given_name,
                key=f"clients-name-{row.uuid}",
                max_chars=DESCRIPTION_LIMIT,
                placeholder=_("Name, e.g. Foyer left"),
                label_visibility="collapsed",
            )
            slots.below(f"description-{row.uuid}")
            names[row.uuid] = typed or ""
    return names


def _describe(session: Session, uuid: str, name: str, *, actor: Actor, now: datetime) -> None:
    if not name.strip():
        return
    try:
        describe_client(session, uuid, name, actor=actor, now=now)
    except InvalidInputError as error:
        error.field = f"description-{uuid}"
        raise


def _assign(uuids: Sequence[str]) -> None:
    rows = [row for row in read_screens(uuids) if row.is_approved]
    if not rows:
        gone()
        return
    st.html(f"<b>{escape(names_in_short([row.name for row in rows]))}</b>")
    consequence(assign_consequence(len(rows)))
    with st.form("clients-assign", border=False, enter_to_submit=False):
        slots = Slots()
        chosen = choose_group(
            names_of(read_groups()), key="clients-assign-group", current=rows[0].group_id
        )
        slots.below("name")
        confirmed = is_confirmed(assign_label(len(rows)), _ICONS[_ASSIGN])

    def write(session: Session, actor: Actor, now: datetime) -> str:
        group_id, group = group_chosen(session, chosen, actor=actor, now=now)
        assign_clients(session, [row.uuid for row in rows], group_id, actor=actor, now=now)
        return assigned_sentence([row.name for row in rows], group)

    if confirmed:
        attempt_and_close(write, slots, then=lambda: forget_picks([row.uuid for row in rows]))


def _remove(uuids: Sequence[str]) -> None:
    rows = read_screens(uuids)
    if not rows:
        gone()
        return
    consequence(remove_consequence(rows))
    with st.form("clients-remove", border=False, enter_to_submit=False):
        slots = Slots()
        confirmed = is_confirmed(remove_label(len(rows)), _ICONS[_REMOVE])

    def write(session: Session, actor: Actor, now: datetime) -> str:
        remove_clients(session, [row.uuid for row in rows], actor=actor, now=now)
        return removed_sentence([row.name for row in rows])

    if confirmed:
        attempt_and_close(write, slots, then=lambda: forget_picks([row.uuid for row in rows]))
