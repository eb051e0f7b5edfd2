"""How far back an overview of the fleet counts log lines."""

from datetime import timedelta
from typing import Final

from infoscreen_core.errors import InvalidInputError

WINDOW_HOURS: Final = (1, 6, 24, 72, 168)


def check_window(hours: int) -> timedelta:
    """Return the window of so many hours; raise `InvalidInputError` for any that is not offered."""
    if hours not in WINDOW_HOURS:
        raise InvalidInputError(
            "Log lines are counted over {known} hours, not over {value}; choose one of these.",
            field="hours",
            known=", ".join(map(str, WINDOW_HOURS)),
            value=hours,
        )
    return timedelta(hours=hours)
