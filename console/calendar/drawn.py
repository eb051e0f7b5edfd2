"""What the calendar draws, prepared once for all who view the same days of an unchanged plan."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from console.calendar.presenters.events import (
    HOUR_GRID,
    Look,
    calendar_events,
    grid_of,
    outside_month,
)
from console.calendar.presenters.school import lesson_bands, school_days
from console.calendar.presenters.view import CalendarAddress, stretch_of
from console.events.plan import Plan, wanting_of
from console.runtime import Session, now, read_session
from console.school.presenters.school import find_period
from console.shared import shared
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.services.events.calendar import list_occurrences
from infoscreen_core.services.events.views import OccurrenceView
from infoscreen_core.services.school.views import HolidayView, PeriodView, list_holidays_touching

_KEPT_SECONDS: Final = 60
_KEPT_STRETCHES: Final = 24
_DAY: Final = timedelta(days=1)


def drawn_events(
    plan: Plan, address: CalendarAddress, *, is_editable: bool
) -> tuple[Mapping[str, Any], ...]:
    """Return what the component draws; treat it as frozen, others are given the same."""
    minute = now().replace(second=0, microsecond=0)
    # Revision 0: nobody counts the plan's changes, so no drawing of it may be kept.
    draw = _drawn_once if plan.revision else _drawn
    groups = tuple(plan.groups.items())
    events = draw(plan.revision, groups, plan.periods, plan.zone.key, address, minute, is_editable)
    has_hours = grid_of(address.view, 1 if address.group_id else len(groups)) == HOUR_GRID
    return (*lesson_bands(plan.lessons), *events) if has_hours else events


def _drawn(
    _revision: int,
    groups: tuple[tuple[int, str], ...],
    periods: tuple[PeriodView, ...],
    zone_name: str,
    address: CalendarAddress,
    minute: datetime,
    is_editable: bool,  # noqa: FBT001 - part of the key
) -> tuple[Mapping[str, Any], ...]:
    zone = load_zone(zone_name)
    stretch = stretch_of(address.view, address.day)
    with read_session() as session:
        holidays = _holidays(session, address, stretch.start, stretch.end)
        occurrences = _occurrences(session, address, zone, minute)
        wanting = wanting_of(session, occurrences, at=minute)
    chosen = find_period(periods, address.period_id)
    grid = grid_of(address.view, 1 if address.group_id else len(groups))
    look = Look(
        zone=zone,
        now=minute,
        group_names=dict(groups),
        is_group_named=address.group_id is None and len(groups) > 1,
        is_editable=is_editable,
        holidays=holidays,
        has_hours=grid == HOUR_GRID,
        wanting=wanting,
    )
    days = school_days(holidays, (chosen,) if chosen else periods, stretch, grid=grid)
    return (*outside_month(address), *days, *calendar_events(occurrences, look))


def _occurrences(
    session: Session, address: CalendarAddress, zone: ZoneInfo, minute: datetime
) -> Sequence[OccurrenceView]:
    start, end = stretch_of(address.view, address.day).window(zone)
    return list_occurrences(
        session,
        group_ids=None if address.group_id is None else [address.group_id],
        academic_period_id=address.period_id,
        window_start=start,
        window_end=end,
        now=minute,
        with_exceptions=address.with_exceptions,
    )


def _holidays(
    session: Session, address: CalendarAddress, first: date, after: date
) -> tuple[HolidayView, ...]:
    """Return the holidays to show: of the chosen period and of none, or of all in use."""
    found = list_holidays_touching(session, first, after - _DAY)
    wanted = {None, address.period_id}
    return tuple(
        one for one in found if address.period_id is None or one.academic_period_id in wanted
    )


_drawn_once = shared(seconds=_KEPT_SECONDS, entries=_KEPT_STRETCHES)(_drawn)
