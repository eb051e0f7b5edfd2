"""Dialogs on one or several files: name, folder, expiry and period, a new version, deletion."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import streamlit as st

from console.i18n import _, ngettext
from console.media import board
from console.media.data import read_bare, read_files, read_folders, read_periods, read_uses
from console.media.presenters import file as words
from console.media.presenters.folders import labels
from console.media.upload import upload_area
from console.parts import address, dialogs
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    consequence,
    draw_dialog,
    gone,
    is_confirmed,
)
from console.runtime import Session, now, run_again, user_timezone
from console.words.calendar import date_format, joined
from console.words.markdown import literal
from infoscreen_core.domain.media.names import NAME_LIMIT
from infoscreen_core.domain.text.years import FIRST_DAY, LAST_DAY
from infoscreen_core.errors import Refusals
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events.media_deletions import delete_with_force
from infoscreen_core.services.media import library, media_deletions
from infoscreen_core.services.media.views import MediaView

_RENAME, _MOVE, _TAG = "library-rename", "library-move", "library-tag"
_REPLACE, _DELETE = "library-replace", "library-delete"
_TOP: Final = 0
_LEAVE: Final = -1
_NO_PERIOD: Final = 0
_NAMED: Final = 5


def ask_to_rename(ids: Sequence[int]) -> None:
    """Open the dialog on a file's name; a full run must follow."""
    dialogs.open_dialog(_RENAME, ids=ids)


def ask_to_move(ids: Sequence[int]) -> None:
    """Open the dialog on where files lie; a full run must follow."""
    dialogs.open_dialog(_MOVE, ids=ids)


def ask_to_tag(ids: Sequence[int]) -> None:
    """Open the dialog on expiry and period of files; a full run must follow."""
    dialogs.open_dialog(_TAG, ids=ids)


def ask_to_replace(ids: Sequence[int]) -> None:
    """Open the dialog that takes a new version of a file; a full run must follow."""
    dialogs.open_dialog(_REPLACE, ids=ids)


def ask_to_delete(ids: Sequence[int]) -> None:
    """Open the dialog that deletes files; a full run must follow."""
    dialogs.open_dialog(_DELETE, ids=ids)


def draw_file_dialogs() -> None:
    """Draw the one that is open; the page calls this once, outside its live part."""
    draw_dialog(_RENAME, _("Rename file"), ":material/edit:", _rename)
    draw_dialog(_MOVE, _("Move files"), ":material/drive_file_move:", _move)
    draw_dialog(_TAG, _("Expiry & period"), ":material/event_busy:", _tag)
    draw_dialog(_REPLACE, _("New version"), ":material/upgrade:", _replace, width="medium")
    draw_dialog(_DELETE, _("Delete files"), ":material/delete:", _delete)


def _rename(ids: Sequence[int]) -> None:
    file = _only(ids)
    if file is None:
        gone()
        return
    with st.form("library-rename-form", border=False):
        slots = Slots()
        name = st.text_input(
            _("Name"), value=file.name, key=f"library-name-{file.id}", max_chars=NAME_LIMIT
        )
        slots.below("name")
        confirmed = is_confirmed(_("Save name"), ":material/check:")

    def write(session: Session, actor: Actor, at: datetime) -> str:
        renamed = library.rename(session, file.id, name or "", actor=actor, now=at)
        return _("The file is called {name} now.", name=renamed.name)

    if confirmed:
        attempt_and_close(write, slots)


def _move(ids: Sequence[int]) -> None:
    files = read_files(ids)
    if not files:
        gone()
        return
    _say_which(files)
    places = {_TOP: _("Library"), **labels(read_folders())}
    with st.form("library-move-form", border=False):
        slots = Slots()
        folder = st.selectbox(
            _("Folder"),
            list(places),
            index=list(places).index(files[0].folder_id or _TOP),
            format_func=lambda one: places.get(one, ""),
            key=f"library-move-to-{files[0].id}",
        )
        slots.below("folder_id")
        confirmed = is_confirmed(
            ngettext("Move {n} file", "Move {n} files", len(files)), ":material/drive_file_move:"
        )

    def write(session: Session, actor: Actor, at: datetime) -> str:
        moved = [file.id for file in files]
        library.move(session, moved, folder or None, actor=actor, now=at)
        return ngettext(
            "{n} file lies in {folder} now.", "{n} files lie in {folder} now.", len(moved),
            folder=places[folder],
        )  # fmt: skip

    if confirmed:
        attempt_and_close(write, slots, then=board.forget_picks)


