"""What whoever asks for something may give: a number, a span of time, a text to search for."""

from datetime import datetime
from typing import Final

from infoscreen_core.errors import InvalidInputError

LONGEST_TEXT: Final = 200
_LONGEST_ID: Final = 9
"""Digits. No database of ours has a row with a longer number; SQLite refuses very long ones."""


def read_id(text: str) -> int | None:
    """Return the number of a row as an address has it; None for anything else."""
    is_id = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID
    return int(text) if is_id else None


def check_span(start: datetime, end: datetime | None) -> None:
    """Raise `InvalidInputError` for an end that is not after the start; None is later than all."""
    if end is not None and end <= start:
        raise InvalidInputError(
            "The end {end} is not after the start {start}; choose a later end.",
            field="to",
            start=start,
            end=end,
        )


def check_text(text: str) -> None:
    """Raise `InvalidInputError` for a text that is too long to search for."""
    if len(text) > LONGEST_TEXT:
        raise InvalidInputError(
            "The text to search for has {count} characters; use at most {most}.",
            field="text",
            count=len(text),
            most=LONGEST_TEXT,
        )
