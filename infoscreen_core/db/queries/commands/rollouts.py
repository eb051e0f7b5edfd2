"""Reads and compare-and-set steps of roll-outs and their members; never commits."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.orm import Session, lazyload

from infoscreen_core.db.base import MAX_NAMED, Base
from infoscreen_core.db.models import Client, ClientCommand, Incident, Rollout, RolloutMember
from infoscreen_core.db.models.clients import ClientGroup
from infoscreen_core.domain.commands.lifecycle import OPEN as OPEN_COMMANDS
from infoscreen_core.domain.commands.lifecycle import RESTARTS, State
from infoscreen_core.domain.commands.rollout import (
    OPEN,
    LeftOut,
    MemberStatus,
    RolloutStatus,
)

_MEMBERS: Final = Base.metadata.tables[RolloutMember.__tablename__]
_OF_ITS_COMMAND: Final = ClientCommand.command_id == RolloutMember.command_id
_ITS_STATE: Final = ClientCommand.status
_BEFORE_AN_OUTAGE: Final = timedelta(days=1)
"""Far longer than a silence may have begun before the outage that explains it."""
IS_OPEN: Final[ColumnElement[bool]] = Rollout.status.in_(OPEN)


class CountRow(NamedTuple):
    """How many members of a roll-out stand alike."""

    rollout_id: str
    wave: int
    status: MemberStatus
    state: State | None
    """Of their commands; None of those without one."""
    number: int


class MemberRow(NamedTuple):
    """A member with its screen and its command, as far as they are still there."""

    member: RolloutMember
    client: Client | None
    group_name: str | None
    command: ClientCommand | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFilter:
    """Which members of a roll-out are listed."""

    statuses: frozenset[MemberStatus] | None = None
    states: frozenset[State] | None = None
    """Those whose commands are in one of these states."""
    left_out_reasons: frozenset[LeftOut] | None = None
    wave: int | None = None
    client_uuids: frozenset[str] | None = None


def find(session: Session, rollout_id: str, *, is_locked: bool = False) -> Rollout | None:
    """Return a roll-out or None; `is_locked` keeps others off it until the commit."""
    if is_locked:
        return session.get(Rollout, rollout_id, with_for_update=True, populate_existing=True)
    return session.get(Rollout, rollout_id)


def list_rollouts(
    session: Session,
    *,
    statuses: Collection[RolloutStatus] | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Rollout]:
    """Return roll-outs, newest first."""
    query = select(Rollout).order_by(Rollout.created_at.desc(), Rollout.rollout_id)
    if statuses is not None:
        query = query.where(Rollout.status.in_(list(statuses)))
    return list(session.scalars(query.limit(limit).offset(offset)))


def list_by_id(session: Session, rollout_ids: Collection[str]) -> list[Rollout]:
    """Return those of the roll-outs that exist."""
    query = select(Rollout).where(Rollout.rollout_id.in_(rollout_ids))
    return list(session.scalars(query)) if rollout_ids else []


def count_rollouts(session: Session, *, statuses: Collection[RolloutStatus] | None = None) -> int:
    """Return how many roll-outs there are."""
    query = select(func.count()).select_from(Rollout)
    if statuses is not None:
        query = query.where(Rollout.status.in_(list(statuses)))
    return session.scalar(query) or 0


def list_due_ids(session: Session) -> list[str]:
    """Return the roll-outs that run, or have commands under way; the oldest first.

    Maintenance that is paused is among them, since it ends with its window.
    """
    may_go_on = or_(Rollout.status == RolloutStatus.RUNNING, Rollout.window_day.is_not(None))
    running = select(Rollout.rollout_id).where(IS_OPEN, may_go_on)
    with_commands_out = (
        select(RolloutMember.rollout_id)
        .where(RolloutMember.status == MemberStatus.ISSUED)
        .distinct()
    )
    due = {*session.scalars(running), *session.scalars(with_commands_out)}
    query = select(Rollout.rollout_id).where(Rollout.rollout_id.in_(due))
    ordered = query.order_by(Rollout.created_at, Rollout.rollout_id)
    return list(session.scalars(ordered)) if due else []


def add_members(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add the members of a new roll-out."""
    if rows:
        session.execute(insert(_MEMBERS), list(rows))


def count_members(session: Session, rollout_ids: Collection[str]) -> list[CountRow]:
    """Return how many members of each of these roll-outs stand alike, by wave."""
    member = RolloutMember
    keys = (member.rollout_id, member.wave, member.status)
    is_wanted = member.rollout_id.in_(rollout_ids)
    settled = select(*keys, member.outcome, func.count()).where(
        is_wanted, member.status != MemberStatus.ISSUED
    )
    under_way = (
        select(*keys, _ITS_STATE, func.count())
        .outerjoin(ClientCommand, _OF_ITS_COMMAND)
        .where(is_wanted, member.status == MemberStatus.ISSUED)
    )
    return [
        *(CountRow(*row) for row in session.execute(settled.group_by(*keys, member.outcome))),
        *(CountRow(*row) for row in session.execute(under_way.group_by(*keys, _ITS_STATE))),
    ]


