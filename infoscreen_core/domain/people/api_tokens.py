"""Keys with which a person's scripts call the HTTP API: what they may do, and for how long."""

import re
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from infoscreen_core.domain.text.names import normalised
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.errors import InvalidInputError

PREFIX: Final = "isk_"
"""So that people, and programs that look for leaked secrets, see what it is."""
NAME_LIMIT: Final = 60
LONGEST: Final = timedelta(days=366)
HINT_LENGTH: Final = 4
_SHAPE: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


class Scope(StrEnum):
    """What a token's bearer may do, within what its owner may."""

    READ = "read"
    WRITE = "write"
    """Read, too."""


def has_shape(secret: str) -> bool:
    """Whether the text looks like a token of ours, so that it is worth asking for."""
    return bool(_SHAPE.fullmatch(secret))


def hint_of(secret: str) -> str:
    """Return the first characters after the prefix, by which its owner tells it from others."""
    return secret.removeprefix(PREFIX)[:HINT_LENGTH]


def checked_token_name(name: str) -> str:
    """Return the name in one form; raise `InvalidInputError` on `name` if it is unfit."""
    text = clean_line(normalised(name), field="name", limit=NAME_LIMIT)
    if not text:
        raise InvalidInputError(
            "The token needs a name that says what uses it, such as “Backup script”.", field="name"
        )
    return text


def check_expiry(expires_on: date, *, today: date) -> None:
    """Raise `InvalidInputError` unless the last day is today or later, within `LONGEST`."""
    latest = today + LONGEST
    if not today <= expires_on <= latest:
        raise InvalidInputError(
            "The token would end on {day}; choose a day from {first} to {last}.",
            field="expires_on",
            day=expires_on,
            first=today,
            last=latest,
        )
