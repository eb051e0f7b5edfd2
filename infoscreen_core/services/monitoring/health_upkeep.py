"""The upkeep of players' health over time: hours are made of stretches, what is old is deleted.

Both go through the players in the order of their UUIDs, a portion in each transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.queries.monitoring import health as queries
from infoscreen_core.db.queries.monitoring.jobs import find_success
from infoscreen_core.domain.monitoring.health import HOUR, STRETCH, stretch_start
from infoscreen_core.domain.monitoring.housekeeping import JobName, Portion
from infoscreen_core.domain.monitoring.retention import SWEEP_ROWS, cutoff
from infoscreen_core.domain.monitoring.spans import Span

_DAY: Final = timedelta(days=1)
_AGAIN: Final = 2 * HOUR
"""So much of what was rolled up is rolled up again, for what was written late."""


def list_windows(session: Session, *, now: datetime) -> Sequence[Span]:
    """Return what is to be rolled up, a day at a time: what passed since that was done well."""
    return windows_since(session, JobName.HEALTH_HOURS, now=now)


def windows_since(session: Session, job: JobName, *, now: datetime) -> Sequence[Span]:
    """Return the whole hours with health since a job ended well, and two before, day by day."""
    end, oldest = stretch_start(now, HOUR), queries.find_oldest(session)
    if oldest is None:
        return ()
    start = stretch_start(oldest, HOUR)
    if last := find_success(session, job):
        start = max(start, min(stretch_start(last, HOUR), end) - _AGAIN)
    return [
        Span(start + _DAY * number, min(start + _DAY * (number + 1), end))
        for number in range(-((start - end) // _DAY))
    ]


def roll_up(session: Session, window: Span, *, after: str) -> Portion:
    """Roll a window of some players up to hours; doing so again gives the same."""
    limit = max(MAX_NAMED // (window.length // HOUR), 1)
    uuids = queries.list_clients(session, after=after, limit=limit)
    count = queries.roll_up(session, uuids, window) if uuids else 0
    return Portion(count, uuids[-1] if len(uuids) == limit else None)


def delete_old_stretches(session: Session, *, days: int, now: datetime, after: str) -> Portion:
    """Delete some stretches past their retention; what is not rolled up yet stays."""
    rolled_up = find_success(session, JobName.HEALTH_HOURS)
    if rolled_up is None:
        return Portion(0, None)
    before = min(cutoff(now=now, days=days), rolled_up - _AGAIN)
    return _delete(session, STRETCH, stretch_start(before, HOUR), after)


def delete_old_hours(session: Session, *, days: int, now: datetime, after: str) -> Portion:
    """Delete some hours past their retention."""
    return _delete(session, HOUR, stretch_start(cutoff(now=now, days=days), HOUR), after)


def _delete(session: Session, length: timedelta, before: datetime, after: str) -> Portion:
    """Delete what began before then, about `SWEEP_ROWS` at most, whosever it is."""
    players = queries.list_oldest(session, length, after=after, limit=MAX_NAMED)
    count = 0
    for uuid, oldest in players:
        if oldest is not None and oldest < before:
            bound = min(before, oldest + length * SWEEP_ROWS)
            count += queries.delete_before(session, uuid, length, bound)
            if bound < before:
                return Portion(count, after)  # the next portion goes on with this player
            if count >= SWEEP_ROWS:
                return Portion(count, uuid)
        after = uuid
    return Portion(count, after if len(players) == MAX_NAMED else None)
