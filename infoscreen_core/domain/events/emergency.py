"""An emergency that is raised on the spot: how long it may last, and what it is called."""

from datetime import datetime, timedelta
from typing import Final

from infoscreen_core.domain.text.names import normalised
from infoscreen_core.errors import InvalidInputError

DURATIONS: Final = (timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60))
"""What people are offered besides `UNTIL_ENDED`."""
UNTIL_ENDED: Final = timedelta(days=30)
"""Stands for "until somebody ends it": a forgotten one is over then."""
MIN_DURATION: Final = timedelta(minutes=1)
_TITLE_LENGTH: Final = 80


def check_duration(duration: timedelta) -> timedelta:
    """Return how long it is to last; raise `InvalidInputError` when that is not possible."""
    if not MIN_DURATION <= duration <= UNTIL_ENDED:
        raise InvalidInputError(
            "An emergency lasts from {least} minute to {most} days; give another time.",
            field="duration",
            least=MIN_DURATION // timedelta(minutes=1),
            most=UNTIL_ENDED // timedelta(days=1),
        )
    return duration


def is_until_ended(start: datetime, end: datetime) -> bool:
    """Whether it was raised to last until somebody ends it."""
    return end - start == UNTIL_ENDED


def title_of(text: str) -> str:
    """Return the title of an emergency with this text: its first line, shortened."""
    first = normalised(next((line for line in text.splitlines() if line.strip()), ""))
    return first if len(first) <= _TITLE_LENGTH else f"{first[: _TITLE_LENGTH - 1].rstrip()}…"
