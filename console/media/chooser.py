"""Choosing files of the library inside a form: pictures to press, a search, uploads in place."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from console.i18n import _
from console.media import board
from console.media.data import read_folders, read_page, today
from console.media.presenters.board import Seen, grid_html
from console.media.presenters.folders import labels
from console.media.upload import upload_area
from console.runtime import user_timezone
from console.words.markdown import literal
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.services.media.views import (
    TOP,
    MediaFilter,
    MediaPage,
    MediaSort,
    PageAsked,
    SortBy,
)

_PER_PAGE: Final = 12
_EVERYWHERE: Final = -1
_LATEST: Final = MediaSort(SortBy.CHANGED, is_descending=True)


def choose_media(
    label: str, types: frozenset[MediaType], chosen: Sequence[int], key: str
) -> tuple[int, ...]:
    """Draw the library's files of these types; return what is chosen now, in its order.

    A press adds a file at the end, or takes it out; a file that is sent here is added once it has
    arrived. The caller keeps what is returned and gives it again as `chosen`; it draws the chosen
    files itself. `key` tells choosers apart.
    """
    with st.container(key=f"{key}-chooser"):
        st.caption(literal(label))
        folder = _choose_folder(key)
        text = _search(key)
        arrived = upload_area(folder if folder > TOP else None, key=f"{key}-upload")
        page = _page(MediaFilter(_folder_of(folder, text), text, types), key)
        pressed = _board(page, chosen, key)
        _choose_page(page, key)
    return _after(chosen, pressed, arrived)


def _choose_folder(key: str) -> int:
    places = {_EVERYWHERE: _("All folders"), TOP: _("Library"), **labels(read_folders())}
    return st.selectbox(
        _("Folder"),
        list(places),
        format_func=lambda one: places.get(one, ""),
        key=f"{key}-folder",
        label_visibility="collapsed",
    )


def _search(key: str) -> str:
    text = st.text_input(
        _("Search"),
        key=f"{key}-text",
        placeholder=_("Search in all folders"),
        label_visibility="collapsed",
        icon=":material/search:",
        live="500ms",
    )
    return (text or "").strip()


def _folder_of(folder: int, text: str) -> int | None:
    """A search looks everywhere."""
    return None if text or folder == _EVERYWHERE else folder


def _page(wanted: MediaFilter, key: str) -> MediaPage:
    number = st.session_state.get(f"{key}-page", 1)
    return read_page(wanted, _LATEST, PageAsked(number, _PER_PAGE), today())


def _board(page: MediaPage, chosen: Sequence[int], key: str) -> int | None:
    if not page.total:
        st.info(_("No such file is in the library yet; drop one above."), icon=":material/info:")
        return None
    seen = Seen((), page.files, frozenset(chosen), today(), user_timezone(), is_pickable=False)
    pressed = board.board(grid_html(seen), [file.id for file in page.files], key=f"{key}-board")
    return pressed.file_id if pressed else None


def _choose_page(page: MediaPage, key: str) -> None:
    if page.page_count > 1:
        st.pagination(page.page_count, key=f"{key}-page")


def _after(chosen: Sequence[int], pressed: int | None, arrived: Sequence[int]) -> tuple[int, ...]:
    wanted = [one for one in chosen if one != pressed]
    if pressed is not None and pressed not in chosen:
        wanted.append(pressed)
    return tuple(dict.fromkeys([*wanted, *arrived]))
