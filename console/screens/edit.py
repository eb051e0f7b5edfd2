"""The dialog on one screen: its name, its group, and whether it is in service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.commands.plug_dialogs import ask_to_set_plug
from console.i18n import _
from console.parts import dialogs
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    choose_group,
    draw_dialog,
    gone,
    group_chosen,
    is_confirmed,
)
from console.parts.history_link import history_link
from console.runtime import Session, run_again
from console.screens.data import read_groups, read_screens
from console.screens.presenters.groups import names_of
from infoscreen_core.errors import Refusals
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.clients import (
    DESCRIPTION_LIMIT,
    assign_clients,
    describe_client,
    set_active,
)
from infoscreen_core.services.screens.roster import get_screen

_DIALOG: Final = "clients-edit"


@dataclass(frozen=True)
class _Typed:
    """What stands in the form."""

    name: str
    group: int | str | None
    """A group's id, the name of a new one, or None."""
    is_active: bool


def ask_to_edit(uuid: str) -> None:
    """Open the dialog on one screen; a full run must follow."""
    dialogs.open_dialog(_DIALOG, uuid=uuid)


def draw_edit_dialog() -> None:
    """Draw the dialog if it is open; the page calls this once, outside its live part."""
    draw_dialog(_DIALOG, _("Edit screen"), ":material/edit:", _contents)


def _contents(uuid: str) -> None:
    row = next((row for row in read_screens([uuid]) if row.is_approved), None)
    if row is None:
        gone()
        return
    st.html(
        f'<span class="is-quiet is-small">{escape(row.hostname)} '
        f'<span class="is-mono">{uuid}</span></span>'
    )
    with st.form("clients-edit", border=False, enter_to_submit=True):
        slots = Slots()
        typed = _inputs(row, names_of(read_groups()), slots)
        confirmed = is_confirmed(_("Save screen"), ":material/check:")
    if confirmed:
        attempt_and_close(
            lambda session, actor, at: _save(session, row, typed, actor=actor, now=at), slots
        )
    _plug_button(row)
    history_link("client", row.uuid)


def _plug_button(row: ClientView) -> None:
    if st.button(
        _("Set up plug …"),
        icon=":material/power:",
        key="clients-edit-plug",
        type="tertiary",
    ):
        ask_to_set_plug(row.uuid)
        run_again()


def _inputs(row: ClientView, groups: Mapping[int, str], slots: Slots) -> _Typed:
    name = st.text_input(
        _("Name"),
        value=row.given_name,
        key=f"clients-edit-name-{row.uuid}",
        max_chars=DESCRIPTION_LIMIT,
        placeholder=row.hostname,
        help=_("Without a name, the screen goes by the name of its computer."),
    )
    slots.below("description")
    group = choose_group(groups, key=f"clients-edit-group-{row.uuid}", current=row.group_id)
    slots.below("name")
    is_active = st.toggle(
        _("In service"),
        value=row.is_active,
        key=f"clients-edit-active-{row.uuid}",
        help=_("Out of service it does not count, and nobody is alarmed about it."),
    )
    return _Typed(name or "", group, is_active)


def _save(session: Session, row: ClientView, typed: _Typed, *, actor: Actor, now: datetime) -> str:
    """Write what differs; a screen that stays in its group is not sent it again."""
    refusals = Refusals()
    with refusals:
        group_id, _group = group_chosen(session, typed.group, actor=actor, now=now)
        if group_id != row.group_id:
            assign_clients(session, [row.uuid], group_id, actor=actor, now=now)
    with refusals:
        if typed.name.strip() != row.given_name:
            describe_client(session, row.uuid, typed.name, actor=actor, now=now)
    refusals.raise_any()
    if typed.is_active != row.is_active:
        set_active(session, [row.uuid], is_active=typed.is_active, actor=actor, now=now)
    return _("{name} is saved.", name=get_screen(session, row.uuid).name)
