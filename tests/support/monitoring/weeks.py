"""Counts weeks as the leading scheduler's job does."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.domain.monitoring.housekeeping import JobName
from infoscreen_core.services.monitoring import weeks
from infoscreen_core.services.monitoring.upkeep import jobs


def count_weeks(session: Session, zone: ZoneInfo, *, now: datetime) -> list[date]:
    """Count what may have changed; return the weeks' Mondays."""
    jobs.begin(session, JobName.WEEKS, now=now)
    mondays = weeks.mondays_to_count(session, zone=zone, now=now)
    for monday in mondays:
        count_week(session, monday, zone, now=now)
    jobs.succeed(session, JobName.WEEKS, row_count=0, now=now)
    return mondays


def count_week(session: Session, monday: date, zone: ZoneInfo, *, now: datetime) -> None:
    after: str | None = ""
    while after is not None:
        after = weeks.count_players(
            session, monday=monday, zone=zone, now=now, after=after
        ).last_uuid
    for one in weeks.mondays_to_sum(session, [monday]):
        weeks.sum_groups(session, monday=one)
