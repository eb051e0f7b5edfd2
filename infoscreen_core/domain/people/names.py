"""What a user may be called."""

import unicodedata
from typing import Final

from infoscreen_core.errors import InvalidInputError

NAME_LIMIT: Final = 64
_PUNCTUATION: Final = "._-@+"


def checked_user_name(username: str) -> str:
    """Return the name trimmed and composed (NFC); raise `InvalidInputError` if it is unfit."""
    name = unicodedata.normalize("NFC", username.strip())
    if not 1 <= len(name) <= NAME_LIMIT or not all(c.isalnum() or c in _PUNCTUATION for c in name):
        raise InvalidInputError(
            "A user name has 1 to {limit} letters, digits or characters of {punctuation}, and no "
            "spaces.",
            field="username",
            limit=NAME_LIMIT,
            punctuation=_PUNCTUATION,
        )
    return name
