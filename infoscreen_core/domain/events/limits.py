"""Bounds of an event's texts and numbers, and how far ahead the plan is looked at."""

from datetime import timedelta
from typing import Final

TITLE_LIMIT: Final = 200
LOCATION_LIMIT: Final = 255
TEXT_LIMIT: Final = 5000
"""Characters of a description, and of a message on the screen."""
FILES_LIMIT: Final = 50
"""Files that one presentation shows at most."""
SLIDE_SECONDS: Final = range(1, 3601)
"""How long one page of a presentation may stay."""

HORIZON: Final = timedelta(days=60)
"""How far ahead the index of occurrences reaches; nobody is told of the plan beyond that."""
LOOK_BACK: Final = timedelta(days=1)
"""How far back the index reaches."""
LOOK_AHEAD: Final = timedelta(days=7)
"""How far ahead people are told what comes next, unless they ask for another stretch of time."""


def is_volume(value: float) -> bool:
    """Whether this is a volume: 0 (silent) to 1 (full), as in the tables and on the wire."""
    return 0 <= value <= 1
