"""What whoever asks for a list of something may give: a span of time, and a text to search for."""

from datetime import datetime
from typing import Final

from infoscreen_core.errors import InvalidInputError

LONGEST_TEXT: Final = 200


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
