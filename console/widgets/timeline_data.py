"""What the timeline draws, read once for all who look at the same days of an unchanged plan."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from console.presenters.school import HolidayView, holiday_view
from console.runtime import now, read_session
from console.shared import shared
from console.widgets.calendar_data import Plan
from infoscreen_core.db.queries.periods import list_holidays_touching
from infoscreen_core.services.event_calendar import OccurrenceView, list_occurrences

_KEPT_SECONDS: Final = 60
_KEPT_STRETCHES: Final = 12
_ANY_ZONE: Final = timedelta(hours=26)
"""All-day events keep their dates: those of another zone may begin this much earlier or later."""


def occurrences_between(plan: Plan, start: datetime, end: datetime) -> Sequence[OccurrenceView]:
    """Return what may touch the days between two instants, exceptions included; treat it as frozen."""
    minute = now().replace(second=0, microsecond=0)
    read = _read_once if plan.revision else _read
    return read(plan.revision, start - _ANY_ZONE, end + _ANY_ZONE, minute)


def holidays_between(first: date, last: date) -> list[HolidayView]:
    """Return the holidays of all periods in use that touch these days, as the calendar does."""
    with read_session() as session:
        return [holiday_view(row) for row in list_holidays_touching(session, first, last)]


def _read(_revision: int, start: datetime, end: datetime, minute: datetime) -> tuple[OccurrenceView, ...]:
    with read_session() as session:
        return tuple(
            list_occurrences(
                session,
                group_ids=None,
                window_start=start,
                window_end=end,
                now=minute,
                with_exceptions=True,
            )
        )


_read_once = shared(seconds=_KEPT_SECONDS, entries=_KEPT_STRETCHES)(_read)
