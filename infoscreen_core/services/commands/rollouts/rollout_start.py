"""Begin a roll-out: choose its screens, say who is left out, and give each its wave."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import Client, Rollout
from infoscreen_core.db.queries import clients as client_queries
from infoscreen_core.db.queries.commands import rollouts as queries
from infoscreen_core.domain.commands.rollout import (
    LeftOut,
    MemberStatus,
    RolloutSource,
    RolloutStatus,
)
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.plain_text import said
from infoscreen_core.services import audit, system_settings
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.commands import checked_expiry, clean_reason
from infoscreen_core.services.commands.foresight import left_out_at_start, wave_numbers
from infoscreen_core.services.commands.rollouts.rollout_request import (
    NobodyTakesPartError,
    RolloutRequest,
    describe_target,
    find_screens,
)
from infoscreen_core.services.commands.rollouts.rollouts import get_rollout
from infoscreen_core.services.commands.views import RolloutView


def start_rollout(
    session: Session, request: RolloutRequest, *, actor: Actor, now: datetime
) -> RolloutView:
    """Begin a roll-out; the leading dispatcher issues its commands from now on.

    Raises `InvalidInputError` without a reason, for an expiry out of bounds, and when no screen is
    left to take part; `NotFoundError` for a screen, group or incident that does not exist.
    """
    actor.require(Role.ADMIN)
    reason = said(clean_reason(request.reason))
    expiry = checked_expiry(request.expiry)
    uuids = find_screens(session, request, now=now)
    # Locked, so that of two who start at once the second sees the first one's screens.
    _lock_clients(session, uuids)
    clients = queries.map_clients(session, uuids)
    uuids = [uuid for uuid in uuids if uuid in clients]
    never = left_out_at_start(session, clients, uuids)
    if len(never) == len(uuids):
        raise _nobody_left(never)
    row = _new_row(session, request, reason, expiry, len(uuids), actor, now)
    session.add(row)
    session.flush()
    numbers = wave_numbers(session, request, uuids, never, now=now)
    queries.add_members(session, _member_rows(row.rollout_id, uuids, clients, numbers, never, now))
    _record(session, "rollout.started", row, actor, now)
    return get_rollout(session, row.rollout_id)


def _lock_clients(session: Session, uuids: Iterable[str]) -> None:
    ordered = sorted(uuids)
    for start in range(0, len(ordered), MAX_NAMED):
        client_queries.lock_rows(session, ordered[start : start + MAX_NAMED])


def _nobody_left(never: Mapping[str, LeftOut]) -> NobodyTakesPartError:
    if set(never.values()) == {LeftOut.IN_OTHER_ROLLOUT}:
        return NobodyTakesPartError(
            "The chosen screens ({count}) are in another roll-out that has not ended; wait for it, "
            "or cancel it first.",
            never,
            count=len(never),
        )
    return NobodyTakesPartError(
        "None of the chosen screens ({count}) can take part: they are not approved, out of service "
        "or in another roll-out. Choose others.",
        never,
        count=len(never),
    )


def _new_row(
    session: Session,
    request: RolloutRequest,
    reason: str,
    expiry: timedelta,
    total: int,
    actor: Actor,
    now: datetime,
) -> Rollout:
    window, limits = request.window, request.limits
    return Rollout(
        rollout_id=str(uuid4()),
        action=request.action,
        reason=reason,
        requested_by=actor.user_id,
        requested_name=actor.name,
        requested_from=actor.source,
        source=request.source,
        status=RolloutStatus.RUNNING,
        waves=list(request.waves.sizes),
        is_repeated=request.waves.is_repeated,
        at_once=limits.at_once,
        failed_percent=limits.failed_percent,
        failed_at_least=limits.failed_at_least,
        manual_at_most=limits.manual_at_most,
        window_from=window.from_minute if window else None,
        window_to=window.to_minute if window else None,
        timezone=window.timezone
        if window
        else system_settings.get_setting(session, "default_timezone"),
        window_day=window.local_day(now)
        if window and request.source is RolloutSource.MAINTENANCE
        else None,
        skip_priority=request.skip_priority,
        skip_events=request.skip_events,
        expiry_seconds=int(expiry.total_seconds()),
        target=_target(session, request),
        total=total,
        created_at=now,
        updated_at=now,
    )


def _target(session: Session, request: RolloutRequest) -> dict[str, Any]:
    found = describe_target(session, request.target)
    if request.canary is not None and not request.canary.is_empty:
        found["canary"] = describe_target(session, request.canary)
    return found


def _member_rows(
    rollout_id: str,
    uuids: Sequence[str],
    clients: Mapping[str, Client],
    numbers: Mapping[str, int],
    never: Mapping[str, LeftOut],
    now: datetime,
) -> list[dict[str, Any]]:
    return [
        {
            "rollout_id": rollout_id,
            "client_uuid": uuid,
            "client_name": clients[uuid].display_name,
            "position": position,
            "wave": numbers.get(uuid, 0),
            "status": MemberStatus.LEFT_OUT if uuid in never else MemberStatus.WAITING,
            "left_out_reason": never.get(uuid),
            "ended_at": now if uuid in never else None,
        }
        for position, uuid in enumerate(uuids)
    ]


def _record(session: Session, action: str, row: Rollout, actor: Actor, now: datetime) -> None:
    audit.record(
        session,
        action,
        "rollout",
        row.rollout_id,
        actor=actor,
        now=now,
        after=audit.audited_columns(row),
    )
