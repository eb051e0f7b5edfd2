"""What people may be called, and how they are found."""

import re
import unicodedata
from typing import Final

from infoscreen_core.domain.text.names import searchable
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

NAME_LIMIT: Final = 64
DISPLAY_NAME_LIMIT: Final = 100
EMAIL_LIMIT: Final = 254
SEARCH_LIMIT: Final = 512
"""Characters that are searched; longer ones are found by their beginning."""
_PUNCTUATION: Final = "._-@+"
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


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


def checked_display_name(name: str | None) -> str | None:
    """Return the name by which people know somebody, None for a blank one.

    Raises `InvalidInputError` on `display_name` for one that is too long or cannot be shown.
    """
    text = " ".join((name or "").split())
    return clean_line(text, field="display_name", limit=DISPLAY_NAME_LIMIT) or None


def checked_email(email: str | None) -> str | None:
    """Return the mail address, None for a blank one; raise `InvalidInputError` if it is none."""
    text = clean_line(email or "", field="email", limit=EMAIL_LIMIT)
    if not text:
        return None
    if not _MAIL.fullmatch(text):
        raise InvalidInputError(
            "“{value}” is no mail address; write it like name@school.example.",
            field="email",
            value=shown(text),
        )
    return text


def searched_text(username: str, display_name: str | None, email: str | None) -> str:
    """Return what somebody is found by; it begins with the user name, so it sorts by that."""
    parts = (username, display_name or "", email or "")
    return "\t".join(searchable(part) for part in parts)[:SEARCH_LIMIT]
