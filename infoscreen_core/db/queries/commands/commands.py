"""Reads, claims and compare-and-set steps of commands; never commits."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from infoscreen_core.db.base import Base
from infoscreen_core.db.models import Client, ClientCommand, CommandTransition, User
from infoscreen_core.domain.commands.lifecycle import OPEN, RESTARTS, State
from infoscreen_core.domain.screens.player import ProcessStatus

_TRANSITIONS: Final = Base.metadata.tables[CommandTransition.__tablename__]


class CommandRow(NamedTuple):
    """A command with the names of its player and of who asked for it."""

    command: ClientCommand
    client: Client
    requested_by_name: str | None


class PlayerSigns(NamedTuple):
    """What a player last said that a command's course depends on."""

    is_active: bool
    last_alive: datetime | None
    process_status: ProcessStatus | None
    health_at: datetime | None
    boot_id: str | None


def _rows() -> Select[ClientCommand, Client, str]:
    requester = aliased(User)
    return (
        select(ClientCommand, Client, requester.username)
        .join(Client, Client.uuid == ClientCommand.client_uuid)
        .outerjoin(requester, requester.id == ClientCommand.requested_by)
    )


def list_commands(
    session: Session,
    *,
    client_uuid: str,
    issued: tuple[datetime, datetime] | None = None,
    limit: int,
) -> list[CommandRow]:
    """Return a player's commands, newest first; with `issued` those of that time, ends included."""
    query = _rows().order_by(ClientCommand.issued_at.desc(), ClientCommand.command_id)
    query = query.where(ClientCommand.client_uuid == client_uuid)
    if issued is not None:
        query = query.where(ClientCommand.issued_at.between(*issued))
    return [CommandRow(*row) for row in session.execute(query.limit(limit))]


def list_page(
    session: Session, client_uuid: str, *, after: tuple[datetime, str] | None, limit: int
) -> list[ClientCommand]:
    """Return a player's commands, newest first; with `after` (when, which) those that follow it."""
    query = select(ClientCommand).where(ClientCommand.client_uuid == client_uuid)
    if after is not None:
        issued_at, command_id = after
        query = query.where(
            ClientCommand.issued_at <= issued_at,  # by itself, so that the index begins there
            or_(ClientCommand.issued_at < issued_at, ClientCommand.command_id > command_id),
        )
    query = query.order_by(ClientCommand.issued_at.desc(), ClientCommand.command_id)
    return list(session.scalars(query.limit(limit)))


def list_transitions(
    session: Session, command_ids: Iterable[str]
) -> dict[str, list[CommandTransition]]:
    """Return the course of each command, oldest step first."""
    courses: dict[str, list[CommandTransition]] = {command_id: [] for command_id in command_ids}
    query = select(CommandTransition).where(CommandTransition.command_id.in_(list(courses)))
    for step in session.scalars(query.order_by(CommandTransition.id)):
        courses[step.command_id].append(step)
    return courses


def list_restart_times(session: Session, client_uuid: str, *, since: datetime) -> list[datetime]:
    """Return when the player's restarts since then were issued, of host and app, unless blocked."""
    query = select(ClientCommand.issued_at).where(
        ClientCommand.client_uuid == client_uuid,
        ClientCommand.action.in_(RESTARTS),
        ClientCommand.status != State.BLOCKED_SAFETY,
        ClientCommand.issued_at > since,
    )
    return list(session.scalars(query))


def has_queued(session: Session, *, now: datetime) -> bool:
    """Whether a command waits for a dispatcher."""
    query = select(ClientCommand.command_id).where(
        ClientCommand.status == State.QUEUED, ClientCommand.expires_at > now
    )
    return session.scalar(query.limit(1)) is not None


def lock_queued(session: Session, *, now: datetime, limit: int) -> list[ClientCommand]:
    """Return, locked, the commands that wait for a dispatcher: the oldest, by their keys."""
    oldest = (
        select(ClientCommand.command_id)
        .where(ClientCommand.status == State.QUEUED, ClientCommand.expires_at > now)
        .order_by(ClientCommand.issued_at)
        .limit(limit)
    )
    found = lock_commands(session, list(session.scalars(oldest)))
    return [command for command in found if command.status is State.QUEUED]


