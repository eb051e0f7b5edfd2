"""The school's years: the first three, and which one is in force."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod
from infoscreen_core.db.queries import periods as queries
from infoscreen_core.domain.event import PeriodType
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor

_FIRST_YEARS = (
    ("Schuljahr 2024/25", date(2024, 9, 2), date(2025, 7, 4)),
    ("Schuljahr 2025/26", date(2025, 9, 1), date(2026, 7, 3)),
    ("Schuljahr 2026/27", date(2026, 9, 7), date(2027, 7, 2)),
)


def seed_school_years(session: Session, *, actor: Actor, now: datetime) -> None:
    """Create the first three school years, unless there is any academic period."""
    if queries.list_periods(session):
        return
    for name, first, last in _FIRST_YEARS:
        period = AcademicPeriod(
            name=name,
            display_name=name.removeprefix("Schuljahr "),
            period_type=PeriodType.SCHULJAHR,
            start_date=first,
            end_date=last,
            created_at=now,
            updated_at=now,
        )
        session.add(period)
        session.flush()
        after = audit.snapshot(period)
        audit.record(session, "period.created", "period", period.id, actor=actor, now=now, after=after)


def activate_covering(session: Session, today: date, *, actor: Actor, now: datetime) -> AcademicPeriod | None:
    """Activate the period that covers today and return it; None, and nothing changes, when none does.

    Where several of different types do, the active one stays, else a school year goes before its parts.
    """
    periods = queries.list_periods(session, with_archived=False)
    chosen = _choose([period for period in periods if period.start_date <= today <= period.end_date])
    if chosen is not None:
        for period in periods:
            _set_active(session, period, is_active=period is chosen, actor=actor, now=now)
    return chosen


def _choose(covering: Sequence[AcademicPeriod]) -> AcademicPeriod | None:
    types = list(PeriodType)
    return min(covering, key=lambda p: (not p.is_active, types.index(p.period_type)), default=None)


def _set_active(
    session: Session, period: AcademicPeriod, *, is_active: bool, actor: Actor, now: datetime
) -> None:
    if period.is_active == is_active:
        return
    before = audit.snapshot(period)
    period.is_active, period.updated_at = is_active, now
    session.flush()
    action = "period.activated" if is_active else "period.deactivated"
    after = audit.snapshot(period)
    audit.record(session, action, "period", period.id, actor=actor, now=now, before=before, after=after)
