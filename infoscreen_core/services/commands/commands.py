"""Issue and cancel remote commands, and take every step of their course.

Several programs move a command: the console cancels it, a dispatcher sends it, acknowledgements and
signs of life come in, time runs out. `move` is the one door for all of them. It asks the lifecycle
(`domain.commands.lifecycle`) where a cause leads from the command's state, and writes that only if
the state is still the same (`compare_and_set`). If somebody was faster, it judges the cause again
from the new state. So a repeated or late cause changes nothing, and each step is noted once.
`move_all` does the same for many commands at once, which their caller has locked.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func
from sqlalchemy.orm import Session

from infoscreen_core.contracts import Command, CommandAck
from infoscreen_core.contracts.commands import AckStatus
from infoscreen_core.db.models import ClientCommand, CommandTransition
from infoscreen_core.db.queries import clients
from infoscreen_core.db.queries.commands import commands as queries
from infoscreen_core.domain.commands.lifecycle import (
    DEFAULT_EXPIRY,
    ERROR_OF,
    LOCKOUT_ERROR_CODE,
    LOCKOUT_MESSAGE,
    LOCKOUT_WINDOW,
    MAX_EXPIRY,
    MIN_EXPIRY,
    RESTARTS,
    TERMINAL,
    TIMESTAMP_OF,
    Action,
    Cause,
    State,
    advance,
    is_locked_out,
    seen_again,
)
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.plain_text import clean_text, said
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import SYSTEM, Actor
from infoscreen_core.services.webhooks import news

REASON_LIMIT = 2000
_CAUSE_OF_ACK = {
    AckStatus.ACCEPTED: Cause.ACK_ACCEPTED,
    AckStatus.EXECUTION_STARTED: Cause.ACK_STARTED,
    AckStatus.COMPLETED: Cause.ACK_COMPLETED,
    AckStatus.FAILED: Cause.ACK_FAILED,
}
_RACE_RETRIES = 5


@dataclass(frozen=True)
class AckOutcome:
    """What an acknowledgement did."""

    is_applied: bool
    refused_reason: str | None = None
    """Why it belongs in the dead letters; None when it is in order, even if it changed nothing."""


def issue_command(  # noqa: PLR0913 - what a command consists of
    session: Session,
    client_uuid: str,
    action: Action,
    *,
    reason: str | None,
    actor: Actor,
    now: datetime,
    expiry: timedelta = DEFAULT_EXPIRY,
    rollout_id: str | None = None,
) -> ClientCommand:
    """Queue a command, or store it as `blocked_safety` if its player restarted too often lately.

    `rollout_id` is that of the roll-out whose part it is. Raises `NotFoundError` for an unknown
    player, and `InvalidInputError` for an expiry or reason out of bounds; people who signed in must
    give a reason.
    """
    actor.require(Role.ADMIN)
    # Locked, so that two who ask at once count each other's command.
    if clients.lock_client(session, client_uuid) is None:
        raise NotFoundError(
            "There is no screen with the UUID {uuid}.", field="client_uuid", uuid=client_uuid
        )
    command = ClientCommand(
        command_id=str(uuid4()),
        client_uuid=client_uuid,
        action=action,
        status=State.BLOCKED_SAFETY
        if _is_locked_out(session, client_uuid, action, now)
        else State.QUEUED,
        reason=_checked_reason(reason, actor),
        requested_by=actor.user_id,
        rollout_id=rollout_id,
        issued_at=now,
        expires_at=now + checked_expiry(expiry),
        created_at=now,
        updated_at=now,
    )
    if command.status is State.BLOCKED_SAFETY:
        _explain_lockout(command, now)
    session.add(command)
    session.flush()
    _note(session, command.command_id, None, command.status, None, now)
    audit.record(
        session,
        "command.issued",
        "command",
        command.command_id,
        actor=actor,
        now=now,
        after=audit.audited_columns(command),
    )
    if command.status in TERMINAL:
        news.tell_ended(session, [command.command_id], now=now)
    return command


def cancel_command(
    session: Session, command_id: str, *, actor: Actor, now: datetime
) -> ClientCommand:
    """Withdraw a command that was not sent yet; raise `ConflictError` when it was."""
    actor.require(Role.ADMIN)
    command = get_command(session, command_id)
    if not move(session, command, Cause.CANCELED, now=now):
        raise ConflictError(
            "The command can no longer be cancelled: it is already {status}.",
            status=get_command(session, command_id).status.value,
        )
    audit.record(session, "command.canceled", "command", command_id, actor=actor, now=now)
    return command


def get_command(session: Session, command_id: str) -> ClientCommand:
    """Return the command; raise `NotFoundError` when there is none."""
    command = session.get(ClientCommand, command_id)
    if command is None:
        raise NotFoundError(
            "There is no command with the id {id}.", field="command_id", id=command_id
        )
    return command


def apply_ack(session: Session, *, client_uuid: str, ack: CommandAck, now: datetime) -> AckOutcome:
    """Move a command by its player's acknowledgement; repeats and late ones change nothing."""
    command = session.get(ClientCommand, str(ack.command_id))
    if command is None:
        return AckOutcome(is_applied=False, refused_reason="unknown_command")
    if command.client_uuid != client_uuid:
        return AckOutcome(is_applied=False, refused_reason="foreign_command")
    cause = _cause_of(session, command, ack)
    error = (
        {"error_code": ack.error_code, "error_message": ack.error_message}
        if cause is Cause.ACK_FAILED
        else {}
    )
    return AckOutcome(is_applied=move(session, command, cause, now=now, **error))


