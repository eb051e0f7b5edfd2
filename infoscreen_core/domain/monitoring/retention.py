"""How long things are kept, and in what portions they are deleted."""

from datetime import UTC, datetime, timedelta
from typing import Final

KEPT_PICTURES: Final = 20
"""Pictures kept per player; older ones are deleted, except the latest priority picture."""
SWEEP_ROWS: Final = 500
"""Rows deleted in one transaction: few enough that nobody waits for the lock."""
ORPHAN_AGE: Final = timedelta(hours=1)
"""How old a picture file without a row must be to count as garbage: its row may be on its way."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Nothing is older."""


def cutoff(*, now: datetime, days: int) -> datetime:
    """Return the instant before which rows with a retention of `days` are deleted.

    So many days that nobody can count them back mean that nothing is deleted.
    """
    return now - timedelta(days=min(days, (now - _EPOCH).days))
