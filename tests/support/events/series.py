"""A weekly series on Mondays from 7 September 2026, and how one of its dates is skipped."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series
from tests.support.events.planning import MONDAY, add_group, plan, utc

NOW = MONDAY
MONDAYS = [utc("2026-09-07T06:00") + timedelta(weeks=n) for n in range(7)]
"""Up to the last one before the clocks are set back."""


def weekly(session: Session, rule: str = "FREQ=WEEKLY;BYDAY=MO;COUNT=5") -> Event:
    """Plan a series in a new group, on Mondays at 08:00 in Vienna; five dates by default."""
    return plan(session, add_group(session), recurrence_rule=rule)


def skip(session: Session, event: Event, start: datetime) -> None:
    """Take the date that starts then out of the series."""
    event_series.skip_occurrence(
        session, event.id, start, version=event.version, actor=CLI, now=NOW
    )
