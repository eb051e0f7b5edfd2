"""Plans of maintenance: make, change, switch and delete them. `firing` carries them out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import MaintenancePlan
from infoscreen_core.db.queries import groups as group_queries
from infoscreen_core.db.queries.commands import maintenance as queries
from infoscreen_core.domain.commands.lifecycle import RESTARTS, Action
from infoscreen_core.domain.commands.maintenance import (
    ALL_WEEKDAYS,
    FiringCause,
    SkipReason,
    Timetable,
)
from infoscreen_core.domain.commands.rollout import DEFAULT_AT_ONCE, Limits
from infoscreen_core.domain.commands.windows import LocalWindow
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.names import folded, normalised
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError, Refusals
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.maintenance.moves import move_firing
from infoscreen_core.services.commands.maintenance.views import (
    FiringView,
    PlanView,
    firing_views,
    plan_views,
)
from infoscreen_core.services.screens.groups import get_group
from infoscreen_core.services.unique_names import taken_is

NAME_LIMIT: Final = 100
_TIMES: Final = ("weekdays", "window_from", "window_to", "timezone")


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """A plan as somebody wants it."""

    name: str
    action: Action
    window: LocalWindow
    group_ids: tuple[int, ...] = ()
    is_for_all: bool = False
    weekdays: frozenset[int] = ALL_WEEKDAYS
    at_once: int = DEFAULT_AT_ONCE
    skip_events: bool = True
    skip_holidays: bool = False
    is_enabled: bool = True


def create_plan(session: Session, draft: PlanDraft, *, actor: Actor, now: datetime) -> PlanView:
    """Make a plan; of windows that are open already, the next one is its first.

    Raises `InvalidInputError` with all fields that are wrong, `NotFoundError` for a group that does
    not exist, and `ConflictError` for a name that another plan has.
    """
    actor.require(Role.ADMIN)
    name = _checked(session, draft, now)
    plan = MaintenancePlan(created_at=now, since=now, version=0)
    _write(session, plan, draft, name, now)
    _record(session, "maintenance.created", plan, actor, now, after=_said(session, plan))
    return plan_views(session, [plan], now=now)[0]


def update_plan(
    session: Session,
    plan_id: int,
    draft: PlanDraft,
    *,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> PlanView:
    """Make a plan what the draft says; roll-outs that it began go on as they are.

    With `version`, raises `ConflictError` when somebody changed it since; otherwise as
    `create_plan`.
    """
    actor.require(Role.ADMIN)
    name = _checked(session, draft, now)  # groups are locked before the plan, as everywhere
    plan = _get(session, plan_id, is_locked=True)
    if version is not None and plan.version != version:
        raise ConflictError(
            "Somebody changed the plan “{name}” meanwhile; load it again and repeat your change.",
            field="version",
            name=plan.name,
        )
    before = _said(session, plan)
    _write(session, plan, draft, name, now)
    after = _said(session, plan)
    _record(session, "maintenance.updated", plan, actor, now, before=before, after=after)
    return plan_views(session, [plan], now=now)[0]


def set_enabled(
    session: Session, plan_id: int, *, is_enabled: bool, actor: Actor, now: datetime
) -> PlanView:
    """Let a plan fire from its next window on, or no more; a roll-out that runs goes on."""
    actor.require(Role.ADMIN)
    plan = _get(session, plan_id, is_locked=True)
    if plan.is_enabled != is_enabled:
        before = _said(session, plan)
        plan.is_enabled = is_enabled
        _begin_anew(session, plan, now)
        after = _said(session, plan)
        action = "maintenance.enabled" if is_enabled else "maintenance.disabled"
        _record(session, action, plan, actor, now, before=before, after=after)
    return plan_views(session, [plan], now=now)[0]


def delete_plan(session: Session, plan_id: int, *, actor: Actor, now: datetime) -> PlanView:
    """Delete a plan with the record of its days, and return what it was; roll-outs stay."""
    actor.require(Role.ADMIN)
    plan = _get(session, plan_id, is_locked=True)
    view = plan_views(session, [plan], now=now)[0]
    _record(session, "maintenance.deleted", plan, actor, now, before=_said(session, plan))
    session.delete(plan)
    session.flush()
    return view


def get_plan(session: Session, plan_id: int, *, now: datetime) -> PlanView:
    """Return a plan; raise `NotFoundError` when there is none."""
    return plan_views(session, [_get(session, plan_id)], now=now)[0]


def list_plans(session: Session, *, now: datetime) -> tuple[PlanView, ...]:
    """Return all plans by the time of the day at which they begin."""
    return plan_views(session, queries.list_plans(session), now=now)


def list_firings(session: Session, plan_id: int, *, limit: int) -> tuple[FiringView, ...]:
    """Return what became of a plan's days, newest first."""
    return firing_views(session, queries.list_firings(session, plan_id, limit=limit))


