"""Figures by week, counted from the record of statuses, so that charts over years are quick.

The leading scheduler counts every hour, as the job `JobName.WEEKS`: the week that goes on, and
others that may have changed since. Counting writes all of a player's week anew, so it may be broken
off and repeated. Then each week is added up by group.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.clients import list_groups_after
from infoscreen_core.db.queries.monitoring.jobs import find_success
from infoscreen_core.db.queries.monitoring.sums import weeks as queries
from infoscreen_core.domain.monitoring.availability import Availability
from infoscreen_core.domain.monitoring.housekeeping import JobName, Portion
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring.availability import (
    measure_both,
    mondays_of,
    week_of,
)

BATCH: Final = 500
"""Players that are counted in one transaction."""
LATE: Final = timedelta(days=1)
"""How long after it happened a change may come on record: silence is noticed on a deadline."""


def mondays_to_count(session: Session, *, zone: ZoneInfo, now: datetime) -> list[date]:
    """Return the weeks whose figures may have changed since they were counted last."""
    counted = counted_until(session)
    since = counted - LATE if counted else queries.find_first_change(session)
    return mondays_of(Span(min(since, now), now), zone) if since else []


def count_players(
    session: Session, *, monday: date, zone: ZoneInfo, now: datetime, after: str
) -> Portion:
    """Count the week of the players that follow on a UUID."""
    groups = dict(list_groups_after(session, after, limit=BATCH))
    if not groups:
        return Portion(0, None)
    week = week_of(monday, zone)
    window = Span(week.start, min(week.end, now))
    found = measure_both(session, window, client_uuids=list(groups))
    rows = _rows(monday, found, groups)
    queries.replace_week(session, monday, list(groups), rows)
    return Portion(len(rows), max(groups) if len(groups) == BATCH else None)


def mondays_to_sum(session: Session, counted: Collection[date]) -> list[date]:
    """Return the weeks to add up by group once some were counted: all of them.

    In the others, too, screens may have been removed since, or their group deleted.
    """
    return sorted({*counted, *queries.list_summed(session)})


def sum_groups(session: Session, *, monday: date) -> int:
    """Add a counted week up by group, for charts; return how many rows that makes."""
    return queries.replace_sums(session, monday)


def counted_until(session: Session) -> datetime | None:
    """Return up to when the figures reach; None when they were never counted."""
    return find_success(session, JobName.WEEKS)


def _rows(
    monday: date,
    found: Mapping[str, tuple[Availability, Availability]],
    groups: Mapping[str, int | None],
) -> list[dict[str, Any]]:
    return [
        {
            "monday": monday,
            "client_uuid": uuid,
            "group_id": groups[uuid],
            "up_seconds": _seconds(of.up),
            "down_seconds": _seconds(of.down),
            "unknown_seconds": _seconds(of.unknown),
            "outages": of.outage_count,
            "off_up_seconds": _seconds(of.up) - _seconds(on.up),
            "off_down_seconds": _seconds(of.down) - _seconds(on.down),
            "off_unknown_seconds": _seconds(of.unknown) - _seconds(on.unknown),
            "off_outages": of.outage_count - on.outage_count,
        }
        for uuid, (of, on) in found.items()
        if of.up or of.down or of.unknown
    ]


def _seconds(length: timedelta) -> int:
    return round(length.total_seconds())
