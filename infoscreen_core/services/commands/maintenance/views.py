"""Maintenance as readers see it: plans, when each is due next, and what became of their days."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import MaintenanceFiring, MaintenancePlan
from infoscreen_core.db.queries.commands import maintenance as queries
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.maintenance import (
    LOOKED_AHEAD,
    FiringStatus,
    Opening,
    SkipReason,
    Timetable,
)
from infoscreen_core.domain.commands.windows import LocalWindow
from infoscreen_core.services.commands.maintenance.free_days import FreeDays
from infoscreen_core.services.commands.rollouts.rollouts import map_rollouts
from infoscreen_core.services.commands.views import RolloutView

SHOWN_DAYS: Final = 7
"""How many days the picture of a plan has, from today on."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiringView:
    """What became of one day of a plan."""

    plan_id: int
    day: date
    """The local day."""
    opens_at: datetime
    closes_at: datetime
    status: FiringStatus
    reason: SkipReason | None
    """Why it is skipped, or waits."""
    holiday: str | None
    rollout: RolloutView | None
    """What began; None also when its record is gone."""


@dataclass(frozen=True, slots=True)
class DayView:
    """One of the next days of a plan."""

    day: date
    opening: Opening | None
    """None: the plan is not for this day of the week, or was made after the window opened."""
    holiday: str | None
    """The holiday for which nothing happens."""
    firing: FiringView | None
    """What became of it already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan of maintenance."""

    id: int
    name: str
    action: Action
    is_for_all: bool
    groups: Mapping[int, str]
    """Names by id, in the saved order; empty of a plan for all screens."""
    weekdays: frozenset[int]
    window: LocalWindow
    at_once: int
    skip_events: bool
    skip_holidays: bool
    is_enabled: bool
    since: datetime
    version: int
    next_opening: Opening | None
    """When it begins next; None when it is disabled, or nothing is in sight."""
    last: FiringView | None
    """What became of its newest day."""
    week: tuple[DayView, ...]
    """From today on, in its own time zone."""


def plan_views(
    session: Session, plans: Sequence[MaintenancePlan], *, now: datetime
) -> tuple[PlanView, ...]:
    """Return plans as readers see them."""
    ids = [plan.id for plan in plans]
    yesterday = now.date() - _DAY  # of UTC: no local day is older
    free_days = FreeDays.read(session, yesterday, yesterday + (LOOKED_AHEAD + 2) * _DAY)
    groups, last = queries.map_groups(session, ids), queries.map_last_firings(session, ids)
    rows = {(row.plan_id, row.day): row for row in last.values()}
    recent = queries.list_firings_since(session, ids, yesterday)
    rows |= {(row.plan_id, row.day): row for row in recent}
    firings = dict(zip(rows, firing_views(session, list(rows.values())), strict=True))
    found = []
    for plan in plans:
        own = {day: one for (plan_id, day), one in firings.items() if plan_id == plan.id}
        names = {group.id: group.name for group in groups[plan.id]}
        found.append(_plan_view(plan, names, own, free_days, now))
    return tuple(found)


def firing_views(session: Session, rows: Sequence[MaintenanceFiring]) -> tuple[FiringView, ...]:
    """Return what became of days, in the same order."""
    rollouts = map_rollouts(session, [row.rollout_id for row in rows if row.rollout_id])
    return tuple(
        FiringView(
            plan_id=row.plan_id,
            day=row.day,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            status=row.status,
            reason=row.reason,
            holiday=row.holiday,
            rollout=rollouts.get(row.rollout_id) if row.rollout_id else None,
        )
        for row in rows
    )


def timetable_of(plan: MaintenancePlan) -> Timetable:
    """Return on which days a plan's window opens."""
    window = LocalWindow(plan.window_from, plan.window_to, plan.timezone)
    return Timetable(frozenset(plan.weekdays), window, plan.since)


def _plan_view(
    plan: MaintenancePlan,
    groups: Mapping[int, str],
    firings: Mapping[date, FiringView],
    free_days: FreeDays,
    now: datetime,
) -> PlanView:
    timetable = timetable_of(plan)

    def find_holiday(day: date) -> str | None:
        return free_days.find(day) if plan.skip_holidays else None

    coming = timetable.find_next(
        firings.keys(), now=now, is_free=lambda day: find_holiday(day) is not None
    )
    return PlanView(
        id=plan.id,
        name=plan.name,
        action=plan.action,
        is_for_all=plan.is_for_all,
        groups=groups,
        weekdays=timetable.weekdays,
        window=timetable.window,
        at_once=plan.at_once,
        skip_events=plan.skip_events,
        skip_holidays=plan.skip_holidays,
        is_enabled=plan.is_enabled,
        since=plan.since,
        version=plan.version,
        next_opening=coming if plan.is_enabled else None,
        last=firings[max(firings)] if firings else None,
        week=_week(timetable, firings, find_holiday, now),
    )


def _week(
    timetable: Timetable,
    firings: Mapping[date, FiringView],
    find_holiday: Callable[[date], str | None],
    now: datetime,
) -> tuple[DayView, ...]:
    today = timetable.window.local_day(now)
    last = today + (SHOWN_DAYS - 1) * _DAY
    openings = {one.day: one for one in timetable.openings(today, last)}
    days = (today + number * _DAY for number in range(SHOWN_DAYS))
    return tuple(
        DayView(day, openings.get(day), find_holiday(day), firings.get(day)) for day in days
    )
