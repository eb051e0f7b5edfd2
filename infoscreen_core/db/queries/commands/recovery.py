"""What crash recovery reads and writes; never commits."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Select, delete, func, or_, select, union
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    Client,
    ClientCommand,
    ClientStatus,
    PlugCycle,
    PowerOverride,
    RecoveryDecision,
    WebPlayer,
)
from infoscreen_core.db.queries.clients import IN_SERVICE
from infoscreen_core.db.queries.signs import heard_before
from infoscreen_core.domain.commands import plugs
from infoscreen_core.domain.commands.lifecycle import OPEN, RESTARTS, Action, State
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.power import DesiredPower

_IS_IN_FORCE: Final = RecoveryDecision.open_key >= ""
"""Rather than a check for None, for which SQLite does not look into its index."""
_TOO_FAR: Final = timedelta(minutes=5)


class RecoveryPlayer(NamedTuple):
    """What is known of a player; as in `Client`."""

    uuid: str
    group_id: int | None
    is_active: bool
    approved_at: datetime | None
    rejected_at: datetime | None
    process_status: ProcessStatus | None
    last_alive: datetime | None


class OpenCommand(NamedTuple):
    """A command that has not ended."""

    client_uuid: str
    action: Action


def _candidates(now: datetime, grace: timedelta | None) -> Select[str]:
    """Return a query for the UUIDs of `domain.screens.crashes`, found by indexes.

    Only who runs and is judged can be found crashed; whoever is silent is found by that, unless
    there is no `grace`, and silence does not count.
    """
    crashed = (
        select(Client.uuid)
        .join(ClientStatus, ClientStatus.client_uuid == Client.uuid)
        .where(
            ClientStatus.status == Status.CRITICAL,
            Client.process_status == ProcessStatus.CRASHED,
            Client.last_alive.is_not(None),
            IN_SERVICE,
        )
    )
    if grace is None:
        return crashed
    silent = select(Client.uuid).where(IN_SERVICE, heard_before(now - grace))
    return select(union(silent, crashed).subquery().c.uuid)


def list_candidates(session: Session, *, now: datetime, grace: timedelta) -> list[str]:
    """Return the UUIDs of all players in trouble."""
    return list(session.scalars(_candidates(now, grace)))


def list_new(session: Session, *, now: datetime, grace: timedelta | None, limit: int) -> list[str]:
    """Return the UUIDs of some players in trouble about which nothing is decided yet.

    Without a `grace` those that crashed only. Browsers are left out: who closed a tab means it, and
    no command opens it again.
    """
    found = _candidates(now, grace).subquery()
    known = select(RecoveryDecision.id).where(RecoveryDecision.open_key == found.c.uuid).exists()
    is_browser = select(WebPlayer.client_uuid).where(WebPlayer.client_uuid == found.c.uuid).exists()
    wanted = select(found.c.uuid).where(~known, ~is_browser)
    return list(session.scalars(wanted.limit(limit)))


def list_due(session: Session, *, now: datetime, limit: int) -> list[str]:
    """Return the UUIDs of some players that are to be decided about anew, longest in force first.

    So those go first that have waited longest for their turn. A look too far ahead was set while
    the clock was wrong.
    """
    row = RecoveryDecision
    is_due = or_(row.look_at <= now, row.look_at > now + _TOO_FAR)
    query = select(row.client_uuid).where(is_due).order_by(row.at, row.id)
    return list(session.scalars(query.limit(limit)))


def list_players(session: Session, uuids: Collection[str]) -> list[RecoveryPlayer]:
    """Return what is known of these players."""
    columns = [getattr(Client, name) for name in RecoveryPlayer._fields]
    query = select(*columns).where(Client.uuid.in_(uuids))
    return [RecoveryPlayer._make(row) for row in session.execute(query)]


def map_in_force(session: Session, uuids: Collection[str]) -> dict[str, RecoveryDecision]:
    """Return the decisions in force about these players."""
    query = select(RecoveryDecision).where(RecoveryDecision.open_key.in_(uuids))
    found = session.scalars(query.execution_options(populate_existing=True))
    return {row.client_uuid: row for row in found}


def list_in_force(session: Session) -> list[tuple[RecoveryDecision, Client]]:
    """Return all decisions in force with their players, the newest first."""
    query = _with_players().where(_IS_IN_FORCE)
    return [(row, client) for row, client in session.execute(query)]


def list_given_up(session: Session) -> list[str]:
    """Return the UUIDs of the players for which a person is called."""
    row = RecoveryDecision
    query = select(row.client_uuid).where(_IS_IN_FORCE, row.is_person_called)
    return list(session.scalars(query))


def list_of_client(
    session: Session, client_uuid: str, *, limit: int
) -> list[tuple[RecoveryDecision, Client]]:
    """Return the newest decisions about a player, newest first."""
    query = _with_players().where(RecoveryDecision.client_uuid == client_uuid).limit(limit)
    return [(row, client) for row, client in session.execute(query)]


def _with_players() -> Select[RecoveryDecision, Client]:
    row = RecoveryDecision
    joined = select(row, Client).join(Client, Client.uuid == row.client_uuid)
    return joined.order_by(row.at.desc(), row.id.desc())


def list_attempts(
    session: Session, uuids: Collection[str], *, since: datetime
) -> list[tuple[RecoveryDecision, ClientCommand]]:
    """Return the recoveries by command that began since then, oldest first."""
    query = (
        select(RecoveryDecision, ClientCommand)
        .join(ClientCommand, ClientCommand.command_id == RecoveryDecision.command_id)
        .where(RecoveryDecision.client_uuid.in_(uuids), RecoveryDecision.at > since)
        .order_by(RecoveryDecision.at, RecoveryDecision.id)
        .execution_options(populate_existing=True)
    )
    return [(row, command) for row, command in session.execute(query)]


def list_power_attempts(
    session: Session, uuids: Collection[str], *, since: datetime
) -> list[tuple[RecoveryDecision, PlugCycle]]:
    """Return the power cycles by which recovery tried since then, oldest first."""
    query = (
        select(RecoveryDecision, PlugCycle)
        .join(PlugCycle, PlugCycle.cycle_id == RecoveryDecision.cycle_id)
        .where(RecoveryDecision.client_uuid.in_(uuids), RecoveryDecision.at > since)
        .order_by(RecoveryDecision.at, RecoveryDecision.id)
        .execution_options(populate_existing=True)
    )
    return [(row, cycle) for row, cycle in session.execute(query)]


def list_open_commands(session: Session, uuids: Collection[str]) -> list[OpenCommand]:
    """Return the commands of these players that have not ended, oldest first."""
    query = (
        select(ClientCommand.client_uuid, ClientCommand.action)
        .where(ClientCommand.status.in_(OPEN), ClientCommand.client_uuid.in_(uuids))
        .order_by(ClientCommand.issued_at, ClientCommand.command_id)
    )
    return [OpenCommand._make(row) for row in session.execute(query)]


def list_restarts(
    session: Session, uuids: Collection[str], *, since: datetime
) -> list[tuple[str, datetime]]:
    """Return the players' restarts since then, of host and app, unless blocked."""
    query = select(ClientCommand.client_uuid, ClientCommand.issued_at).where(
        ClientCommand.client_uuid.in_(uuids),
        ClientCommand.issued_at > since,
        ClientCommand.action.in_(RESTARTS),
        ClientCommand.status != State.BLOCKED_SAFETY,
    )
    return [(uuid, at) for uuid, at in session.execute(query)]


