"""Whether something was lately, by a clock that may have been set in between.

A stored instant that lies in the future was written before the clock was set back, or by a clock
that was wrong. How long ago it was is unknown; it must not count as "just now" until the clock has
caught up with it, which may take an hour.
"""

from datetime import datetime, timedelta
from typing import Final

CLOCK_SLACK: Final = timedelta(seconds=60)
"""How far the clocks of several machines may differ."""
_MOMENT: Final = timedelta(seconds=1)
"""How soon it is noticed that a clock was set."""


def is_ahead(at: datetime, *, now: datetime) -> bool:
    """Whether an instant of the past lies in the future, so that nothing is known of it."""
    return at - now > CLOCK_SLACK


def is_within(at: datetime, length: timedelta, *, now: datetime) -> bool:
    """Whether it was at most so long ago, as far as that is known."""
    return -CLOCK_SLACK <= now - at <= length


def is_before_step(at: datetime, step: timedelta, *, now: datetime) -> bool:
    """Whether an instant was read from a clock before it was set, just now, by `step`."""
    return at <= now - step + _MOMENT if step > timedelta() else at > now + _MOMENT
