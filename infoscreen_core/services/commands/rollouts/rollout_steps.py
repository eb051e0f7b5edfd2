"""Carrying out roll-outs: what the leading dispatcher does with each, several times a second.

A step is one transaction that holds the roll-out's row: it notes which commands have ended, stops
the roll-out if too many failed, and issues the next commands. A command and its member's mark are
written together, and a member is marked only while it waits; so whatever dies in between, or
whoever else leads for a moment, each screen gets its command once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, Rollout, RolloutMember
from infoscreen_core.db.queries.commands import maintenance
from infoscreen_core.db.queries.commands import rollouts as queries
from infoscreen_core.db.queries.monitoring import history
from infoscreen_core.domain.commands.hearing import SIGHT_SETTLES
from infoscreen_core.domain.commands.lifecycle import TERMINAL as ENDED_COMMANDS
from infoscreen_core.domain.commands.rollout import (
    OPEN,
    PRIORITY_PATIENCE,
    Candidate,
    HoldReason,
    LeftOut,
    MemberStatus,
    RolloutCause,
    RolloutStatus,
    choose,
    verdict,
)
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.elapsed import is_ahead, is_before_step, is_within
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.commands import issue_command
from infoscreen_core.services.commands.foresight import (
    is_reachable,
    spared_groups,
    standing_reason,
)
from infoscreen_core.services.commands.rollouts.rollouts import end, limits_of, window_of

_LOOKED_AT: Final = 100
"""How many waiting screens are looked at in one step, beyond those that may get a command."""
_Waiting = tuple[RolloutMember, Client | None]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a step has to know besides the roll-out itself."""

    grace: timedelta
    """How long a silent player counts as alive."""
    is_broker_connected: bool = True
    is_watched: bool = True
    """Whether the server is known to see its screens (`monitoring.sight`); else their silence says
    nothing."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """What one step did."""

    status: RolloutStatus
    issued: int = 0
    ended: RolloutCause | None = None
    """Why the roll-out came to its end, if it did just now."""


def list_due(session: Session) -> list[str]:
    """Return the roll-outs that may need a step."""
    return queries.list_due_ids(session)


def take_step(
    session: Session, rollout_id: str, around: Surroundings, *, now: datetime
) -> StepResult | None:
    """Take a roll-out as far as it can go now; None when there is no such roll-out."""
    row = queries.find(session, rollout_id, is_locked=True)
    if row is None:
        return None
    under_way = _settle(session, row, now)
    if row.status in OPEN and _is_window_past(row, now):
        _leave_out_late(session, row, now)
    cause = _find_end(session, row, under_way) if row.status in OPEN else None
    if cause is not None and end(session, row, cause, now=now):
        return StepResult(row.status, ended=cause)
    issued = 0
    if row.status is RolloutStatus.RUNNING:
        issued = _go_on(session, row, under_way, around, now)
    session.flush()
    return StepResult(row.status, issued)


def shift_put_off(session: Session, step: timedelta, *, now: datetime) -> int:
    """Move the instants since which screens are put off by `step`, by which the clock was set."""
    moved = 0
    for member in queries.list_all_put_off(session):
        if member.put_off_at is not None and is_before_step(member.put_off_at, step, now=now):
            member.put_off_at += step
            moved += 1
    return moved


def _settle(session: Session, row: Rollout, now: datetime) -> int:
    """Note which commands have ended; return how many are under way."""
    under_way = 0
    for member, command in queries.list_under_way(session, row.rollout_id):
        if command is None:
            _leave_out(session, member, LeftOut.REMOVED, now, MemberStatus.ISSUED)
        elif command.status in ENDED_COMMANDS:
            values = {"outcome": command.status, "ended_at": command.updated_at}
            queries.move_member(
                session, member, MemberStatus.ISSUED, status=MemberStatus.ENDED, **values
            )
        else:
            under_way += 1
    return under_way


def _find_end(session: Session, row: Rollout, under_way: int) -> RolloutCause | None:
    stop = verdict(queries.count_ends(session, row.rollout_id), limits_of(row))
    if stop is not None:
        return stop
    is_done = not under_way and not queries.is_any_waiting(session, row.rollout_id)
    return RolloutCause.ALL_ENDED if is_done else None


def _go_on(
    session: Session, row: Rollout, under_way: int, around: Surroundings, now: datetime
) -> int:
    """Issue what may be issued now; return how many commands that were."""
    held = _find_hold(session, row, around, now)
    issued = 0
    if held is None and under_way < row.at_once:
        issued = _issue_next(session, row, row.at_once - under_way, around, now)
        if not under_way and not issued and queries.is_any_waiting(session, row.rollout_id):
            held = HoldReason.PRIORITY
    if row.held_by is not held:
        row.held_by, row.updated_at = held, now
    return issued


def _is_window_past(row: Rollout, now: datetime) -> bool:
    """Whether the window of maintenance is over; that of another day is not its own."""
    window = window_of(row)
    if window is None or row.window_day is None:
        return False
    _opens_at, closes_at = window.span_on(row.window_day)
    return now >= closes_at


def _leave_out_late(session: Session, row: Rollout, now: datetime) -> None:
    """Leave out all that had no turn within the window: nothing is made up for."""
    spared = LeftOut.EVENT if row.skip_events else LeftOut.PRIORITY
    queries.leave_out_waiting(session, row.rollout_id, spared, now=now, put_off_before=now)
    queries.leave_out_waiting(session, row.rollout_id, LeftOut.WINDOW_OVER, now=now)


def _find_hold(
    session: Session, row: Rollout, around: Surroundings, now: datetime
) -> HoldReason | None:
    window = window_of(row)
    if window is not None and not window.is_open(now):
        return HoldReason.WINDOW
    is_blind = history.find_open_blind_span(session) is not None
    return HoldReason.BLIND if is_blind or not around.is_broker_connected else None


def _issue_next(
    session: Session, row: Rollout, room: int, around: Surroundings, now: datetime
) -> int:
    turn = _list_turn(session, row, room, now)
    if not turn and not queries.is_any_put_off(session, row.rollout_id):
        return 0  # the wave's ends are waited for
    spared = spared_groups(session, row, now=now)
    # Those left for later that may go on come first.
    later = queries.list_put_off(session, row.rollout_id, busy_groups=spared, limit=room)
    waiting = [*later, *turn]
    members = {member.client_uuid: member for member, _client in waiting}
    choice = choose(_judged(session, row, waiting, spared, around, now), room=room)
    for uuid, reason in choice.left_out.items():
        _leave_out(session, members[uuid], reason, now)
    for uuid in choice.put_off:
        members[uuid].put_off_at = members[uuid].put_off_at or now
    # In everybody's order, since each locks its player.
    return sum(_issue_one(session, row, members[uuid], now) for uuid in sorted(choice.issued))


def _list_turn(session: Session, row: Rollout, room: int, now: datetime) -> list[_Waiting]:
    """Return whose turn it is in the wave that has not ended."""
    wave = queries.find_wave(session, row.rollout_id)
    if wave is not None:
        limit = room + _LOOKED_AT
        return queries.list_waiting(session, row.rollout_id, wave=wave, limit=limit)
    if row.window_day is None:  # else they are waited for as long as the window lasts
        too_long = now - PRIORITY_PATIENCE
        queries.leave_out_waiting(
            session, row.rollout_id, LeftOut.PRIORITY, now=now, put_off_before=too_long
        )
    return []


def _judged(
    session: Session,
    row: Rollout,
    waiting: Sequence[_Waiting],
    spared: frozenset[int],
    around: Surroundings,
    now: datetime,
) -> list[Candidate]:
    uuids = [member.client_uuid for member, _client in waiting]
    busy, maintained = queries.list_busy(session, uuids), _list_maintained(session, row, uuids)
    is_clear = around.is_watched and not _is_settling(session, now)
    found = []
    for member, client in waiting:
        uuid = member.client_uuid
        reason = LeftOut.REMOVED if client is None else standing_reason(client)
        if uuid in maintained:
            reason = reason or LeftOut.MAINTAINED
        is_silent = client is not None and not is_reachable(client, grace=around.grace, now=now)
        if is_silent and is_clear and not _is_ahead(client, now):
            reason = reason or LeftOut.OFFLINE
        has_priority = client is not None and client.group_id in spared
        found.append(Candidate(uuid, reason, uuid in busy or is_silent, has_priority))
    return found


def _list_maintained(session: Session, row: Rollout, uuids: Sequence[str]) -> set[str]:
    """Return who was sent the command by other maintenance of the day."""
    if row.window_day is None:
        return set()
    return maintenance.list_had_turn(session, uuids, day=row.window_day, action=row.action)


def _is_settling(session: Session, now: datetime) -> bool:
    """Whether an outage of ours ended just now, so that nobody has had the time to speak."""
    last = history.find_last_blind_span(session)
    ended_at = last.ended_at if last else None
    return ended_at is not None and is_within(ended_at, SIGHT_SETTLES, now=now)


def _is_ahead(client: Client | None, now: datetime) -> bool:
    """Whether a player was last heard before our clock was set back."""
    heard_at = client.last_alive if client else None
    return heard_at is not None and is_ahead(heard_at, now=now)


def _issue_one(session: Session, row: Rollout, member: RolloutMember, now: datetime) -> bool:
    """Issue one screen's command; False when the screen is gone, or somebody was faster."""
    values = {"status": MemberStatus.ISSUED, "issued_at": now}
    if not queries.move_member(session, member, MemberStatus.WAITING, **values):
        return False
    if row.window_day is not None and not maintenance.take_turn(
        session, row, member.client_uuid, now=now
    ):
        _leave_out(session, member, LeftOut.MAINTAINED, now, MemberStatus.ISSUED)
        return False
    try:
        command = issue_command(
            session,
            member.client_uuid,
            row.action,
            reason=row.reason,
            actor=_actor_of(row),
            now=now,
            expiry=timedelta(seconds=row.expiry_seconds),
            rollout_id=row.rollout_id,
        )
    except NotFoundError:
        _leave_out(session, member, LeftOut.REMOVED, now, MemberStatus.ISSUED)
        return False
    is_blocked = command.status in ENDED_COMMANDS
    end_of_it = {"outcome": command.status, "ended_at": now} if is_blocked else {}
    queries.move_member(
        session,
        member,
        MemberStatus.ISSUED,
        command_id=command.command_id,
        status=MemberStatus.ENDED if is_blocked else MemberStatus.ISSUED,
        **end_of_it,
    )
    row.started_at = row.started_at or now
    return not is_blocked


def _leave_out(
    session: Session,
    member: RolloutMember,
    reason: LeftOut,
    now: datetime,
    expected: MemberStatus = MemberStatus.WAITING,
) -> None:
    values = {"left_out_reason": reason, "ended_at": now}
    queries.move_member(session, member, expected, status=MemberStatus.LEFT_OUT, **values)


def _actor_of(row: Rollout) -> Actor:
    """Return on whose behalf commands are issued; that they may was checked when it began."""
    return Actor(row.requested_by, row.requested_name, Role.ADMIN, row.requested_from)
