"""What a player wants to have for an event, and what came of it."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from infoscreen_core.contracts import EventItem

VIDEO_SECONDS: Final = 2.0
"""So long each frame of a video stands in the pictures; so far apart the frames are."""


_SHA256: Final = re.compile("[0-9a-f]{64}")


class Failure(StrEnum):
    """Why a file could not be had."""

    FORBIDDEN = "forbidden"
    MISSING = "missing"
    DAMAGED = "damaged"
    """What came is not what was announced: its size or its checksum differs."""
    UNSUPPORTED = "unsupported"
    """Nothing that this player can show, or an address that it cannot ask."""
    TOO_LARGE = "too_large"
    UNREACHABLE = "unreachable"
    """The server did not answer, or not to the end; it is asked again soon."""
    NO_ROOM = "no_room"

    @property
    def may_pass_soon(self) -> bool:
        """Whether asking again within seconds may help."""
        return self in {Failure.UNREACHABLE, Failure.NO_ROOM}


class MediaError(Exception):
    """A file could not be had; `detail` is for the player's log."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail


@dataclass(frozen=True, slots=True)
class WantedFile:
    """One file of an event; `size` in bytes, None where the server did not say."""

    url: str
    name: str
    checksum: str | None = None
    size: int | None = None

    @property
    def key(self) -> str:
        """Which content this is: its SHA-256, or that of the address without what signs it."""
        if self.checksum is not None and _SHA256.fullmatch(self.checksum):
            return self.checksum  # it becomes a name on the disk, so it is looked at first
        return hashlib.sha256(self.plain_url.encode()).hexdigest()

    @property
    def plain_url(self) -> str:
        """The address without its query, which may hold a signature: this may be logged."""
        return self.url.partition("#")[0].partition("?")[0]


@dataclass(frozen=True, slots=True)
class Slides:
    """A file as its pages, drawn to the size of the screen."""

    pages: tuple[Path, ...]
    seconds_each: float | None = None
    """How long each page stands; None: as long as the event says."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of fetching a file: its slides, or why there are none."""

    file: WantedFile
    slides: Slides | None = None
    failure: Failure | None = None
    detail: str = ""


def list_wanted(event: EventItem) -> Sequence[WantedFile]:
    """Return the files of an event, in the order in which they are shown."""
    if event.presentation is not None:
        return [
            WantedFile(file.url, file.name, file.checksum_sha256, file.size)
            for file in event.presentation.files
        ]
    if event.video is not None:
        video = event.video
        return [
            WantedFile(video.url, name, video.checksum_sha256, video.size)
            for name in event.file_names or ()
        ]
    return []