def note_seen(session: Session, boots: Mapping[str, str | None], *, now: datetime) -> int:
    """Move on the commands whose players are back after a reboot, or never left; return how many.

    `boots` has the players that were heard, with the boot that each named just now, if it did; what
    they said is stored already.
    """
    steps = 0
    for command, boot_now in queries.list_awaiting_reconnect(session, boots):
        since = command.awaiting_reconnect_at
        if since is None or since >= now:
            continue
        reported = boots[command.client_uuid]
        cause = seen_again(command.boot_id, boot_now, reported, away=now - since)
        steps += cause is not None and move(session, command, cause, now=now)
    return steps


def is_old_boot(command: ClientCommand, boot_now: str | None) -> bool:
    """Whether a player that was to reboot is, as far as it says, still in the boot of before."""
    is_proof_due = command.action is Action.REBOOT_HOST and command.boot_id is not None
    return is_proof_due and boot_now == command.boot_id


def move(
    session: Session,
    command: ClientCommand,
    cause: Cause,
    *,
    now: datetime,
    **values: Any,  # noqa: ANN401 - column values
) -> bool:
    """Take the step that `cause` leads to and return True, or False if the lifecycle has none."""
    for _ in range(_RACE_RETRIES):
        target = advance(command.status, cause)
        if target is None:
            return False
        if _take(session, command, target, cause, now, values):
            return True
        # Somebody was faster: judge the cause again from there, unless the player was removed.
        if not queries.is_reread(session, command):
            return False
    return False


def move_all(
    session: Session,
    commands: Iterable[ClientCommand],
    cause: Cause,
    *,
    now: datetime,
    **values: Any,  # noqa: ANN401 - column values
) -> None:
    """Take the same step with many (locked) commands that are in one state, as `move` does.

    Those in another state than the first stay as they are; it takes two statements for all.
    """
    moved = list(commands)
    target = advance(moved[0].status, cause) if moved else None
    if target is None:
        return
    origin = moved[0].status
    ids = [command.command_id for command in moved if command.status is origin]
    changes = {"updated_at": now, **_error_values(cause), **values}
    column = TIMESTAMP_OF.get(target)
    if column and column not in changes:
        changes[column] = func.coalesce(getattr(ClientCommand, column), now)
    queries.move_all(session, ids, origin, target, changes)
    step = {"from_status": origin, "to_status": target, "cause": cause, "at": now}
    queries.add_transitions(session, [{"command_id": one, **step} for one in ids])
    if target in TERMINAL:
        news.tell_ended(session, ids, now=now)


