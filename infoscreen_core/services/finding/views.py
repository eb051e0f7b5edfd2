"""What the search over everything finds, as readers see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from infoscreen_core.domain.text.names import folded

TEXT_LIMIT: Final = 100
"""Characters of a search that count; longer names there are hardly any."""
_MOST_WORDS: Final = 6


class Kind(StrEnum):
    """What was found."""

    SCREEN = "screen"
    GROUP = "group"
    EVENT = "event"
    MEDIA = "media"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    kind: Kind
    id: str
    name: str
    detail: str = ""
    """The group of a screen or an event, the type of a file, the role of a user."""
    at: datetime | None = None
    """When an event begins next, or began first."""


def words_of(text: str) -> list[str]:
    """Return the words that are looked for, folded."""
    return folded(text[:TEXT_LIMIT]).split()[:_MOST_WORDS]
