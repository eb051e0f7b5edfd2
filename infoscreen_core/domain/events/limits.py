"""How long the texts of an event may be, and how far its numbers go: for checks and forms alike."""

from typing import Final

TITLE_LIMIT: Final = 200
TEXT_LIMIT: Final = 5000
"""Characters of a description, and of a message on the screen."""
SLIDE_SECONDS: Final = range(1, 3601)
"""For so long one page of a presentation may stay."""


def is_volume(value: float) -> bool:
    """Whether a film can be that loud: 0 is silent, 1 full; the tables and the wire have the same bounds."""
    return 0 <= value <= 1
