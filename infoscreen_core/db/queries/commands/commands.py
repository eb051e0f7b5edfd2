"""Reads, claims and compare-and-set steps of commands; never commits."""

from collections.abc import Container, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, aliased

from infoscreen_core.db.models import Client, ClientCommand, CommandTransition, User
from infoscreen_core.domain.commands.lifecycle import OPEN, RESTARTS, State

OPEN_STATES = OPEN


class CommandRow(NamedTuple):
    """A command with the names of its player and of who asked for it."""

    command: ClientCommand
    client: Client
    requested_by_name: str | None


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
    client_uuid: str | None = None,
    states: Iterable[State] | None = None,
    issued: tuple[datetime, datetime] | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[CommandRow]:
    """Return commands, newest first; with `issued` those of that time, both ends included."""
    query = _rows().order_by(ClientCommand.issued_at.desc(), ClientCommand.command_id)
    if client_uuid is not None:
        query = query.where(ClientCommand.client_uuid == client_uuid)
    if states is not None:
        query = query.where(ClientCommand.status.in_(list(states)))
    if issued is not None:
        query = query.where(ClientCommand.issued_at.between(*issued))
    return [CommandRow(*row) for row in session.execute(query.limit(limit).offset(offset))]


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


def list_queued(session: Session, *, now: datetime, limit: int = 100) -> list[ClientCommand]:
    """Return commands waiting for a dispatcher, oldest first."""
    query = (
        select(ClientCommand)
        .where(ClientCommand.status == State.QUEUED, ClientCommand.expires_at > now)
        .order_by(ClientCommand.issued_at)
        .limit(limit)
    )
    return list(session.scalars(query))


def has_open(session: Session) -> bool:
    """Whether any command has not ended."""
    query = select(ClientCommand.command_id).where(ClientCommand.status.in_(OPEN_STATES))
    return session.scalar(query.limit(1)) is not None


def list_open(session: Session) -> list[tuple[ClientCommand, Client]]:
    """Return every command that has not ended, with its player."""
    query = (
        select(ClientCommand, Client)
        .join(Client, Client.uuid == ClientCommand.client_uuid)
        .where(ClientCommand.status.in_(OPEN_STATES))
    )
    return [(command, client) for command, client in session.execute(query)]


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
