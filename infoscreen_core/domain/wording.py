"""Values made fit to stand in a sentence that a person reads."""

from collections.abc import Iterable
from typing import Final

_SHOWN_LENGTH: Final = 60


def shown(value: str) -> str:
    """Return foreign text as short printable ASCII, safe for any terminal, log and page."""
    text = ascii(value)[1:-1]
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}..."


def listed(values: Iterable[object]) -> str:
    """Return the values separated by commas, as lists are written in a recurrence rule."""
    return ",".join(str(value) for value in values)
