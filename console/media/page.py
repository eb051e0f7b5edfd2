"""Media: what screens can show, in folders; sent here, looked at, put in order, taken out again."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from console.i18n import _, ngettext
from console.media import board, controls
from console.media.asked import LIST, Asked, read_asked
from console.media.data import read_folders, read_page, read_room, today
from console.media.file_dialogs import (
    ask_to_delete,
    ask_to_move,
    ask_to_tag,
    draw_file_dialogs,
)
from console.media.file_panel import file_panel, open_file
from console.media.folder_dialogs import draw_folder_dialogs, folder_buttons
from console.media.presenters.board import Seen, grid_html, list_html
from console.media.presenters.folders import path_to, within
from console.media.presenters.page import count_line, library_line, room_html
from console.media.presenters.standing import is_moving
from console.media.upload import upload_area
from console.parts import address
from console.parts.guard import live
from console.parts.page_header import page_header
from console.runtime import run_again, user_timezone
from infoscreen_core.services.media.views import FolderView, MediaPage

_SECONDS, _MOVING_SECONDS = 15, 3
_MOVING: Final = "library-moving"


def render() -> None:
    """Draw the page."""
    room = read_room()
    page_header(_("Media"), library_line(room))
    if room.quota_bytes is not None:
        st.html(room_html(room, room.quota_bytes))
    asked = read_asked(address.query())
    folders = read_folders()
    upload_area(_open_folder(asked, folders), key="library-upload")
    seconds = _MOVING_SECONDS if st.session_state.get(_MOVING) else _SECONDS
    live(seconds)(_library)()
    draw_file_dialogs()
    draw_folder_dialogs()


def _library() -> None:
    folders, asked = read_folders(), read_asked(address.query())
    controls.filters()
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute",
        key="library-head",
    ):  # fmt: skip
        controls.way(folders, asked)
        folder_buttons(_open_folder(asked, folders))
    if asked.file_id is None:
        _list(asked, folders)
        return
    beside, panel = st.columns([3, 2], gap="medium")
    with panel:
        file_panel(asked.file_id)
    with beside:
        _list(asked, folders)


def _list(asked: Asked, folders: Sequence[FolderView]) -> None:
    page = read_page(asked.wanted, asked.sort, asked.page(address.asked_page()), today())
    inner = () if asked.is_search else within(folders, _open_folder(asked, folders))
    _watch(page)
    if not page.total and not inner:
        _nothing(asked)
        return
    seen = Seen(
        inner,
        page.files,
        frozenset() if asked.file_id is None else frozenset({asked.file_id}),
        today(),
        user_timezone(),
    )
    bar = st.container(horizontal=True, vertical_alignment="center", key="library-bar")
    html = list_html(seen) if asked.view == LIST else grid_html(seen)
    pressed = board.board(html, [file.id for file in page.files], key="library-board")
    with bar:  # below, since it is the board that says what is ticked
        _bar(page)
    address.choose_page(page.page_count)
    if pressed is None:
        return
    if pressed.file_id is not None:
        open_file(pressed.file_id)
    else:
        controls.open_folder(pressed.folder_id)
    run_again()


def _watch(page: MediaPage) -> None:
    """Look more often while something is being made of what is shown; once more when it is done."""
    moves = any(is_moving(file) for file in page.files)
    if st.session_state.get(_MOVING, False) is not moves:
        st.session_state[_MOVING] = moves
        run_again()


def _bar(page: MediaPage) -> None:
    """Draw how many files there are, or what can be done with the ticked ones."""
    ticked = board.picked()
    if not ticked:
        st.html(f'<p class="is-quiet is-small">{count_line(page)}</p>')
        return
    st.html(f"<p>{ngettext('{n} selected', '{n} selected', len(ticked))}</p>")
    st.button(_("Clear selection"), key="library-clear", on_click=board.forget_picks)
    deeds = (
        ("move", _("Move"), ":material/drive_file_move:", ask_to_move),
        ("tag", _("Expiry & period"), ":material/event_busy:", ask_to_tag),
        ("delete", _("Delete"), ":material/delete:", ask_to_delete),
    )
    for name, label, icon, ask in deeds:
        if st.button(label, icon=icon, key=f"library-many-{name}"):
            ask(ticked)
            run_again()


def _nothing(asked: Asked) -> None:
    if asked.is_search:
        st.info(_("No file matches; take a filter away."), icon=":material/filter_alt_off:")
    elif asked.folder_id is not None:
        st.info(
            _("This folder is empty. Drop files above, and they lie here."),
            icon=":material/folder_open:",
        )
    else:
        with st.container(border=True, key="card-library-empty"):
            st.header(_("No files yet"), anchor=False)
            st.markdown(
                _(
                    "Drop a presentation, a PDF, pictures or a video above. Presentations are "
                    "converted by themselves, which takes a minute; then plan an event that shows "
                    "them in the calendar."
                )
            )


def _open_folder(asked: Asked, folders: Sequence[FolderView]) -> int | None:
    """Return the folder that is open; the top when it is gone."""
    return asked.folder_id if path_to(folders, asked.folder_id) else None
