"""Roll-outs as people follow, pause and cancel them.

`rollout_start` begins them, and `rollout_steps` carries them out.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Rollout
from infoscreen_core.db.queries.commands import rollouts as queries
from infoscreen_core.db.queries.commands.rollouts import CountRow, MemberFilter, MemberRow
from infoscreen_core.domain.commands.lifecycle import Cause, State
from infoscreen_core.domain.commands.rollout import (
    REST_OF,
    STOP_OF,
    TERMINAL,
    Limits,
    MemberStatus,
    RolloutCause,
    RolloutStatus,
    advance,
)
from infoscreen_core.domain.commands.windows import LocalWindow
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import ConflictError, NotFoundError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import SYSTEM, Actor
from infoscreen_core.services.commands.commands import move
from infoscreen_core.services.commands.views import MemberView, RolloutView, WaveView

__all__ = ["MemberFilter"]

_ALL = MemberFilter()


def pause_rollout(session: Session, rollout_id: str, *, actor: Actor, now: datetime) -> RolloutView:
    """Let a roll-out issue nothing more until it is resumed; what is out runs to its end."""
    return _change(session, rollout_id, RolloutCause.PAUSED, actor, now)


def resume_rollout(
    session: Session, rollout_id: str, *, actor: Actor, now: datetime
) -> RolloutView:
    """Let a paused roll-out go on."""
    return _change(session, rollout_id, RolloutCause.RESUMED, actor, now)


def cancel_rollout(
    session: Session, rollout_id: str, *, actor: Actor, now: datetime
) -> RolloutView:
    """End a roll-out: what was not sent yet is withdrawn, what is out runs to its end."""
    return _change(session, rollout_id, RolloutCause.CANCELED, actor, now)


def get_rollout(session: Session, rollout_id: str) -> RolloutView:
    """Return a roll-out; raise `NotFoundError` when there is none."""
    return view_of(session, _get(session, rollout_id))


def list_rollouts(
    session: Session,
    *,
    statuses: Collection[RolloutStatus] | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[RolloutView]:
    """Return roll-outs, newest first."""
    rows = queries.list_rollouts(session, statuses=statuses, limit=limit, offset=offset)
    return _views(session, rows)


def map_rollouts(session: Session, rollout_ids: Collection[str]) -> dict[str, RolloutView]:
    """Return those of the roll-outs that exist, by their ids."""
    views = _views(session, queries.list_by_id(session, rollout_ids)) if rollout_ids else []
    return {view.rollout_id: view for view in views}


def count_rollouts(session: Session, *, statuses: Collection[RolloutStatus] | None = None) -> int:
    """Return how many roll-outs there are."""
    return queries.count_rollouts(session, statuses=statuses)


def list_members(
    session: Session,
    rollout_id: str,
    *,
    filters: MemberFilter = _ALL,
    limit: int = 1000,
    offset: int = 0,
) -> list[MemberView]:
    """Return a roll-out's screens in the order of their turns; `NotFoundError` for no roll-out."""
    _get(session, rollout_id)
    rows = queries.list_members(session, rollout_id, filters, limit=limit, offset=offset)
    return [_member_view(row) for row in rows]


def view_of(session: Session, row: Rollout) -> RolloutView:
    """Return one roll-out as readers see it."""
    return _views(session, [row])[0]


def end(
    session: Session, row: Rollout, cause: RolloutCause, *, actor: Actor = SYSTEM, now: datetime
) -> bool:
    """Take a (locked) roll-out to one of its ends; False when the cause leads nowhere.

    Nothing more is issued; what is queued and unsent is withdrawn, what is out runs to its end.
    """
    if not shift(session, row, cause, actor=actor, now=now):
        return False
    if row.status in REST_OF:
        queries.leave_out_waiting(session, row.rollout_id, REST_OF[row.status], now=now)
    for _member, command in queries.list_under_way(session, row.rollout_id):
        if command is not None and command.status is State.QUEUED:
            move(session, command, Cause.CANCELED, now=now)
    return True


def shift(
    session: Session, row: Rollout, cause: RolloutCause, *, actor: Actor, now: datetime
) -> bool:
    """Take the step that `cause` leads to and return True, or False if there is none."""
    origin = row.status
    target = advance(origin, cause)
    if target is None:
        return False
    values: dict[str, Any] = {"updated_at": now, "held_by": None}
    if target in TERMINAL:
        values |= {"ended_at": now, "stopped_reason": STOP_OF.get(cause)}
    if not queries.compare_and_set(session, row.rollout_id, origin, target, values):
        return False
    session.refresh(row)
    action = "rollout.stopped" if cause in STOP_OF else f"rollout.{_PAST_TENSE[cause]}"
    audit.record(
        session,
        action,
        "rollout",
        row.rollout_id,
        actor=actor,
        now=now,
        before={"status": origin.value},
        after={"status": target.value, "cause": cause.value},
    )
    return True


