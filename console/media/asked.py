"""What the page's address asks for: the folder, what narrows the list, its order and its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from console.media.presenters.kinds import KINDS
from infoscreen_core.domain.media.types import ConversionStatus
from infoscreen_core.domain.text.asked import LONGEST_TEXT, read_id
from infoscreen_core.services.media.views import (
    TOP,
    MediaFilter,
    MediaSort,
    PageAsked,
    SortBy,
)

GRID, LIST = "grid", "list"
ANY: Final = "any"
YES, NO = "yes", "no"
WORKING, FAILED, READY = "working", "failed", "ready"
STATES: Final = {
    WORKING: frozenset({ConversionStatus.PENDING, ConversionStatus.PROCESSING}),
    FAILED: frozenset({ConversionStatus.FAILED}),
}
NAMES: Final = ("text", "kind", "period", "used", "expired", "state")
"""What of the address narrows the list, wherever in the library a file lies."""
_SORTS: Final = {
    "name": MediaSort(SortBy.NAME),
    "new": MediaSort(SortBy.CHANGED, is_descending=True),
    "old": MediaSort(SortBy.CHANGED),
    "large": MediaSort(SortBy.SIZE, is_descending=True),
    "type": MediaSort(SortBy.TYPE),
}
SORTS: Final = tuple(_SORTS)
_TILES, _LINES = 48, 50


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see."""

    folder_id: int | None
    """None: the top."""
    file_id: int | None
    """The file that is open beside the list."""
    view: str
    sort: MediaSort
    narrowed: MediaFilter

    @property
    def is_search(self) -> bool:
        """Whether files of all folders are looked through."""
        return self.narrowed != MediaFilter()

    @property
    def wanted(self) -> MediaFilter:
        """Which files the list has."""
        if self.is_search:
            return self.narrowed
        return MediaFilter(folder_id=TOP if self.folder_id is None else self.folder_id)

    def page(self, number: int) -> PageAsked:
        """Return which files of the list are shown on its page of this number."""
        return PageAsked(number, _LINES if self.view == LIST else _TILES)


def read_asked(query: Mapping[str, str]) -> Asked:
    """Return what an address asks for; what cannot be read narrows nothing."""
    return Asked(
        folder_id=_number(query.get("folder", "")),
        file_id=_number(query.get("file", "")),
        view=LIST if query.get("view") == LIST else GRID,
        sort=_SORTS.get(query.get("sort", ""), _SORTS["name"]),
        narrowed=MediaFilter(
            text=query.get("text", "").strip()[:LONGEST_TEXT],
            types=KINDS.get(query.get("kind", ""), frozenset()),
            period_id=_number(query.get("period", "")),
            used=_yes_or_no(query.get("used", "")),
            expired=_yes_or_no(query.get("expired", "")),
            states=STATES.get(query.get("state", ""), frozenset()),
            converted=True if query.get("state") == READY else None,
        ),
    )


def _number(text: str) -> int | None:
    return read_id(text) or None


def _yes_or_no(text: str) -> bool | None:
    return {YES: True, NO: False}.get(text)
