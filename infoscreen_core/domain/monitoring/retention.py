"""How long things are kept, and in what portions they are deleted."""

from datetime import datetime, timedelta
from typing import Final

KEPT_PICTURES: Final = 20
"""Pictures kept per player; older ones are deleted, except the latest priority picture."""
SWEEP_ROWS: Final = 500
"""Rows deleted in one transaction: few enough that nobody waits for the lock."""
ORPHAN_AGE: Final = timedelta(hours=1)
"""How old a picture file without a row must be to count as garbage: its row may be on its way."""


def cutoff(*, now: datetime, days: int) -> datetime:
    """Return the instant before which rows with a retention of `days` are deleted."""
    return now - timedelta(days=days)