def _tag(ids: Sequence[int]) -> None:
    files = read_files(ids)
    if not files:
        gone()
        return
    _say_which(files)
    with st.form("library-tag-form", border=False):
        slots = Slots()
        keeps = len(files) == 1 or st.checkbox(_("Set the last day"), key="library-tag-expiry")
        expires = st.date_input(
            _("May be shown until (left empty: for ever)"),
            value=files[0].expires_on if len(files) == 1 else None,
            min_value=FIRST_DAY,
            max_value=LAST_DAY,
            format=date_format(),
            key=f"library-expires-{files[0].id}",
        )
        slots.below("expires_on")
        period = _choose_period(files)
        slots.below("academic_period_id")
        confirmed = is_confirmed(_("Save expiry and period"), ":material/check:")

    def write(session: Session, actor: Actor, at: datetime) -> str:
        for file in files:
            last = expires if keeps and isinstance(expires, date) else None
            library.tag(
                session,
                file.id,
                expires_on=last if keeps else file.expires_on,
                academic_period_id=_period_of(file, period),
                actor=actor,
                now=at,
            )
        return ngettext("{n} file is saved.", "{n} files are saved.", len(files))

    if confirmed:
        attempt_and_close(write, slots, then=board.forget_picks)


def _choose_period(files: Sequence[MediaView]) -> int:
    options = {_NO_PERIOD: _("No period"), **read_periods()}
    current = files[0].academic_period_id or _NO_PERIOD
    if len(files) > 1:
        options, current = {_LEAVE: _("Leave as it is"), **options}, _LEAVE
    return st.selectbox(
        _("Period"),
        list(options),
        index=list(options).index(current) if current in options else 0,
        format_func=lambda one: options.get(one, ""),
        key=f"library-period-{files[0].id}",
    )


def _period_of(file: MediaView, chosen: int) -> int | None:
    return file.academic_period_id if chosen == _LEAVE else chosen or None


def _replace(ids: Sequence[int]) -> None:
    file = _only(ids)
    if file is None:
        gone()
        return
    if file.uses:
        consequence(
            ngettext(
                "The new version takes the place of {name} in {n} event at once.",
                "The new version takes the place of {name} in {n} events at once.",
                file.uses,
                name=file.name,
            )
        )
    else:
        consequence(_("The new version takes the place of {name}.", name=file.name))
    if upload_area(file.folder_id, key=f"library-replace-{file.id}", replaces_id=file.id):
        dialogs.close_dialog()
        run_again()


def _delete(ids: Sequence[int]) -> None:
    files = read_files(ids)
    if not files:
        gone()
        return
    _say_which(files)
    used = [file for file in files if file.uses]
    _say_where(used)
    consequence(_("What is deleted cannot be brought back."))
    with st.form("library-delete-form", border=False, enter_to_submit=False):
        slots = Slots()
        label = ngettext("Delete {n} file", "Delete {n} files", len(files))
        if used:
            label = _("Delete, also out of the events")
        confirmed = is_confirmed(label, ":material/delete:")

    def write(session: Session, actor: Actor, at: datetime) -> str:
        refusals = Refusals()
        for file in files:
            with refusals:
                delete = delete_with_force if file in used else media_deletions.delete
                delete(session, file.id, actor=actor, now=at)
        refusals.raise_any()
        return ngettext("{n} file is deleted.", "{n} files are deleted.", len(files))

    if confirmed:
        attempt_and_close(write, slots, then=_forget)


def _say_where(used: Sequence[MediaView]) -> None:
    """Say which events show the files, and what becomes of them."""
    if not used:
        return
    st.warning(
        ngettext(
            "{n} of these files is shown by events. They lose it, and the screens follow at once.",
            "{n} of these files are shown by events. They lose them, and the screens follow at "
            "once.",
            len(used),
        ),
        icon=":material/event:",
    )
    for file in used[:_NAMED]:
        st.html(words.uses_of_html(file, read_uses(file.id), user_timezone(), now=now()))
    bare = read_bare([file.id for file in used])
    if bare:
        named = joined(list(dict.fromkeys(bare))[:_NAMED])
        said = _("These events have nothing to show then: {events}.", events=named)
        st.error(literal(said), icon=":material/tv_off:")


def _say_which(files: Sequence[MediaView]) -> None:
    st.html(words.names_html(files, most=_NAMED))


def _forget() -> None:
    board.forget_picks()
    address.write(file=None, leaf=None)


def _only(ids: Sequence[int]) -> MediaView | None:
    return next(iter(read_files(ids)), None)
