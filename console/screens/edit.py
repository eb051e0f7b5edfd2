"""The dialog on one screen: its name, its group, and whether it is in service."""

from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts import dialogs
from console.parts.dialog_form import (
    Slots,
    attempt_and_close,
    choose_group,
    draw_dialog,
    gone,
    group_chosen,
    is_confirmed,
)
from console.runtime import Session
from console.screens.data import read_roster
from console.screens.presenters.groups import names_of
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.clients import (
    DESCRIPTION_LIMIT,
    assign_clients,
    describe_client,
    get_client,
    set_active,
)

_DIALOG: Final = "clients-edit"


def ask_to_edit(row: ClientView) -> None:
    """Open the dialog on one screen; a full run must follow."""
    dialogs.open_dialog(_DIALOG, uuid=row.uuid)


def draw_edit_dialog() -> None:
    """Draw the dialog if it is open; the page calls this once, outside its live part."""
    draw_dialog(_DIALOG, _("Edit screen"), ":material/edit:", _contents)


def _contents(uuid: str) -> None:
    roster = read_roster()
    row = next((row for row in roster.fleet if row.uuid == uuid), None)
    if row is None:
        gone()
        return
    st.html(
        f'<span class="is-quiet is-small">{escape(row.hostname)} <span class="is-mono">{uuid}</span></span>'
    )
    with st.form("clients-edit", border=False, enter_to_submit=True):
        slots = Slots()
        name = st.text_input(
            _("Name"),
            value=row.given_name,
            key=f"clients-edit-name-{uuid}",
            max_chars=DESCRIPTION_LIMIT,
            placeholder=row.hostname,
            help=_("Without a name, the screen goes by the name of its computer."),
        )
        slots.below("description")
        chosen = choose_group(names_of(roster.groups), key=f"clients-edit-group-{uuid}", current=row.group_id)
        slots.below("name")
        is_active = st.toggle(
            _("In service"),
            value=row.is_active,
            key=f"clients-edit-active-{uuid}",
            help=_("Out of service it does not count, and nobody is alarmed about it."),
        )
        confirmed = is_confirmed(_("Save screen"), ":material/check:")
    if confirmed:
        attempt_and_close(lambda s, actor, at: _save(s, row, name or "", chosen, is_active, actor, at), slots)


def _save(
    session: Session,
    row: ClientView,
    name: str,
    chosen: int | str | None,
    is_active: bool,  # noqa: FBT001 - the form's value
    actor: Actor,
    now: datetime,
) -> str:
    """Write what differs; a screen that stays in its group is not sent it again."""
    if name.strip() != row.given_name:
        describe_client(session, row.uuid, name, actor=actor, now=now)
    group_id, _group = group_chosen(session, chosen, actor=actor, now=now)
    if group_id != row.group_id:
        assign_clients(session, [row.uuid], group_id, actor=actor, now=now)
    if is_active != row.is_active:
        set_active(session, [row.uuid], is_active=is_active, actor=actor, now=now)
    return _("{name} is saved.", name=get_client(session, row.uuid).display_name)
