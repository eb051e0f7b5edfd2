"""Carrying plans out: what the leading dispatcher does every few seconds.

A turn of a plan is one transaction that holds the plan's row. It settles each of its windows that
opened since the last look: a roll-out begins, or the day is skipped for a reason. What is recorded
of a day has a unique key of plan and day, and is written in the transaction in which the roll-out
begins; so of two dispatchers that look at once, or one that dies in between, a day fires once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import MaintenanceFiring, MaintenancePlan
from infoscreen_core.db.queries.commands import maintenance as queries
from infoscreen_core.domain.commands.maintenance import (
    LOOKED_BACK,
    FiringCause,
    FiringStatus,
    Opening,
    SkipReason,
    rule_out,
)
from infoscreen_core.domain.commands.rollout import Limits, RolloutSource
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.commands.maintenance.free_days import FreeDays
from infoscreen_core.services.commands.maintenance.moves import move_firing
from infoscreen_core.services.commands.maintenance.views import timetable_of
from infoscreen_core.services.commands.rollouts.rollout_request import (
    NobodyTakesPartError,
    RolloutRequest,
    Target,
)
from infoscreen_core.services.commands.rollouts.rollout_start import start_rollout

_DAY: Final = timedelta(days=1)
_TURNS_KEPT: Final = timedelta(days=60)
"""Far longer than a plan looks back, or a clock is wrong."""


@dataclass(frozen=True, slots=True)
class Fired:
    """What became of one day of a plan just now."""

    plan_id: int
    name: str
    day: date
    status: FiringStatus
    reason: SkipReason | None
    rollout_id: str | None


def list_due(session: Session, *, now: datetime) -> list[int]:
    """Return the plans of which something may be done; this takes no lock."""
    plans = queries.list_plans(session, only_enabled=True)
    settled = queries.map_settled_days(session, [plan.id for plan in plans], since=_first_day(now))
    waiting = set(queries.list_waiting_ids(session)) if plans else set()
    return [
        plan.id
        for plan in plans
        if plan.id in waiting or timetable_of(plan).unsettled(settled[plan.id], now=now)
    ]


def run_due(session: Session, plan_id: int, *, now: datetime) -> tuple[Fired, ...]:
    """Settle the windows of a plan that have opened by now; return what changed."""
    plan = queries.find_plan(session, plan_id, is_locked=True)
    if plan is None or not plan.is_enabled:
        return ()
    waiting = queries.list_waiting(session, plan.id)
    known = queries.map_settled_days(session, [plan.id], since=_first_day(now))[plan.id]
    moved = [one for one in waiting if _try_again(session, plan, one, now)]
    opened = timetable_of(plan).unsettled(known, now=now)
    return _told(plan, [*moved, *(_settle(session, plan, one, now) for one in opened)])


def _settle(
    session: Session, plan: MaintenancePlan, opening: Opening, now: datetime
) -> MaintenanceFiring:
    """Record what becomes of a day of which nothing is recorded."""
    holiday = _find_holiday(session, plan, opening.day)
    firing = MaintenanceFiring(
        plan_id=plan.id,
        day=opening.day,
        opens_at=opening.opens_at,
        closes_at=opening.closes_at,
        holiday=holiday,
    )
    reason = rule_out(opening, is_free=holiday is not None, now=now)
    if reason is None:
        _begin(session, plan, firing, now)
    else:
        move_firing(firing, FiringCause.RULED_OUT, reason=reason, now=now)
    session.add(firing)
    session.flush()
    return firing


def _try_again(
    session: Session, plan: MaintenancePlan, firing: MaintenanceFiring, now: datetime
) -> bool:
    """Let a day that waits begin, or end with its window; return whether it did."""
    if now >= firing.closes_at:
        moved = move_firing(firing, FiringCause.WINDOW_OVER, reason=firing.reason, now=now)
    else:
        moved = _begin(session, plan, firing, now)
    session.flush()
    return moved


def _begin(
    session: Session, plan: MaintenancePlan, firing: MaintenanceFiring, now: datetime
) -> bool:
    """Begin the roll-out, or wait for screens that can take part."""
    try:
        rollout = start_rollout(session, _request(session, plan), actor=SYSTEM, now=now)
    except NobodyTakesPartError as error:
        reason = SkipReason.BUSY if error.is_for_now else SkipReason.NO_SCREENS
        if not move_firing(firing, FiringCause.HELD, reason=reason, now=now):
            firing.reason = reason  # it waits already
        return False
    firing.rollout_id = rollout.rollout_id
    queries.delete_turns_before(session, firing.day - _TURNS_KEPT)
    return move_firing(firing, FiringCause.BEGUN, reason=None, now=now)


def _request(session: Session, plan: MaintenancePlan) -> RolloutRequest:
    groups = queries.map_groups(session, [plan.id])[plan.id]
    return RolloutRequest(
        action=plan.action,
        reason=plan.name,
        target=Target(group_ids=tuple(group.id for group in groups), is_everything=plan.is_for_all),
        limits=Limits(at_once=plan.at_once),
        window=timetable_of(plan).window,
        skip_events=plan.skip_events,
        source=RolloutSource.MAINTENANCE,
    )


def _find_holiday(session: Session, plan: MaintenancePlan, day: date) -> str | None:
    return FreeDays.read(session, day, day).find(day) if plan.skip_holidays else None


def _first_day(now: datetime) -> date:
    """Return a day before all that a plan looks back to, in any time zone."""
    return (now - LOOKED_BACK - 2 * _DAY).date()


def _told(plan: MaintenancePlan, found: Sequence[MaintenanceFiring]) -> tuple[Fired, ...]:
    return tuple(
        Fired(plan.id, plan.name, one.day, one.status, one.reason, one.rollout_id) for one in found
    )
