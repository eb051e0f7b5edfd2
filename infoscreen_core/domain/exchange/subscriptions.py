"""When a subscribed calendar is read again, and when a removal has to be confirmed."""

from datetime import datetime, timedelta
from typing import Final

from infoscreen_core.errors import InvalidInputError

DEFAULT_MINUTES: Final = 60
MIN_MINUTES: Final = 15
MAX_MINUTES: Final = 7 * 24 * 60
LONGEST_PAUSE: Final = timedelta(days=1)
"""A calendar that fails is asked at least this often, unless its interval is longer."""
JITTER: Final = 0.1
"""Part of a pause by which it varies, so that calendars do not stay in step with each other."""
FEW: Final = 4
"""Of fewer events than this, removing more than half is nothing unusual."""


def checked_interval(minutes: int) -> int:
    """Return the interval; raise `InvalidInputError` when it is too short or too long."""
    if not MIN_MINUTES <= minutes <= MAX_MINUTES:
        raise InvalidInputError(
            "A calendar cannot be read every {value} minutes; give a number from {low} to {high}.",
            field="interval_minutes",
            value=minutes,
            low=MIN_MINUTES,
            high=MAX_MINUTES,
        )
    return minutes


def next_check(
    now: datetime,
    *,
    minutes: int,
    failures: int,
    chance: float,
    retry_after: timedelta | None = None,
) -> datetime:
    """Return when to read again: each failure in a row doubles the pause, up to a day.

    `chance`, from 0 to 1, makes the pause a little shorter or longer. `retry_after` is what the
    server asked for.
    """
    interval = timedelta(minutes=minutes)
    longest = max(interval, LONGEST_PAUSE)
    pause = min(interval * 2.0 ** min(max(failures - 1, 0), 16), longest)
    pause *= 1 + JITTER * (2 * chance - 1)
    if retry_after is not None:
        pause = max(pause, min(retry_after, longest))
    return now + pause


def shortest_pause(minutes: int) -> timedelta:
    """Return the least time that lies between two readings that both went well."""
    return timedelta(minutes=minutes) * (1 - JITTER)


def is_doubtful(held: int, removed: int) -> bool:
    """Whether a reading takes away so much that the calendar itself may be broken.

    Both count events that are not over. A second reading has to confirm it: a calendar that turns
    up empty is more often a fault of its server than a wish of its owner.
    """
    return removed > 0 and (removed == held or (held >= FEW and 2 * removed > held))
