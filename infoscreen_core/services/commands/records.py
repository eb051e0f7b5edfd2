"""Commands as programs read them: all that is stored of each, by its id or by its player."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientCommand
from infoscreen_core.db.queries.commands import commands as queries
from infoscreen_core.domain.commands.lifecycle import (
    LOCKOUT_WINDOW,
    Action,
    State,
    lockout_ends_at,
)
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.commands import cancel_command, get_command, issue_command
from infoscreen_core.services.screens.clients import get_client, parse_uuid


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord:
    """A command; instants of steps that it has not taken are None."""

    command_id: str
    client_uuid: str
    action: Action
    status: State
    reason: str | None
    requested_by: int | None
    """A user's id; None: the system or the command line."""
    issued_at: datetime
    expires_at: datetime
    published_at: datetime | None
    acked_at: datetime | None
    execution_started_at: datetime | None
    completed_at: datetime | None
    failed_at: datetime | None
    error_code: str | None
    error_message: str | None
    created_at: datetime
    updated_at: datetime

    @property
    def is_blocked(self) -> bool:
        """Whether it was never sent, since its player restarted too often."""
        return self.status is State.BLOCKED_SAFETY


@dataclass(frozen=True, slots=True)
class CommandPlace:
    """Where a list of commands, newest first, goes on: after this one."""

    issued_at: datetime
    command_id: str


_NAMES: Final = tuple(one.name for one in fields(CommandRecord))


def order_command(
    session: Session, client_uuid: str, action: Action, *, reason: str, actor: Actor, now: datetime
) -> CommandRecord:
    """Queue a command, or store it blocked, as `issue_command` does; return what was stored."""
    uuid = parse_uuid(client_uuid)
    return _record(issue_command(session, uuid, action, reason=reason, actor=actor, now=now))


def withdraw_command(
    session: Session, command_id: str, *, actor: Actor, now: datetime
) -> CommandRecord:
    """Cancel a command that was not sent yet, as `cancel_command` does."""
    known = parse_uuid(command_id, field="command_id")
    return _record(cancel_command(session, known, actor=actor, now=now))


def get_record(session: Session, command_id: str, *, actor: Actor) -> CommandRecord:
    """Return the command; raise `InvalidInputError` for no UUID, `NotFoundError` for no command."""
    actor.require(Role.ADMIN)
    return _record(get_command(session, parse_uuid(command_id, field="command_id")))


def list_records(
    session: Session,
    client_uuid: str,
    *,
    after: CommandPlace | None = None,
    limit: int,
    actor: Actor,
) -> list[CommandRecord]:
    """Return a page of a player's commands, newest first.

    Raise `InvalidInputError` for no UUID, `NotFoundError` for no player.
    """
    actor.require(Role.ADMIN)
    client = get_client(session, client_uuid)
    place = (after.issued_at, after.command_id) if after else None
    rows = queries.list_page(session, client.uuid, after=place, limit=limit)
    return [_record(row) for row in rows]


def wait_for_restart(session: Session, client_uuid: str, *, now: datetime) -> timedelta:
    """Return how long restarts of a player stay blocked if nobody asks for one meanwhile."""
    recent = queries.list_restart_times(session, client_uuid, since=now - LOCKOUT_WINDOW)
    ends_at = lockout_ends_at(recent, now=now)
    return max(timedelta(), ends_at - now) if ends_at else timedelta()


def _record(row: ClientCommand) -> CommandRecord:
    return CommandRecord(**dict(zip(_NAMES, attrgetter(*_NAMES)(row), strict=True)))
