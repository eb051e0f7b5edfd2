"""Commands on their way: claimed by a dispatcher, confirmed by the broker, ended by time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.contracts import Command
from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import ClientCommand
from infoscreen_core.db.queries.commands import commands as queries
from infoscreen_core.db.queries.commands.commands import PlayerSigns
from infoscreen_core.domain.commands.hearing import Deafness
from infoscreen_core.domain.commands.lifecycle import TIMESTAMP_OF, Action, Cause, State
from infoscreen_core.domain.commands.time_rules import CommandFacts, due
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.text.elapsed import is_before_step
from infoscreen_core.services.commands.commands import (
    asked_by_persons,
    is_old_boot,
    move,
    move_all,
    wire_payload,
)

CLAIMED_AT_ONCE: Final = 250
"""How many commands a dispatcher takes in one round: it publishes them before it takes more."""
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


def claim_queued(
    session: Session, *, owner: str, now: datetime, limit: int = CLAIMED_AT_ONCE
) -> list[Claim]:
    """Claim the commands that wait longest, as many as the limit says; the oldest come first.

    It takes five statements, however many they are.
    """
    commands = queries.lock_queued(session, now=now, limit=limit)
    if not commands:
        return []
    by_persons = asked_by_persons(session, commands)
    claims = [
        Claim(wire_payload(one), one.claimed_at is None, one.command_id in by_persons)
        for one in commands
    ]
    claim = {"claimed_by": owner, "claimed_at": now, "boot_id": queries.boot_of_player()}
    move_all(session, commands, Cause.CLAIMED, now=now, **claim)
    return sorted(claims, key=lambda claim: claim.command.issued_at)


def confirm_published(session: Session, command_ids: Collection[str], *, now: datetime) -> None:
    """Note that the broker has the commands; a player may have acknowledged one even before."""
    wanted = sorted(command_ids)
    for start in range(0, len(wanted), MAX_NAMED):
        commands = queries.lock_commands(session, wanted[start : start + MAX_NAMED])
        in_time = [one for one in commands if one.status is State.PUBLISH_IN_PROGRESS]
        for late in (one for one in commands if one.status is not State.PUBLISH_IN_PROGRESS):
            late.published_at = late.published_at or now
        move_all(session, in_time, Cause.PUBACK, now=now)


def list_published(
    session: Session, client_uuids: Collection[str], *, now: datetime
) -> list[Command]:
    """Return what players that do not hear the broker have to be told, the oldest first.

    A command is told until the player acknowledges it or it expires; players run no id twice.
    """
    if not client_uuids:
        return []
    found = queries.list_published(session, client_uuids, now=now)
    return [wire_payload(command) for command in found]


def has_open(session: Session) -> bool:
    """Whether any command is under way."""
    return queries.has_open(session)


def sweep(
    session: Session,
    apps_down: set[str],
    *,
    grace: timedelta,
    now: datetime,
    deaf: Sequence[Deafness] = (),
) -> int:
    """Apply every step that is due; return how many.

    `grace` is how long a silent player counts as alive. `apps_down` remembers from sweep to sweep
    the commands whose player said that its process does not run. `deaf` says when the server could
    not hear its players; that time counts for no limit that waits for their word.
    """
    steps = 0
    found = queries.list_open_with_signs(session)
    apps_down &= {command.command_id for command, _ in found}
    for command, client in sorted(found, key=lambda row: row[0].command_id):
        view = replace(_view_of(command, client, grace), deaf=deaf)
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
    for command in queries.list_open(session):
        if is_before_step(command.issued_at, step, now=now):
            for column in _INSTANTS:
                at = getattr(command, column)
                setattr(command, column, at and at + step)
            moved += 1
    return moved


def _is_app_down(command: ClientCommand, client: PlayerSigns) -> bool:
    is_known = client.process_status not in {None, ProcessStatus.RUNNING}
    return is_known and _has_reported_since(command, client)


def _has_reported_since(command: ClientCommand, client: PlayerSigns) -> bool:
    """Whether the player reported on its process since the execution began."""
    begun, reported = command.execution_started_at, client.health_at
    return begun is not None and reported is not None and reported > begun


def _view_of(command: ClientCommand, client: PlayerSigns, grace: timedelta) -> CommandFacts:
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
