"""What the address of the analysis may ask for; page and files read it alike."""

from typing import Final

from console.words.groups import ANY_GROUP

SPANS: Final = (4, 13, 26, 52)
"""How many weeks, the last of them the one that goes on."""
DEFAULT_WEEKS: Final = 13


def weeks_of(word: str) -> int:
    """Return how many weeks are asked for."""
    return int(word) if word.isdecimal() and int(word) in SPANS else DEFAULT_WEEKS


def group_of(word: str) -> int | None:
    """Return the id of the group that is asked for; None: any."""
    return None if word == ANY_GROUP or not word.isdecimal() else int(word)