def list_members(
    session: Session, rollout_id: str, wanted: MemberFilter, *, limit: int, offset: int = 0
) -> list[MemberRow]:
    """Return members in the order of their turns."""
    query = (
        select(RolloutMember, Client, ClientGroup.name, ClientCommand)
        .outerjoin(Client, Client.uuid == RolloutMember.client_uuid)
        .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
        .outerjoin(ClientCommand, _OF_ITS_COMMAND)
        .options(lazyload(Client.group))
        .where(RolloutMember.rollout_id == rollout_id, *_conditions(wanted))
        .order_by(RolloutMember.position, RolloutMember.client_uuid)
    )
    return [MemberRow(*row) for row in session.execute(query.limit(limit).offset(offset))]


def _conditions(wanted: MemberFilter) -> list[ColumnElement[bool]]:
    member = RolloutMember
    found: list[ColumnElement[bool]] = []
    if wanted.statuses is not None:
        found.append(member.status.in_(list(wanted.statuses)))
    if wanted.states is not None:
        found.append(ClientCommand.status.in_(list(wanted.states)))
    if wanted.left_out_reasons is not None:
        found.append(member.left_out_reason.in_(list(wanted.left_out_reasons)))
    if wanted.wave is not None:
        found.append(member.wave == wanted.wave)
    if wanted.client_uuids is not None:
        found.append(member.client_uuid.in_(list(wanted.client_uuids)))
    return found


def list_in_rollouts(session: Session, client_uuids: Sequence[str]) -> set[str]:
    """Return which of the players an open roll-out will still send a command, or has sent one."""
    found: set[str] = set()
    for start in range(0, len(client_uuids), MAX_NAMED):
        query = (
            select(RolloutMember.client_uuid)
            .join(Rollout, Rollout.rollout_id == RolloutMember.rollout_id)
            .where(
                RolloutMember.client_uuid.in_(client_uuids[start : start + MAX_NAMED]),
                RolloutMember.status.in_([MemberStatus.WAITING, MemberStatus.ISSUED]),
                IS_OPEN,
            )
        )
        found |= set(session.scalars(query))
    return found


