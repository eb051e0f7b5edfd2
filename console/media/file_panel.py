"""One file beside the board: how it looks and stands, and what can be done with it."""

from datetime import datetime

import streamlit as st

from console.i18n import _
from console.media import file_dialogs
from console.media.data import Opened, find_file, read_folders, read_periods, today
from console.media.presenters import file as words
from console.media.presenters.folders import labels
from console.media.presenters.kinds import facts_line
from console.parts import address
from console.parts.history_link import history_link
from console.parts.write import attempt
from console.runtime import Session, now, run_again, user_timezone
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.media import conversions
from infoscreen_core.services.media.views import MediaView


def file_panel(media_id: int) -> None:
    """Draw the file; that it is gone, when it is."""
    with st.container(border=True, key="card-library-file"):
        opened = find_file(media_id)
        file = opened.file if opened else None
        _head(file)
        if opened is None or file is None:
            st.info(_("This file is no longer in the library."), icon=":material/info:")
            return
        _preview(file)
        st.html(words.states_html(file, today=today()))
        _remedies(file)
        _deeds(file)
        _uses(opened)
        _facts(opened)
        history_link("event_media", file.id)


def open_file(media_id: int) -> None:
    """Open a file beside the board."""
    address.write(file=str(media_id), leaf=None)


def close_file() -> None:
    """Close it; a button's callback."""
    address.write(file=None, leaf=None)


def _head(file: MediaView | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="library-file-head"):
        title = file.name if file else _("File")
        line = facts_line(file) if file else ""
        st.html(words.head_html(title, line))
        st.button(
            _("Close"), key="library-file-close", icon=":material/close:", type="tertiary",
            on_click=close_file,
        )  # fmt: skip


def _preview(file: MediaView) -> None:
    page = 1
    if words.has_pages(file) and file.page_count:
        page = min(address.asked_page("leaf"), file.page_count)
    st.html(words.preview_html(file, page))
    if words.has_pages(file) and file.page_count:
        address.choose_page(file.page_count, key="leaf")


def _remedies(file: MediaView) -> None:
    """Draw what helps when a conversion failed, or not every player can show a video."""
    if words.has_failed(file) and st.button(
        _("Try again"), icon=":material/refresh:", key="library-retry"
    ):
        _again(file)
    if words.may_become_mp4(file) and st.button(
        _("Convert to MP4"), icon=":material/movie:", key="library-mp4"
    ):
        _to_mp4(file)


def _again(file: MediaView) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        conversions.ask_again(session, file.id, actor=actor, now=at)
        return _("{name} is tried again.", name=file.name)

    if attempt(write):
        run_again()


def _to_mp4(file: MediaView) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        conversions.request_mp4(session, file.id, actor=actor, now=at)
        return _("{name} is being converted to MP4.", name=file.name)

    if attempt(write):
        run_again()


def _deeds(file: MediaView) -> None:
    deeds = (
        ("rename", _("Rename"), ":material/edit:", file_dialogs.ask_to_rename),
        ("replace", _("New version"), ":material/upgrade:", file_dialogs.ask_to_replace),
        ("move", _("Move"), ":material/drive_file_move:", file_dialogs.ask_to_move),
        ("tag", _("Expiry & period"), ":material/event_busy:", file_dialogs.ask_to_tag),
        ("delete", _("Delete"), ":material/delete:", file_dialogs.ask_to_delete),
    )
    with st.container(horizontal=True, key="library-deeds"):
        for name, label, icon, ask in deeds:
            if st.button(label, icon=icon, key=f"library-{name}"):
                ask([file.id])
                run_again()
    st.html(words.download_html(file))


def _uses(opened: Opened) -> None:
    st.subheader(_("Where it is used"), anchor=False)
    st.html(words.uses_html(opened.uses, user_timezone(), now=now()))


def _facts(opened: Opened) -> None:
    file, places = opened.file, labels(read_folders())
    with st.expander(_("Details"), key="library-details"):
        st.html(
            words.facts_html(
                file,
                folder=places.get(file.folder_id or 0, _("Library")),
                period=read_periods().get(file.academic_period_id or 0, ""),
                today=today(),
                zone=user_timezone(),
            )
        )
        if opened.same:
            st.html(words.same_html(opened.same, places))
