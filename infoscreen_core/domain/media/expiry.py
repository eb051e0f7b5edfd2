"""Until when a file may be shown."""

from datetime import date


def is_expired(expires_on: date | None, today: date) -> bool:
    """Whether the last day on which the file may be shown is over; None: it has no last day."""
    return expires_on is not None and expires_on < today