def map_shutdowns(session: Session, uuids: Collection[str]) -> dict[str, datetime]:
    """Return when the last shutdown of each of these players was done."""
    query = (
        select(ClientCommand.client_uuid, func.max(ClientCommand.completed_at))
        .where(
            ClientCommand.client_uuid.in_(uuids),
            ClientCommand.action == Action.SHUTDOWN_HOST,
            ClientCommand.status == State.COMPLETED,
        )
        .group_by(ClientCommand.client_uuid)
    )
    return {uuid: at for uuid, at in session.execute(query) if at is not None}


def map_held_off(session: Session, uuids: Collection[str]) -> dict[str, datetime]:
    """Return until when an operator's order holds the TV of each of these players off."""
    query = select(PowerOverride.client_uuid, PowerOverride.expires_at).where(
        PowerOverride.client_uuid.in_(uuids), PowerOverride.desired_state == DesiredPower.OFF
    )
    return {uuid: until for uuid, until in session.execute(query)}  # noqa: C416 - typed rows


def count_running(session: Session) -> int:
    """Count the recoveries whose command or power cycle has not ended."""
    counted = select(func.count()).select_from(RecoveryDecision)
    commands = counted.join(
        ClientCommand, ClientCommand.command_id == RecoveryDecision.command_id
    ).where(ClientCommand.status.in_(OPEN))
    cycles = counted.join(PlugCycle, PlugCycle.cycle_id == RecoveryDecision.cycle_id).where(
        PlugCycle.status.in_(plugs.OPEN)
    )
    return (session.scalar(commands) or 0) + (session.scalar(cycles) or 0)


def list_tried(
    session: Session, client_uuid: str, *, since: datetime
) -> Iterable[RecoveryDecision]:
    """Return a player's decisions since then by which something was tried."""
    row = RecoveryDecision
    was_tried = or_(row.command_id.is_not(None), row.cycle_id.is_not(None))
    query = select(row).where(row.client_uuid == client_uuid, row.at > since, was_tried)
    return session.scalars(query)


def delete_before(session: Session, before: datetime, *, limit: int) -> int:
    """Delete decisions that ceased to be in force before then; return how many."""
    ids = list(
        session.scalars(
            select(RecoveryDecision.id).where(RecoveryDecision.until < before).limit(limit)
        )
    )
    if ids:
        session.execute(delete(RecoveryDecision).where(RecoveryDecision.id.in_(ids)))
    return len(ids)