def map_restart_times(
    session: Session, client_uuids: Sequence[str], *, since: datetime
) -> dict[str, list[datetime]]:
    """Return when restarts of these players were issued since then; as `list_restart_times`."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for start in range(0, len(client_uuids), MAX_NAMED):
        query = select(ClientCommand.client_uuid, ClientCommand.issued_at).where(
            ClientCommand.client_uuid.in_(client_uuids[start : start + MAX_NAMED]),
            ClientCommand.action.in_(RESTARTS),
            ClientCommand.status != State.BLOCKED_SAFETY,
            ClientCommand.issued_at > since,
        )
        for client_uuid, issued_at in session.execute(query):
            found[client_uuid].append(issued_at)
    return found


def list_busy(session: Session, client_uuids: Collection[str]) -> set[str]:
    """Return which of the players have a command under way."""
    query = select(ClientCommand.client_uuid).where(
        ClientCommand.client_uuid.in_(client_uuids), ClientCommand.status.in_(OPEN_COMMANDS)
    )
    return set(session.scalars(query))


def list_clients_of_incident(session: Session, incident: Incident) -> list[str]:
    """Return the player of an incident, or those of the incidents that an outage explains."""
    if incident.client_uuid is not None:
        return [incident.client_uuid]
    query = select(Incident.client_uuid).where(
        # What an outage explains began with it: found by an index.
        Incident.opened_at >= incident.opened_at - _BEFORE_AN_OUTAGE,
        Incident.outage_id == incident.id,
    )
    return [uuid for uuid in session.scalars(query.distinct()) if uuid is not None]


def list_under_way(
    session: Session, rollout_id: str
) -> list[tuple[RolloutMember, ClientCommand | None]]:
    """Return the members whose commands were issued and not yet noted as ended."""
    query = (
        select(RolloutMember, ClientCommand)
        .outerjoin(ClientCommand, _OF_ITS_COMMAND)
        .where(RolloutMember.rollout_id == rollout_id, RolloutMember.status == MemberStatus.ISSUED)
        .order_by(RolloutMember.client_uuid)
        .execution_options(populate_existing=True)
    )
    return [(member, command) for member, command in session.execute(query)]


def count_ends(session: Session, rollout_id: str) -> dict[State, int]:
    """Return how many commands of a roll-out ended how, as far as that was noted."""
    query = select(RolloutMember.outcome, func.count()).where(
        RolloutMember.rollout_id == rollout_id, RolloutMember.outcome.is_not(None)
    )
    found = session.execute(query.group_by(RolloutMember.outcome))
    return {outcome: count for outcome, count in found if outcome is not None}


def find_wave(session: Session, rollout_id: str) -> int | None:
    """Return the wave that has not ended; those left for later hold nobody up."""
    member = RolloutMember
    is_due = (member.status == MemberStatus.WAITING) & member.put_off_at.is_(None)
    query = select(func.min(member.wave)).where(
        member.rollout_id == rollout_id, or_(member.status == MemberStatus.ISSUED, is_due)
    )
    return session.scalar(query)


def list_waiting(
    session: Session, rollout_id: str, *, wave: int, limit: int
) -> list[tuple[RolloutMember, Client | None]]:
    """Return those of a wave whose turn it is, with their players; not those left for later."""
    query = _waiting(rollout_id).where(
        RolloutMember.wave == wave, RolloutMember.put_off_at.is_(None)
    )
    return [(member, client) for member, client in session.execute(query.limit(limit))]


def list_put_off(
    session: Session, rollout_id: str, *, busy_groups: Collection[int], limit: int
) -> list[tuple[RolloutMember, Client | None]]:
    """Return those left for later whose group now shows something else, with their players."""
    is_free = or_(Client.group_id.is_(None), Client.group_id.not_in(busy_groups))
    query = _waiting(rollout_id).where(RolloutMember.put_off_at.is_not(None), is_free)
    return [(member, client) for member, client in session.execute(query.limit(limit))]


def list_all_put_off(session: Session) -> list[RolloutMember]:
    """Return those left for later of all roll-outs."""
    query = select(RolloutMember).where(
        RolloutMember.status == MemberStatus.WAITING, RolloutMember.put_off_at.is_not(None)
    )
    return list(session.scalars(query))


def _waiting(rollout_id: str) -> Any:  # noqa: ANN401 - a Select of two entities
    return (
        select(RolloutMember, Client)
        .outerjoin(Client, Client.uuid == RolloutMember.client_uuid)
        .options(lazyload(Client.group))
        .where(RolloutMember.rollout_id == rollout_id, RolloutMember.status == MemberStatus.WAITING)
        .order_by(RolloutMember.position, RolloutMember.client_uuid)
        .execution_options(populate_existing=True)
    )


def move_member(
    session: Session,
    member: RolloutMember,
    expected: MemberStatus,
    **values: Any,  # noqa: ANN401 - column values
) -> bool:
    """Change a member that is still in `expected`; False when somebody was faster."""
    result = session.execute(
        update(RolloutMember)
        .where(
            RolloutMember.rollout_id == member.rollout_id,
            RolloutMember.client_uuid == member.client_uuid,
            RolloutMember.status == expected,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def leave_out_waiting(
    session: Session,
    rollout_id: str,
    reason: LeftOut,
    *,
    now: datetime,
    put_off_before: datetime | None = None,
) -> int:
    """Leave out all that wait, or only those put off before an instant; return how many."""
    query = update(RolloutMember).where(
        RolloutMember.rollout_id == rollout_id, RolloutMember.status == MemberStatus.WAITING
    )
    if put_off_before is not None:
        query = query.where(RolloutMember.put_off_at < put_off_before)
    result = session.execute(
        query.values(
            status=MemberStatus.LEFT_OUT, left_out_reason=reason, ended_at=now
        ).execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def compare_and_set(
    session: Session,
    rollout_id: str,
    expected: RolloutStatus,
    target: RolloutStatus,
    values: Mapping[str, Any],
) -> bool:
    """Move a roll-out from `expected` to `target`; False when somebody else moved it first."""
    result = session.execute(
        update(Rollout)
        .where(Rollout.rollout_id == rollout_id, Rollout.status == expected)
        .values(status=target, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def is_any_waiting(session: Session, rollout_id: str) -> bool:
    """Whether a screen of the roll-out still waits for its turn."""
    query = select(RolloutMember.client_uuid).where(
        RolloutMember.rollout_id == rollout_id, RolloutMember.status == MemberStatus.WAITING
    )
    return session.scalar(query.limit(1)) is not None


def is_any_put_off(session: Session, rollout_id: str) -> bool:
    """Whether a screen of the roll-out is left for later."""
    query = select(RolloutMember.client_uuid).where(
        RolloutMember.rollout_id == rollout_id,
        RolloutMember.status == MemberStatus.WAITING,
        RolloutMember.put_off_at.is_not(None),
    )
    return session.scalar(query.limit(1)) is not None


def map_clients(session: Session, uuids: Iterable[str]) -> dict[str, Client]:
    """Return the existing clients by UUID, as they are now, however many are asked for."""
    wanted = list(uuids)
    found: dict[str, Client] = {}
    for start in range(0, len(wanted), MAX_NAMED):
        query = select(Client).where(Client.uuid.in_(wanted[start : start + MAX_NAMED]))
        query = query.options(lazyload(Client.group)).execution_options(populate_existing=True)
        for client in session.scalars(query):
            found[client.uuid] = client
    return found
