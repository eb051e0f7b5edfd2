"""How groups stand in the addresses of pages and in lists to choose from."""

from typing import Final

ANY_GROUP: Final = "all"
NO_GROUP: Final = "none"


def group_word(group_id: int | None) -> str:
    """Return the word for a group; None: for the screens that are in none."""
    return NO_GROUP if group_id is None else str(group_id)


def is_in_group(group_id: int | None, word: str) -> bool:
    """Whether a screen's group is the one that the word means, or any will do."""
    return word in {ANY_GROUP, group_word(group_id)}
