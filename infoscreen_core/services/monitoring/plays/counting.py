"""Plays added up by day, so that a report over months and thousands of screens is quick.

The leading scheduler counts every hour, as the job `JobName.PLAYS`: the day that goes on, and
others that may have changed since. Counting writes all of a day anew, so it may be repeated.
"""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.clients import list_groups_after
from infoscreen_core.db.queries.monitoring import content
from infoscreen_core.db.queries.monitoring import plays as queries
from infoscreen_core.db.queries.monitoring.jobs import find_success
from infoscreen_core.domain.monitoring.housekeeping import JobName, Portion
from infoscreen_core.domain.monitoring.plays.tallies import PlayCount, days_of, start_of
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring.plays.reading import PlayReader

BATCH: Final = 200
"""Players that are counted in one transaction."""
LATE: Final = timedelta(hours=3)
"""How long after it happened a change may come on record: players catch up after an outage."""
_DAY: Final = timedelta(days=1)


class DayCount:
    """The plays of one day, counted through the players a portion at a time."""

    def __init__(self, day: date, zone: ZoneInfo, *, now: datetime) -> None:
        self._day = day
        self._window = Span(start_of(day, zone), min(start_of(day + _DAY, zone), now))
        self._count = PlayCount(zone)

    def look(self, session: Session, *, after: str) -> Portion:
        """Count the players that follow on a UUID."""
        groups = dict(list_groups_after(session, after, limit=BATCH))
        if groups:
            for uuid, plays in PlayReader(session, self._window).read(groups).items():
                self._count.add(groups[uuid], plays)
        return Portion(0, max(groups) if len(groups) == BATCH else None)

    def write(self, session: Session) -> int:
        """Keep what was found once all players were looked at; return how many rows."""
        rows = [
            {
                **cell._asdict(),
                "name": None if tally.name is None else tally.name[:255],
                "seen_seconds": round(tally.seen),
                "reported_seconds": round(tally.reported),
                "unknown_seconds": round(tally.unknown),
                "screens": tally.screens,
                "plays": tally.plays,
            }
            for cell, tally in sorted(self._count.tallies.items())
        ]
        queries.replace_day(session, self._day, rows)
        return len(rows)


def days_to_count(session: Session, *, zone: ZoneInfo, now: datetime) -> list[date]:
    """Return the days whose sums may have changed since they were counted last, in order."""
    counted = counted_until(session)
    since = counted - LATE if counted else content.find_first_change(session)
    if since is None or since >= now:
        return []
    return [day for day, _ in days_of(Span(since, now), zone)]


def counted_until(session: Session) -> datetime | None:
    """Return up to when the sums reach; None when they were never counted."""
    return find_success(session, JobName.PLAYS)
