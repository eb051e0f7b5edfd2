"""Dialogs on one group: create it, change its name and what is said about it, delete it."""

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
from console.parts.history_link import history_link
from console.runtime import Session
from console.screens.data import read_groups
from console.screens.presenters.groups import names_of
from console.screens.presenters.words import delete_consequence
from infoscreen_core.errors import Refusals
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.screens.groups import (
    DESCRIPTION_LIMIT,
    NAME_LIMIT,
    create_group,
    delete_group,
    describe_group,
    rename_group,
)
from infoscreen_core.services.screens.views import GroupView

_NEW, _EDIT, _DELETE = "groups-new", "groups-edit", "groups-delete"
_NOWHERE: Final = 0
"""Stands for "move nothing" in the list of groups; ids begin at 1."""


def ask_to_name_group() -> None:
    """Open the dialog for a new group; a full run must follow."""
    dialogs.open_dialog(_NEW)


def ask_to_edit_group(group_id: int) -> None:
    """Open the dialog on a group's name; a full run must follow."""
    dialogs.open_dialog(_EDIT, group_id=group_id)


def ask_to_delete_group(group_id: int) -> None:
    """Open the dialog that deletes a group; a full run must follow."""
    dialogs.open_dialog(_DELETE, group_id=group_id)


def draw_groups_dialogs() -> None:
    """Draw the one that is open; the page calls this once, outside its live part."""
    draw_dialog(_NEW, _("Create group"), ":material/add:", _create)
    draw_dialog(_EDIT, _("Edit group"), ":material/edit:", _edit)
    draw_dialog(_DELETE, _("Delete group"), ":material/delete:", _delete)


def _create() -> None:
    with st.form("groups-create", border=False):
        slots = Slots()
        name, description = _inputs("new", "", "", slots)
        confirmed = is_confirmed(_("Create group"), ":material/add:")

    def write(session: Session, actor: Actor, now: datetime) -> str:
        group = create_group(session, name, description=description, actor=actor, now=now)
        return _("The group {name} is created.", name=group.name)

    if confirmed:
        attempt_and_close(write, slots)


def _edit(group_id: int) -> None:
    group = _find(read_groups(), group_id)
    if group is None:
        gone()
        return
    with st.form("groups-edit", border=False):
        slots = Slots()
        name, description = _inputs(str(group_id), group.name, group.description, slots)
        confirmed = is_confirmed(_("Save group"), ":material/check:")

    def write(session: Session, actor: Actor, now: datetime) -> str:
        refusals = Refusals()
        with refusals:
            if name != group.name:
                rename_group(session, group_id, name, actor=actor, now=now)
        with refusals:
            if description != group.description:
                describe_group(session, group_id, description, actor=actor, now=now)
        refusals.raise_any()
        return _("{name} is saved.", name=name.strip())

    if confirmed:
        attempt_and_close(write, slots)
    history_link("group", group_id)


def _inputs(which: str, name: str, description: str, slots: Slots) -> tuple[str, str]:
    typed = st.text_input(
        _("Name"),
        value=name,
        key=f"groups-name-{which}",
        max_chars=NAME_LIMIT,
        placeholder=_("e.g. Foyer, Aula, Room 12"),
    )
    slots.below("name")
    said = st.text_input(
        _("Description"),
        value=description,
        key=f"groups-description-{which}",
        max_chars=DESCRIPTION_LIMIT,
    )
    slots.below("description")
    return typed or "", said or ""


def _delete(group_id: int) -> None:
    groups = read_groups()
    group = _find(groups, group_id)
    if group is None:
        gone()
        return
    consequence(delete_consequence(group))
    with st.form("groups-delete", border=False, enter_to_submit=False):
        slots = Slots()
        target = _choose_target(group, groups) if group.all_screens or group.event_count else None
        slots.below("move_to")
        confirmed = is_confirmed(_("Delete group"), ":material/delete:")

    def write(session: Session, actor: Actor, now: datetime) -> str:
        delete_group(session, group_id, actor=actor, now=now, move_to=target)
        return _("The group {name} is deleted.", name=group.name)

    if confirmed:
        attempt_and_close(write, slots)


def _choose_target(group: GroupView, groups: Sequence[GroupView]) -> int | None:
    others = {other: name for other, name in names_of(groups).items() if other != group.id}
    chosen = st.selectbox(
        _("Move screens and events to"),
        [_NOWHERE, *others],
        format_func=lambda value: others.get(value) or _("leave them where they are"),
        key=f"groups-target-{group.id}",
    )
    return chosen or None


def _find(groups: Sequence[GroupView], group_id: int) -> GroupView | None:
    return next((group for group in groups if group.id == group_id), None)