_PAST_TENSE = {
    RolloutCause.PAUSED: "paused",
    RolloutCause.RESUMED: "resumed",
    RolloutCause.CANCELED: "canceled",
    RolloutCause.ALL_ENDED: "completed",
}


def _change(
    session: Session, rollout_id: str, cause: RolloutCause, actor: Actor, now: datetime
) -> RolloutView:
    actor.require(Role.ADMIN)
    row = _get(session, rollout_id, is_locked=True)
    if cause is RolloutCause.CANCELED:
        is_taken = end(session, row, cause, actor=actor, now=now)
    else:
        is_taken = shift(session, row, cause, actor=actor, now=now)
    if not is_taken:
        raise _refusal(row, cause)
    return view_of(session, row)


def _refusal(row: Rollout, cause: RolloutCause) -> ConflictError:
    if row.status in TERMINAL:
        return ConflictError(
            "The roll-out has ended ({status}) and stays so; start a new one for the screens that "
            "are left.",
            status=row.status.value,
        )
    if cause is RolloutCause.PAUSED:
        return ConflictError("The roll-out is paused already.")
    return ConflictError("The roll-out is not paused, so there is nothing to resume.")


def _get(session: Session, rollout_id: str, *, is_locked: bool = False) -> Rollout:
    row = queries.find(session, rollout_id, is_locked=is_locked)
    if row is None:
        raise NotFoundError(
            "There is no roll-out with the id {id}.", field="rollout_id", id=rollout_id
        )
    return row


def limits_of(row: Rollout) -> Limits:
    """Return when a roll-out stops by itself."""
    return Limits(row.at_once, row.failed_percent, row.failed_at_least, row.manual_at_most)


def window_of(row: Rollout) -> LocalWindow | None:
    """Return in which time of the local day a roll-out issues commands; None: at any time."""
    if row.window_from is None or row.window_to is None:
        return None
    return LocalWindow(row.window_from, row.window_to, row.timezone)


def _views(session: Session, rows: Sequence[Rollout]) -> list[RolloutView]:
    counted: dict[str, list[CountRow]] = {row.rollout_id: [] for row in rows}
    for count in queries.count_members(session, list(counted)):
        counted[count.rollout_id].append(count)
    return [_view(row, counted[row.rollout_id]) for row in rows]


def _view(row: Rollout, counted: Sequence[CountRow]) -> RolloutView:
    waves = _waves(counted)
    return RolloutView(
        rollout_id=row.rollout_id,
        action=row.action,
        reason=row.reason,
        requested_by=row.requested_name,
        source=row.source,
        status=row.status,
        stopped_reason=row.stopped_reason,
        held_by=row.held_by,
        wave=next((wave.number for wave in waves if wave.settled < wave.total), None),
        waves=waves,
        limits=limits_of(row),
        window=window_of(row),
        skip_priority=row.skip_priority,
        skip_events=row.skip_events,
        counts=_counts(counted),
        total=row.total,
        target=row.target,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def _counts(counted: Sequence[CountRow]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for one in counted:
        found[count_key(one.status, one.state)] += one.number
    order = [*State, MemberStatus.WAITING, MemberStatus.LEFT_OUT]
    return {key.value: found[key.value] for key in order if found[key.value]}


def count_key(status: MemberStatus, state: State | None) -> str:
    """Return under which word a member is counted: its command's status if it has one."""
    if status in {MemberStatus.WAITING, MemberStatus.LEFT_OUT} or state is None:
        return status.value if status is MemberStatus.WAITING else MemberStatus.LEFT_OUT.value
    return state.value


def _waves(counted: Sequence[CountRow]) -> tuple[WaveView, ...]:
    totals: Counter[int] = Counter()
    settled: Counter[int] = Counter()
    for one in counted:
        totals[one.wave] += one.number
        if one.status in {MemberStatus.ENDED, MemberStatus.LEFT_OUT}:
            settled[one.wave] += one.number
    return tuple(
        WaveView(number, totals[number], settled[number]) for number in sorted(totals) if number
    )


def _member_view(row: MemberRow) -> MemberView:
    member, client, group_name, command = row
    return MemberView(
        client_uuid=member.client_uuid,
        name=client.display_name if client else member.client_name,
        group_name=group_name,
        position=member.position,
        wave=member.wave,
        status=member.status,
        left_out_reason=member.left_out_reason,
        put_off_at=member.put_off_at,
        command_id=member.command_id,
        command_status=command.status if command else member.outcome,
        error_code=command.error_code if command else None,
        error_message=command.error_message if command else None,
        issued_at=member.issued_at,
        ended_at=member.ended_at,
    )
