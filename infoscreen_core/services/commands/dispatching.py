"""Commands on their way: claimed by a dispatcher, confirmed by the broker, ended by time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.contracts import Command
from infoscreen_core.db.models import Client, ClientCommand
from infoscreen_core.db.queries.clients import find_boot
from infoscreen_core.db.queries.commands import commands as queries
from infoscreen_core.domain.commands.lifecycle import (
    TIMESTAMP_OF,
    Action,
    Cause,
    CommandFacts,
    State,
    due,
)
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.text.elapsed import is_before_step
from infoscreen_core.services.commands.commands import (
    is_by_person,
    is_old_boot,
    move,
    wire_payload,
)

_INSTANTS = ("issued_at", "expires_at", *sorted(set(TIMESTAMP_OF.values())))


@dataclass(frozen=True, slots=True)
class Claim:
    """A command that is ours to send."""

    command: Command
    is_first: bool
    """Whether it was never claimed before; one whose publication failed is claimed again."""
    is_by_person: bool
    """Whether a person asked for it, in the console or on the command line, not the system."""


def has_queued(session: Session, *, now: datetime) -> bool:
    """Whether a command waits for a dispatcher."""
    return queries.has_queued(session, now=now)


def claim_queued(session: Session, *, owner: str, now: datetime) -> list[Claim]:
    """Claim every waiting command for `owner`, except those that others took meanwhile.

    The first to be issued come first; they are claimed, as all rows are, by their keys.
    """
    claimed = []
    for command in sorted(queries.list_queued(session, now=now), key=_command_id):
        is_first = command.claimed_at is None
        claim = {
            "claimed_by": owner,
            "claimed_at": now,
            "boot_id": find_boot(session, command.client_uuid),
        }
        if move(session, command, Cause.CLAIMED, now=now, **claim):
            claimed.append(Claim(wire_payload(command), is_first, is_by_person(session, command)))
    return sorted(claimed, key=lambda claim: claim.command.issued_at)


def confirm_published(session: Session, command_id: str, *, now: datetime) -> None:
    """Note that the broker has the command; a player may have acknowledged it even before that."""
    command = session.get(ClientCommand, command_id)
    if command is None:
        return
    if not move(session, command, Cause.PUBACK, now=now) and command.published_at is None:
        command.published_at = now


def has_open(session: Session) -> bool:
    """Whether any command is under way."""
    return queries.has_open(session)


def sweep(session: Session, apps_down: set[str], *, grace: timedelta, now: datetime) -> int:
    """Apply every step that is due; return how many.

    `grace` is how long a silent player counts as alive. `apps_down` remembers from sweep to sweep
    the commands whose player said that its process does not run.
    """
    steps = 0
    found = queries.list_open(session)
    apps_down &= {command.command_id for command, _ in found}
    for command, client in sorted(found, key=lambda row: row[0].command_id):
        view = _view_of(command, client, grace)
        if _is_app_down(command, client):
            apps_down.add(command.command_id)
        cause = due(replace(view, was_app_down=command.command_id in apps_down), now=now)
        if cause is not None:
            steps += move(session, command, cause, now=now)
    return steps


def shift_open(session: Session, step: timedelta, *, now: datetime) -> int:
    """Move the instants of open commands by `step`, by which the clock was set; return how many.

    So each goes on waiting as if the clock had not been set. A command that was issued since is by
    the new clock already and stays as it is; so does one that another dispatcher has moved.
    """
    moved = 0
    for command, _client in queries.list_open(session):
        if is_before_step(command.issued_at, step, now=now):
            for column in _INSTANTS:
                at = getattr(command, column)
                setattr(command, column, at and at + step)
            moved += 1
    return moved


def _command_id(command: ClientCommand) -> str:
    return command.command_id


def _is_app_down(command: ClientCommand, client: Client) -> bool:
    is_known = client.process_status not in {None, ProcessStatus.RUNNING}
    return is_known and _has_reported_since(command, client)


def _has_reported_since(command: ClientCommand, client: Client) -> bool:
    """Whether the player reported on its process since the execution began."""
    begun, reported = command.execution_started_at, client.health_at
    return begun is not None and reported is not None and reported > begun


def _view_of(command: ClientCommand, client: Client, grace: timedelta) -> CommandFacts:
    """Return what the time rules need to know."""
    return CommandFacts(
        state=State(command.status),
        action=Action(command.action),
        expires_at=command.expires_at,
        claimed_at=command.claimed_at,
        published_at=command.published_at,
        acked_at=command.acked_at,
        execution_started_at=command.execution_started_at,
        awaiting_reconnect_at=command.awaiting_reconnect_at,
        recovered_at=command.recovered_at,
        last_seen_at=client.last_alive if client.is_active else None,
        grace=grace,
        is_app_running=client.process_status is ProcessStatus.RUNNING
        and _has_reported_since(command, client),
        is_old_boot=is_old_boot(command, client.boot_id),
    )
