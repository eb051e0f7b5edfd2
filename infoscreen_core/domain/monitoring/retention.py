"""How long things are kept, and how gently they go."""

from datetime import datetime, timedelta
from typing import Final

KEPT_PICTURES: Final = 20
"""Pictures kept per player; older ones go, save the latest priority picture."""
SWEEP_ROWS: Final = 500
"""Rows deleted in one transaction: few enough that nobody waits for the lock."""
ORPHAN_AGE: Final = timedelta(hours=1)
"""A picture file without a row is garbage only when it is older: a younger one's row may be on its way."""


def cutoff(*, now: datetime, days: int) -> datetime:
    """Return the instant before which rows with a retention of `days` go."""
    return now - timedelta(days=days)
