"""Dialogs on a folder: create it, change its name and place, delete it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import streamlit as st

from console.i18n import _, ngettext
from console.media.controls import open_folder
from console.media.data import read_folder_losses, read_folders
from console.media.presenters.folders import labels, path_to
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
from console.runtime import Session, run_again, user_timezone
from console.words.errors import error_sentence
from console.words.markdown import literal
from infoscreen_core.domain.media.names import NAME_LIMIT
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events.media_deletions import Loss, delete_folder_with_force
from infoscreen_core.services.media import folders as service
from infoscreen_core.services.media import media_deletions
from infoscreen_core.services.media.views import FolderView

_NEW, _EDIT, _DELETE = "library-folder-new", "library-folder-edit", "library-folder-delete"
_TOP: Final = 0
_NAMED: Final = 5
"""So many events are named."""


def folder_buttons(folder_id: int | None) -> None:
    """Draw what can be done with the open folder; in each there can be another."""
    with st.container(horizontal=True, key="library-folder-deeds"):
        _opener(_NEW, _("New folder"), ":material/create_new_folder:", parent_id=folder_id)
        if folder_id is not None:
            _opener(_EDIT, _("Edit folder"), ":material/edit:", folder_id=folder_id)
            _opener(_DELETE, _("Delete folder"), ":material/delete:", folder_id=folder_id)


def _opener(name: str, label: str, icon: str, **arguments: int | None) -> None:
    if st.button(label, icon=icon, key=f"{name}-open"):
        dialogs.open_dialog(name, **arguments)
        run_again()  # all of the page: the dialog is drawn outside its live part


def draw_folder_dialogs() -> None:
    """Draw the one that is open; the page calls this once, outside its live part."""
    draw_dialog(_NEW, _("New folder"), ":material/create_new_folder:", _create)
    draw_dialog(_EDIT, _("Edit folder"), ":material/edit:", _edit)
    draw_dialog(_DELETE, _("Delete folder"), ":material/delete:", _delete)


def _create(parent_id: int | None) -> None:
    with st.form("library-folder-create", border=False):
        slots = Slots()
        name = st.text_input(
            _("Name"), key=f"library-folder-name-in-{parent_id or 0}", max_chars=NAME_LIMIT
        )
        slots.below("name")
        confirmed = is_confirmed(_("Create folder"), ":material/add:")

    def write(session: Session, actor: Actor, now: datetime) -> str:
        made = service.create_folder(session, name or "", parent_id=parent_id, actor=actor, now=now)
        return _("The folder {name} is created.", name=made.name)

    if confirmed:
        attempt_and_close(write, slots)


def _edit(folder_id: int) -> None:
    folders = read_folders()
    folder = _find(folders, folder_id)
    if folder is None:
        gone()
        return
    with st.form("library-folder-change", border=False):
        slots = Slots()
        name = st.text_input(
            _("Name"), value=folder.name, key=f"library-folder-name-{folder.id}",
            max_chars=NAME_LIMIT,
        )  # fmt: skip
        slots.below("name")
        place = _choose_place(folder, folders)
        slots.below("folder_id")
        confirmed = is_confirmed(_("Save folder"), ":material/check:")

    def write(session: Session, actor: Actor, now: datetime) -> str:
        if name != folder.name:
            service.rename_folder(session, folder_id, name or "", actor=actor, now=now)
        if place != (folder.parent_id or _TOP):
            service.move_folder(session, folder_id, place or None, actor=actor, now=now)
        return _("{name} is saved.", name=(name or "").strip())

    if confirmed:
        attempt_and_close(write, slots)
    history_link("media_folder", folder_id)


def _choose_place(folder: FolderView, folders: Sequence[FolderView]) -> int:
    """Draw the choice of the folder that it lies in: any but itself and those within it."""
    outside = [one for one in folders if folder not in path_to(folders, one.id)]
    named = labels(folders)
    options = {_TOP: _("Library"), **{one.id: named[one.id] for one in outside}}
    ids = sorted(options, key=lambda one: (one != _TOP, options[one].casefold()))
    return st.selectbox(
        _("Lies in"),
        ids,
        index=ids.index(folder.parent_id or _TOP),
        format_func=lambda one: options.get(one, ""),
        key=f"library-folder-place-{folder.id}",
    )


def _delete(folder_id: int) -> None:
    folder = _find(read_folders(), folder_id)
    if folder is None:
        gone()
        return
    is_filled = bool(folder.file_count or folder.folder_count)
    consequence(_consequence(folder))
    _say_losses(read_folder_losses(folder_id))
    with st.form("library-folder-remove", border=False, enter_to_submit=False):
        slots = Slots()
        typed = ""
        if is_filled:
            typed = st.text_input(
                _("Type the folder's name to delete it with all that is in it"),
                key=f"library-folder-sure-{folder.id}",
            ) or ""  # fmt: skip
            slots.below("name")
        confirmed = is_confirmed(_("Delete folder"), ":material/delete:")

    def write(session: Session, actor: Actor, now: datetime) -> str:
        if is_filled and typed.strip() == folder.name:
            count, _losses = delete_folder_with_force(session, folder_id, actor=actor, now=now)
        else:
            count = media_deletions.delete_folder(session, folder_id, actor=actor, now=now)
        said = _("The folder {name} is deleted.", name=folder.name)
        more = ngettext("{n} file went with it.", "{n} files went with it.", count)
        return f"{said} {more}" if count else said

    if confirmed:
        attempt_and_close(write, slots, then=lambda: open_folder(folder.parent_id))


def _say_losses(losses: Sequence[Loss]) -> None:
    """Say which events show what is in the folder, and what becomes of them."""
    if not losses:
        return
    named = [error_sentence(one.sentence, user_timezone()) for one in losses[:_NAMED]]
    more = len(losses) - len(named)
    if more:
        named.append(ngettext("{n} more event loses files.", "{n} more events lose files.", more))
    told = _("Events show files in it. They lose them, and the screens follow at once.")
    st.warning(literal(" ".join([told, *named])), icon=":material/event:")


def _consequence(folder: FolderView) -> str:
    if not folder.file_count and not folder.folder_count:
        return _("The folder {name} is empty.", name=folder.name)
    files = ngettext("{n} file", "{n} files", folder.file_count)
    inner = ngettext("{n} folder", "{n} folders", folder.folder_count)
    return _(
        "In the folder {name} lie {files} and {folders}, and what is in these.",
        name=folder.name,
        files=files,
        folders=inner,
    )


def _find(folders: Sequence[FolderView], folder_id: int) -> FolderView | None:
    return next((one for one in folders if one.id == folder_id), None)
