"""The controls above the board: way, search, filters, order, form. The address holds them all."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from console.i18n import N_, _
from console.media.asked import (
    ANY,
    FAILED,
    GRID,
    LIST,
    NAMES,
    NO,
    READY,
    SORTS,
    WORKING,
    YES,
    Asked,
)
from console.media.data import read_periods
from console.media.presenters.folders import path_to
from console.media.presenters.kinds import KINDS, kind_word
from console.parts import address
from console.runtime import run_again
from console.words.markdown import literal
from infoscreen_core.services.media.views import FolderView

_SORT_WORDS: Final = {
    "name": N_("By name"),
    "new": N_("Latest first"),
    "old": N_("Oldest first"),
    "large": N_("Largest first"),
    "type": N_("By type"),
}
_NARROW, _WIDE = 160, 230


def filters() -> None:
    """Draw search, filters, order and the choice between tiles and lines."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="library-filters"):
        address.search_text(
            _("Search"), key="text", placeholder=_("Search in all folders"), width=_WIDE
        )
        _choice("kind", _("Type"), {kind: kind_word(kind) for kind in KINDS}, _("All types"))
        _choice("state", _("State"), _states(), _("Any state"))
        _choice("used", _("Use"), _uses(), _("Any use"))
        _choice("expired", _("Expiry"), _expiries(), _("Any expiry"))
        _choice("period", _("Period"), _periods(), _("All periods"))
        address.choose_from_list(
            _("Order"),
            {name: _(_SORT_WORDS[name]) for name in SORTS},
            key="sort",
            default=SORTS[0],
            width=_NARROW,
        )
        views = {GRID: _("Tiles"), LIST: _("List")}
        address.choose_one(_("View"), views, key="view", default=GRID)


def way(folders: Sequence[FolderView], asked: Asked) -> None:
    """Draw where the reader is: the library, and the folders down to the open one."""
    path = path_to(folders, asked.folder_id)
    with st.container(horizontal=True, vertical_alignment="center", key="library-way", gap="small"):
        if asked.is_search:
            st.button(
                _("Show all again"), icon=":material/filter_alt_off:", on_click=start_over,
                key="library-start-over",
            )  # fmt: skip
            return
        _step(None, _("Library"), is_here=not path)
        for folder in path:
            st.html('<span class="is-quiet" aria-hidden="true">/</span>', width="content")
            _step(folder.id, folder.name, is_here=folder is path[-1])


def open_folder(folder_id: int | None) -> None:
    """Go to a folder."""
    address.write(folder=str(folder_id) if folder_id else None, file=None, page=None)


def start_over() -> None:
    """Take away all that narrows the list; a button's callback."""
    address.write(**dict.fromkeys((*NAMES, "page")))


def _step(folder_id: int | None, name: str, *, is_here: bool) -> None:
    if st.button(
        literal(name),
        key=f"library-way-{folder_id or 0}",
        type="tertiary",
        disabled=is_here,
        icon=":material/folder_open:" if is_here else None,
    ):
        open_folder(folder_id)
        run_again()  # all of the page: files that are dropped go into the folder, too


def _choice(key: str, label: str, options: dict[str, str], every: str) -> None:
    address.choose_from_list(label, {ANY: every, **options}, key=key, default=ANY, width=_NARROW)


def _states() -> dict[str, str]:
    return {
        WORKING: _("Being converted"),
        FAILED: _("Not converted"),
        READY: _("Converted"),
    }


def _uses() -> dict[str, str]:
    return {YES: _("In events"), NO: _("In no event")}


def _expiries() -> dict[str, str]:
    return {YES: _("Expired"), NO: _("Not expired")}


def _periods() -> dict[str, str]:
    return {str(key): name for key, name in read_periods().items()}