def find_id(session: Session, text: str) -> int:
    """Return the id of the plan that a person means, by name or id; `NotFoundError` for none."""
    plans, wanted = queries.list_plans(session), folded(text)
    named = (plan.id for plan in plans if folded(plan.name) == wanted)
    found = next(named, None) or next((one.id for one in plans if str(one.id) == wanted), None)
    if found is None:
        raise NotFoundError(
            "There is no maintenance plan called {name}; see the list of plans.",
            field="plan",
            name=shown(text),
        )
    return found


def draft_of(view: PlanView) -> PlanDraft:
    """Return a plan as it can be changed."""
    return PlanDraft(
        name=view.name,
        action=view.action,
        window=view.window,
        group_ids=tuple(view.groups),
        is_for_all=view.is_for_all,
        weekdays=view.weekdays,
        at_once=view.at_once,
        skip_events=view.skip_events,
        skip_holidays=view.skip_holidays,
        is_enabled=view.is_enabled,
    )


def _get(session: Session, plan_id: int, *, is_locked: bool = False) -> MaintenancePlan:
    plan = queries.find_plan(session, plan_id, is_locked=is_locked)
    if plan is None:
        raise NotFoundError(
            "There is no maintenance plan with the id {id}.", field="plan_id", id=plan_id
        )
    return plan


def _checked(session: Session, draft: PlanDraft, now: datetime) -> str:
    """Return the name, cleaned; raise for all that is wrong, and lock the groups."""
    refusals, names = Refusals(), list[str]()
    with refusals:
        names.append(_checked_name(draft.name))
    with refusals:
        _check_action(draft.action)
    with refusals:
        _check_target(draft)
    with refusals:
        Timetable(draft.weekdays, draft.window, now)
    with refusals:
        Limits(at_once=draft.at_once)
    refusals.raise_any()
    if draft.group_ids:
        group_queries.lock_groups(session, list(draft.group_ids))
    for group_id in draft.group_ids:
        get_group(session, group_id)
    return names[0]


def _checked_name(text: str) -> str:
    name = clean_line(normalised(text), field="name", limit=NAME_LIMIT)
    if not name:
        raise InvalidInputError(
            "The plan needs a name, such as “Nightly restart”; people read it as the reason of its "
            "commands.",
            field="name",
        )
    return name


def _check_action(action: Action) -> None:
    if action not in RESTARTS:
        raise InvalidInputError(
            "Maintenance restarts screens: choose {choices}, not {value}.",
            field="action",
            choices=" / ".join(sorted(RESTARTS)),
            value=action,
        )


def _check_target(draft: PlanDraft) -> None:
    if draft.is_for_all and draft.group_ids:
        raise InvalidInputError("Choose either all screens or groups, not both.", field="groups")
    if not draft.is_for_all and not draft.group_ids:
        raise InvalidInputError("Choose at least one group, or all screens.", field="groups")


def _write(
    session: Session, plan: MaintenancePlan, draft: PlanDraft, name: str, now: datetime
) -> None:
    _refuse_taken(session, plan, name)
    former = [getattr(plan, one) for one in (*_TIMES, "is_enabled")]
    with taken_is(session, _taken(name)):
        plan.name, plan.action = name, draft.action
        plan.is_for_all, plan.weekdays = draft.is_for_all, sorted(draft.weekdays)
        plan.window_from, plan.window_to = draft.window.from_minute, draft.window.to_minute
        plan.timezone, plan.at_once = draft.window.timezone, draft.at_once
        plan.skip_events, plan.skip_holidays = draft.skip_events, draft.skip_holidays
        plan.is_enabled = draft.is_enabled
        plan.updated_at, plan.version = now, plan.version + 1
        session.add(plan)
    queries.set_groups(session, plan.id, draft.group_ids)
    if former != [getattr(plan, one) for one in (*_TIMES, "is_enabled")]:
        _begin_anew(session, plan, now)


def _begin_anew(session: Session, plan: MaintenancePlan, now: datetime) -> None:
    """Let nothing happen for a window that is open already."""
    plan.since = plan.updated_at = now
    for firing in queries.list_waiting(session, plan.id):
        move_firing(firing, FiringCause.CHANGED, reason=SkipReason.CHANGED, now=now)
    session.flush()


def _refuse_taken(session: Session, plan: MaintenancePlan, name: str) -> None:
    others = (one for one in queries.list_plans(session) if one is not plan)
    if any(folded(one.name) == folded(name) for one in others):
        raise _taken(name)


def _taken(name: str) -> ConflictError:
    return ConflictError(
        "There is a maintenance plan called {name} already; choose another name.",
        field="name",
        name=name,
    )


def _said(session: Session, plan: MaintenancePlan) -> dict[str, Any]:
    groups = queries.map_groups(session, [plan.id])[plan.id]
    return audit.audited_columns(plan) | {"groups": [group.name for group in groups]}


def _record(
    session: Session,
    action: str,
    plan: MaintenancePlan,
    actor: Actor,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        session,
        action,
        "maintenance_plan",
        plan.id,
        actor=actor,
        now=now,
        before=before,
        after=after,
    )
