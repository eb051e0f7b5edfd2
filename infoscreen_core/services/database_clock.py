"""The time as all programs agree on it: the database's, where it has a clock of its own.

Programs may run on several machines, and clocks there may be wrong or be set. What one writes as
"now" another compares with its own; so each compares its clock with the database's every few
seconds, and goes by that if they differ by more than a second. Between two comparisons it counts
on by the monotonic clock when its own was set, since the next one will tell what that meant.

SQLite has no clock of its own, and all its programs run on one machine: there the machine's clock
holds, also when it is set.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.operations import database_time_now

TOLERANCE: Final = timedelta(seconds=1)
"""Clocks that differ by less agree."""
_AGREES_AGAIN: Final = timedelta(seconds=0.5)
"""A corrected clock has to come this close, lest the time jump to and fro around a second."""
MAX_CORRECTION: Final = timedelta(days=1)
"""Of two clocks that differ by more nobody can tell which is right; each goes by its own."""
_SLOWEST_ANSWER: Final = 0.5
"""Seconds that the database may take to answer; longer ones say too little."""


class DatabaseClock:
    """A clock: call it for the present instant, after `compare` by the database's clock."""

    def __init__(
        self, own: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.ahead = timedelta()
        """How far our own clock is ahead of the database's; zero when they agree."""
        self._own = own
        self._monotonic = monotonic
        self._correction = timedelta()
        self._compared_at: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        """Return the present instant, aware, UTC."""
        return self._steady(self._own()) + self._correction

    @property
    def is_corrected(self) -> bool:
        """Whether the database's clock holds, since our own differs from it."""
        return self._correction != timedelta()

    def compare(self, session: Session) -> bool:
        """Compare the two clocks; return whether how they differ has changed by a second."""
        before = self._monotonic()
        found = database_time_now(session)
        took = self._monotonic() - before
        if found is None or took > _SLOWEST_ANSWER:
            return False
        own = self._own()
        return self._note(own, own - found - timedelta(seconds=took / 2))

    def _note(self, own: datetime, ahead: timedelta) -> bool:
        limit = _AGREES_AGAIN if self.ahead else TOLERANCE
        was_ahead, self.ahead = self.ahead, ahead if abs(ahead) > limit else timedelta()
        self._correction = -self.ahead if abs(self.ahead) <= MAX_CORRECTION else timedelta()
        self._compared_at = own, self._monotonic()
        return bool(was_ahead) is not bool(self.ahead) or abs(self.ahead - was_ahead) > TOLERANCE

    def _steady(self, own: datetime) -> datetime:
        """Return what our own clock would say had it not been set since the last comparison."""
        if self._compared_at is None:
            return own
        then, moment = self._compared_at
        counted = then + timedelta(seconds=self._monotonic() - moment)
        return own if abs(own - counted) <= TOLERANCE else counted
