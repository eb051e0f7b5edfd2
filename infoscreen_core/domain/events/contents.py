"""What an event must have so that players can be told of it, and what can be seen of it."""

from collections.abc import Collection
from enum import StrEnum

from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.types import PICTURE_TYPES, MediaType


class Lack(StrEnum):
    """What an event may lack."""

    FILE = "file"
    ADDRESS = "address"
    TEXT = "text"


def is_moving(kind: EventType, *, auto_progress: bool, page_count: int | None) -> bool:
    """Whether the picture changes by itself: a film, or pages that turn by themselves."""
    if kind is EventType.PRESENTATION:
        return auto_progress and (page_count or 0) > 1
    return kind is EventType.VIDEO


def pages_of(kind: MediaType, page_count: int | None) -> int | None:
    """Return on how many pages a file is shown; a picture is one, None stands for unknown."""
    return 1 if kind in PICTURE_TYPES else page_count


def round_seconds(pages: Collection[int | None], slide_interval: int) -> int:
    """Return how long a presentation takes to begin anew; files without counted pages add none."""
    return sum(count or 0 for count in pages) * slide_interval


def find_lack(
    kind: EventType, *, has_file: bool, address: str | None, text: str | None
) -> Lack | None:
    """Return what keeps an event off the players' lists, or None.

    A presentation without a file is on the list all the same, as one whose file is still being
    converted.
    """
    match kind:
        case EventType.VIDEO:
            return None if has_file or address else Lack.FILE
        case EventType.WEBSITE | EventType.WEBUNTIS:
            return None if address else Lack.ADDRESS
        case EventType.MESSAGE:
            return None if text else Lack.TEXT
        case _:
            return None
