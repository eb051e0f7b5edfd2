"""Temperature against crashes: counted by week and group, read for the analysis."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.groups import list_groups
from infoscreen_core.db.queries.monitoring import patterns as queries
from infoscreen_core.db.queries.monitoring.history import map_groups
from infoscreen_core.db.queries.monitoring.jobs import find_success
from infoscreen_core.db.queries.monitoring.sums import weeks as week_queries
from infoscreen_core.domain.monitoring.housekeeping import JobName
from infoscreen_core.domain.monitoring.patterns.heat import HeatStep
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring.availability import mondays_of, week_of

_LATE: Final = timedelta(days=1)
"""How long after it happened a crash may come on record, or an hour be rolled up again."""


def mondays_to_count(session: Session, *, zone: ZoneInfo, now: datetime) -> list[date]:
    """Return the weeks whose figures may have changed since they were counted last."""
    counted = find_success(session, JobName.PATTERNS)
    since = counted - _LATE if counted else week_queries.find_first_change(session)
    return mondays_of(Span(min(since, now), now), zone) if since else []


def groups_to_count(session: Session) -> dict[int | None, list[str]]:
    """Return the UUIDs of each group's players; None: of those that are in none."""
    found: dict[int | None, list[str]] = {group.id: [] for group in list_groups(session)}
    for uuid, group_id in sorted(map_groups(session).items()):
        found.setdefault(group_id, []).append(uuid)
    return found


def count_group(
    session: Session,
    group_id: int | None,
    members: Sequence[str],
    *,
    monday: date,
    zone: ZoneInfo,
) -> int:
    """Count a group's week, with the screens that it has now; return how many rows that makes.

    Counting it again replaces what was counted.
    """
    steps = queries.count_heat(session, members, week_of(monday, zone))
    queries.replace_heat(session, monday, group_id, steps)
    return len(steps)


def heat_steps(
    session: Session, *, first: date, last: date, group: int | None
) -> Sequence[HeatStep]:
    """Return hours and crashes by temperature over weeks; of one group if it is named."""
    return queries.sum_heat(session, first=first, last=last, group=group)