def lock_commands(session: Session, command_ids: Collection[str]) -> list[ClientCommand]:
    """Return those of the commands that exist, by their keys; others cannot change them."""
    query = select(ClientCommand).where(ClientCommand.command_id.in_(command_ids))
    locked = query.order_by(ClientCommand.command_id).with_for_update()
    return list(session.scalars(locked, execution_options={"populate_existing": True}))


def list_published(
    session: Session, client_uuids: Collection[str], *, now: datetime
) -> list[ClientCommand]:
    """Return the commands that the broker has and these players may still take up, by age."""
    query = select(ClientCommand).where(
        ClientCommand.status == State.PUBLISHED,
        ClientCommand.expires_at > now,
        ClientCommand.client_uuid.in_(client_uuids),
    )
    return list(session.scalars(query.order_by(ClientCommand.issued_at)))


def has_open(session: Session) -> bool:
    """Whether any command has not ended."""
    query = select(ClientCommand.command_id).where(ClientCommand.status.in_(OPEN))
    return session.scalar(query.limit(1)) is not None


def list_open(session: Session) -> list[ClientCommand]:
    """Return every command that has not ended."""
    return list(session.scalars(select(ClientCommand).where(ClientCommand.status.in_(OPEN))))


def list_open_with_signs(session: Session) -> list[tuple[ClientCommand, PlayerSigns]]:
    """Return every command that has not ended, with what is known of its player."""
    query = (
        select(
            ClientCommand,
            Client.is_active,
            Client.last_alive,
            Client.process_status,
            Client.health_at,
            Client.boot_id,
        )
        .join(Client, Client.uuid == ClientCommand.client_uuid)
        .where(ClientCommand.status.in_(OPEN))
    )
    return [(row[0], PlayerSigns(*row[1:])) for row in session.execute(query)]


def list_awaiting_reconnect(
    session: Session, client_uuids: Container[str]
) -> list[tuple[ClientCommand, str | None]]:
    """Return the commands whose players are expected back, among these; each with its boot now."""
    query = (
        select(ClientCommand, Client.boot_id)
        .join(Client, Client.uuid == ClientCommand.client_uuid)
        .where(ClientCommand.status == State.AWAITING_RECONNECT)
    )
    return [
        (command, boot_id)
        for command, boot_id in session.execute(query)
        if command.client_uuid in client_uuids
    ]


def is_reread(session: Session, command: ClientCommand) -> bool:
    """Read a command anew; return whether it is still there, and forget it if it is not."""
    if session.get(ClientCommand, command.command_id, populate_existing=True) is not None:
        return True
    session.expunge(command)
    return False


def compare_and_set(
    session: Session, command_id: str, expected: State, target: State, values: dict[str, Any]
) -> bool:
    """Move a command from `expected` to `target`; False when somebody else moved it first."""
    result = session.execute(
        update(ClientCommand)
        .where(ClientCommand.command_id == command_id, ClientCommand.status == expected)
        .values(status=target, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def move_all(
    session: Session,
    command_ids: Collection[str],
    expected: State,
    target: State,
    values: dict[str, Any],
) -> None:
    """Move (locked) commands from `expected` to `target` in one statement."""
    session.execute(
        update(ClientCommand)
        .where(ClientCommand.command_id.in_(command_ids), ClientCommand.status == expected)
        .values(status=target, **values)
        .execution_options(synchronize_session="evaluate")
    )


def boot_of_player() -> ColumnElement[str | None]:
    """Return the boot that a command's player named last, as a value for `move_all`."""
    boot = select(Client.boot_id).where(Client.uuid == ClientCommand.client_uuid)
    return boot.scalar_subquery()


def add_transitions(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add steps of several commands."""
    if rows:
        session.execute(insert(_TRANSITIONS), list(rows))