def wire_payload(command: ClientCommand) -> Command:
    """Return the command as players read it."""
    return Command(
        schema_version="1.0",
        command_id=command.command_id,
        client_uuid=command.client_uuid,
        action=command.action,
        issued_at=command.issued_at,
        expires_at=command.expires_at,
        requested_by=command.requested_by,
        reason=command.reason,
    )


def _take(
    session: Session,
    command: ClientCommand,
    target: State,
    cause: Cause,
    now: datetime,
    values: dict[str, Any],
) -> bool:
    origin = command.status
    changes = {"updated_at": now, **_error_values(cause), **values}
    column = TIMESTAMP_OF.get(target)
    if column and getattr(command, column) is None:
        changes[column] = now
    if not queries.compare_and_set(session, command.command_id, origin, target, changes):
        return False
    session.refresh(command)
    _note(session, command.command_id, origin, target, cause, now)
    if target in TERMINAL:
        news.tell_ended(session, [command.command_id], now=now)
    return True


def _note(
    session: Session,
    command_id: str,
    origin: State | None,
    target: State,
    cause: Cause | None,
    now: datetime,
) -> None:
    session.add(
        CommandTransition(
            command_id=command_id, from_status=origin, to_status=target, cause=cause, at=now
        )
    )


def _cause_of(session: Session, command: ClientCommand, ack: CommandAck) -> Cause:
    cause = _CAUSE_OF_ACK[ack.status]
    if cause is Cause.ACK_COMPLETED and is_old_boot(
        command, clients.find_boot(session, command.client_uuid)
    ):
        return Cause.ACK_UNPROVEN
    return cause


def _error_values(cause: Cause) -> dict[str, Any]:
    known = ERROR_OF.get(cause)
    return {"error_code": known[0], "error_message": known[1]} if known else {}


def _is_locked_out(session: Session, client_uuid: str, action: Action, now: datetime) -> bool:
    if action not in RESTARTS:
        return False
    recent = queries.list_restart_times(session, client_uuid, since=now - LOCKOUT_WINDOW)
    return is_locked_out(recent, now=now)


def _explain_lockout(command: ClientCommand, now: datetime) -> None:
    command.failed_at = now
    command.error_code = LOCKOUT_ERROR_CODE
    command.error_message = LOCKOUT_MESSAGE


def _checked_reason(reason: str | None, actor: Actor) -> str | None:
    text = clean_reason(reason or "")
    return said(text) if actor.is_person else text or None


def clean_reason(reason: str) -> str:
    """Return a command's reason, trimmed; raise `InvalidInputError` for what cannot be kept."""
    try:
        return clean_text(reason, field="reason", limit=REASON_LIMIT)
    except InvalidInputError:
        raise InvalidInputError(
            "The reason is too long or holds unprintable characters; use at most {limit} "
            "characters of text.",
            field="reason",
            limit=REASON_LIMIT,
        ) from None


def checked_expiry(expiry: timedelta) -> timedelta:
    """Return how long a command may wait; raise `InvalidInputError` when that is out of bounds."""
    if not MIN_EXPIRY <= expiry <= MAX_EXPIRY:
        raise InvalidInputError(
            "A command may expire after {low} to {high} seconds, not after {value}.",
            field="expires_at",
            low=int(MIN_EXPIRY.total_seconds()),
            high=int(MAX_EXPIRY.total_seconds()),
            value=int(expiry.total_seconds()),
        )
    return expiry


def asked_by_persons(session: Session, commands: Collection[ClientCommand]) -> set[str]:
    """Return which of the commands a person asked for: in the console, or on the command line."""
    unnamed = [command.command_id for command in commands if command.requested_by is None]
    sources = audit.map_sources(session, "command.issued", "command", unnamed)
    named = {command.command_id for command in commands if command.requested_by is not None}
    return named | {key for key, source in sources.items() if source != SYSTEM.source}
