"""Reads of maintenance plans, and the two records that make them fire once; never commits."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    ClientGroup,
    MaintenanceFiring,
    MaintenancePlan,
    MaintenancePlanGroup,
    MaintenanceTurn,
    Rollout,
)
from infoscreen_core.db.queries.groups import GROUP_ORDER
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.maintenance import FiringStatus

_PLAN_ORDER: Final = (MaintenancePlan.window_from, MaintenancePlan.name)


def find_plan(session: Session, plan_id: int, *, is_locked: bool = False) -> MaintenancePlan | None:
    """Return a plan or None; `is_locked` keeps others off it until the commit."""
    if is_locked:
        return session.get(MaintenancePlan, plan_id, with_for_update=True, populate_existing=True)
    return session.get(MaintenancePlan, plan_id)


def list_plans(session: Session, *, only_enabled: bool = False) -> list[MaintenancePlan]:
    """Return plans by the time of the day at which they begin."""
    query = select(MaintenancePlan).order_by(*_PLAN_ORDER)
    return list(session.scalars(query.where(MaintenancePlan.is_enabled) if only_enabled else query))


def map_groups(session: Session, plan_ids: Collection[int]) -> dict[int, list[ClientGroup]]:
    """Return each plan's groups in the saved order."""
    query = (
        select(MaintenancePlanGroup.plan_id, ClientGroup)
        .join(ClientGroup, ClientGroup.id == MaintenancePlanGroup.group_id)
        .where(MaintenancePlanGroup.plan_id.in_(plan_ids))
        .order_by(*GROUP_ORDER)
    )
    found: dict[int, list[ClientGroup]] = defaultdict(list)
    for plan_id, group in session.execute(query) if plan_ids else ():
        found[plan_id].append(group)
    return found


def set_groups(session: Session, plan_id: int, group_ids: Iterable[int]) -> None:
    """Let a plan be for these groups and no others."""
    session.execute(delete(MaintenancePlanGroup).where(MaintenancePlanGroup.plan_id == plan_id))
    session.add_all(
        MaintenancePlanGroup(plan_id=plan_id, group_id=group_id) for group_id in sorted(group_ids)
    )
    session.flush()


def map_settled_days(
    session: Session, plan_ids: Collection[int], *, since: date
) -> dict[int, set[date]]:
    """Return the days of each plan of which something is recorded, from a day on."""
    query = select(MaintenanceFiring.plan_id, MaintenanceFiring.day).where(
        MaintenanceFiring.plan_id.in_(plan_ids), MaintenanceFiring.day >= since
    )
    found: dict[int, set[date]] = defaultdict(set)
    for plan_id, day in session.execute(query) if plan_ids else ():
        found[plan_id].add(day)
    return found


def list_waiting_ids(session: Session) -> list[int]:
    """Return the plans that wait for screens that can take part."""
    query = select(MaintenanceFiring.plan_id).where(
        MaintenanceFiring.status == FiringStatus.WAITING
    )
    return list(session.scalars(query))


def list_waiting(session: Session, plan_id: int) -> list[MaintenanceFiring]:
    """Return the firings of a plan that wait, oldest first."""
    query = (
        select(MaintenanceFiring)
        .where(
            MaintenanceFiring.status == FiringStatus.WAITING, MaintenanceFiring.plan_id == plan_id
        )
        .order_by(MaintenanceFiring.day)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def list_firings(session: Session, plan_id: int, *, limit: int) -> list[MaintenanceFiring]:
    """Return what became of a plan's days, newest first."""
    query = select(MaintenanceFiring).where(MaintenanceFiring.plan_id == plan_id)
    return list(session.scalars(query.order_by(MaintenanceFiring.day.desc()).limit(limit)))


def map_last_firings(session: Session, plan_ids: Collection[int]) -> dict[int, MaintenanceFiring]:
    """Return what became of each plan's newest day."""
    newest = (
        select(MaintenanceFiring.plan_id, func.max(MaintenanceFiring.day).label("day"))
        .where(MaintenanceFiring.plan_id.in_(plan_ids))
        .group_by(MaintenanceFiring.plan_id)
        .subquery()
    )
    query = select(MaintenanceFiring).join(
        newest,
        (newest.c.plan_id == MaintenanceFiring.plan_id) & (newest.c.day == MaintenanceFiring.day),
    )
    return {one.plan_id: one for one in session.scalars(query)} if plan_ids else {}


def list_firings_since(
    session: Session, plan_ids: Collection[int], day: date
) -> list[MaintenanceFiring]:
    """Return what became of these plans' days from this one on."""
    query = select(MaintenanceFiring).where(
        MaintenanceFiring.plan_id.in_(plan_ids), MaintenanceFiring.day >= day
    )
    return list(session.scalars(query)) if plan_ids else []


def list_had_turn(
    session: Session, client_uuids: Collection[str], *, day: date, action: Action
) -> set[str]:
    """Return which of the screens were sent this command by maintenance of that day."""
    turn = MaintenanceTurn
    query = select(turn.client_uuid).where(
        turn.day == day, turn.client_uuid.in_(client_uuids), turn.action == action
    )
    return set(session.scalars(query)) if client_uuids else set()


def take_turn(session: Session, row: Rollout, client_uuid: str, *, now: datetime) -> bool:
    """Record that a screen has its turn of the day; False when it has had it already."""
    turn = MaintenanceTurn(
        day=row.window_day,
        client_uuid=client_uuid,
        action=row.action,
        rollout_id=row.rollout_id,
        at=now,
    )
    try:
        with session.begin_nested():
            session.add(turn)
            session.flush()
    except IntegrityError:
        return False
    return True


def delete_turns_before(session: Session, day: date) -> None:
    """Forget turns of days that no plan comes back to."""
    session.execute(
        delete(MaintenanceTurn).where(MaintenanceTurn.day < day),
        execution_options={"synchronize_session": False},
    )
