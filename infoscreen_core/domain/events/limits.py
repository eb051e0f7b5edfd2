"""How long the texts of an event may be, how far its numbers go, and how far the plan is looked at."""

from datetime import timedelta
from typing import Final

TITLE_LIMIT: Final = 200
TEXT_LIMIT: Final = 5000
"""Characters of a description, and of a message on the screen."""
SLIDE_SECONDS: Final = range(1, 3601)
"""For so long one page of a presentation may stay."""

HORIZON: Final = timedelta(days=60)
"""So far ahead the index of occurrences is kept, and nobody is told of the plan further than that."""
LOOK_BACK: Final = timedelta(days=1)
"""So far the index reaches back."""
LOOK_AHEAD: Final = timedelta(days=7)
"""So far people are told what comes next, where they did not ask for another stretch of time."""


def is_volume(value: float) -> bool:
    """Whether a film can be that loud: 0 is silent, 1 full; the tables and the wire have the same bounds."""
    return 0 <= value <= 1
