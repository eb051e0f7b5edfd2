"""Files and folders of the library as readers see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from infoscreen_core.domain.media.expiry import is_expired
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target

TOP: Final = 0
"""Stands for the top of the library where a folder is asked for; no folder has this number."""


@dataclass(frozen=True, slots=True)
class ConversionView:
    """How far it is with what is made of a file's present content."""

    id: int
    target: Target
    status: ConversionStatus
    progress: int | None
    """Per cent; None where nobody can say."""
    failure: str | None
    """What went wrong the last time, in a word of `domain.media`."""
    error_message: str | None
    warnings: tuple[Any, ...]
    attempts: int
    not_before_at: datetime | None
    size: int | None
    """Bytes of what was made, once it is ready."""
    checksum: str | None
    """SHA-256 of what was made, once it is ready."""


@dataclass(frozen=True, slots=True)
class MediaView:
    """A file of the library, what it is, and what is made of it."""

    id: int
    name: str
    folder_id: int | None
    media_type: MediaType
    mime_type: str
    size: int
    checksum: str
    version: int
    """Counts the contents that it has had."""
    page_count: int | None
    duration: float | None
    """Seconds."""
    resolution: str | None
    bitrate: int | None
    """Bits per second."""
    expires_on: date | None
    """The last day on which it may be shown."""
    academic_period_id: int | None
    created_at: datetime
    updated_at: datetime
    created_by_name: str | None
    uses: int
    """Events, past ones included, that show it."""
    conversions: tuple[ConversionView, ...]

    def is_expired(self, today: date) -> bool:
        """Whether it may not be shown any more on this day."""
        return is_expired(self.expires_on, today)

    def conversion(self, target: Target) -> ConversionView | None:
        """Return how far it is with one thing that is made of it; None: nobody asked for it."""
        return next((one for one in self.conversions if one.target is target), None)


@dataclass(frozen=True, slots=True)
class FolderView:
    """A folder and how much lies directly in it."""

    id: int
    parent_id: int | None
    name: str
    file_count: int
    folder_count: int


@dataclass(frozen=True, slots=True)
class MediaFilter:
    """Which files are asked for: those that meet all that is given."""

    folder_id: int | None = None
    """Files directly in a folder; `TOP`: in none; None: wherever they lie."""
    text: str = ""
    """Words that are all in the name, in whatever order, case and accents."""
    types: frozenset[MediaType] = frozenset()
    """Of one of these kinds; empty: of any."""
    period_id: int | None = None
    used: bool | None = None
    """Shown by an event, or by none."""
    expired: bool | None = None
    states: frozenset[ConversionStatus] = frozenset()
    """Those of which something that is made of them is in one of these states."""
    converted: bool | None = None
    """Nothing of what is made of them is missing (True), or something is (False)."""


class SortBy(StrEnum):
    """What files are ordered by."""

    NAME = "name"
    TYPE = "type"
    SIZE = "size"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class MediaSort:
    """The order of files."""

    by: SortBy = SortBy.NAME
    is_descending: bool = False


BY_NAME: Final = MediaSort()


@dataclass(frozen=True, slots=True)
class PageAsked:
    """Which part of a long list is wanted; pages count from 1."""

    number: int = 1
    size: int = 60


FIRST_PAGE: Final = PageAsked()


@dataclass(frozen=True, slots=True)
class MediaPart:
    """Files of one page, and how many the whole list has where the page tells: it is the last."""

    files: tuple[MediaView, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class MediaPage:
    """A part of a list of files, and how long the whole list is."""

    files: tuple[MediaView, ...]
    total: int
    number: int
    """The page that this is: the last one, when one beyond it was asked for."""
    size: int

    @property
    def page_count(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(-(-self.total // self.size), 1)


@dataclass(frozen=True, slots=True)
class RoomView:
    """How much the library holds."""

    file_count: int
    byte_count: int
    """Of all contents, each counted once however many files have it."""
    quota_bytes: int | None
    """None: as much as the disk has room for."""

    @property
    def free_bytes(self) -> int | None:
        """What may still be added under the quota; None without one."""
        return None if self.quota_bytes is None else max(self.quota_bytes - self.byte_count, 0)


@dataclass(frozen=True, slots=True)
class UseView:
    """An event that shows a file."""

    event_id: int
    title: str
    group_id: int
    group_name: str
    is_series: bool
    start: datetime
    end: datetime
    next_start: datetime | None
    """When it is shown next, or since when it is on; None: not any more, or not for long."""
