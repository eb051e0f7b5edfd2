"""What the dispatcher does with the database: take work, and note what the broker confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from infoscreen_core.contracts import topics
from infoscreen_core.contracts.commands import LegacyRestart
from infoscreen_core.db.models import Client, ClientCommand, OutboxMessage
from infoscreen_core.db.queries import commands as queries
from infoscreen_core.domain.commands.lifecycle import Action, Cause, CommandView, State, due
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.services.commands import commands as service
from infoscreen_core.settings import Settings

OUTBOX_BATCH = 200


@dataclass(frozen=True)
class Publication:
    """One message to hand to the broker."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


def list_outbox(session: Session, *, after_id: int, limit: int = OUTBOX_BATCH) -> Sequence[OutboxMessage]:
    """Return waiting messages in the order of their commits."""
    query = select(OutboxMessage).where(OutboxMessage.id > after_id).order_by(OutboxMessage.id).limit(limit)
    return session.scalars(query).all()


def list_assignments(
    session: Session, *, after_uuid: str, limit: int = OUTBOX_BATCH
) -> list[tuple[str, int | None]]:
    """Return players with the group that each must find retained, in the order of their UUIDs."""
    query = (
        select(Client.uuid, Client.group_id)
        .where(Client.uuid > after_uuid)
        .order_by(Client.uuid)
        .limit(limit)
    )
    return [(uuid, group_id) for uuid, group_id in session.execute(query)]


def delete_sent(session: Session, ids: Sequence[int]) -> None:
    """Forget messages that the broker confirmed."""
    session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids)))


@dataclass(frozen=True)
class Claim:
    """A command that is ours to send."""

    command: ClientCommand
    is_first: bool
    """Whether it was never claimed before; after an unconfirmed publication it was."""
    is_by_person: bool
    """Whether somebody asked for it, in the console or on the command line: not the system by itself."""


def claim_queued(session: Session, *, owner: str, now: datetime) -> list[Claim]:
    """Claim every waiting command for `owner`; one that somebody else took meanwhile is left to them."""
    claimed = []
    for command in queries.list_queued(session, now=now):
        is_first = command.claimed_at is None
        if service.move(session, command, Cause.CLAIMED, now=now, claimed_by=owner, claimed_at=now):
            claimed.append(Claim(command, is_first, service.is_by_person(session, command)))
    return claimed


def publications_of(claim: Claim, settings: Settings) -> list[Publication]:
    """Return the command's messages; the first is the one whose confirmation counts.

    The legacy restart carries no id, so its receiver cannot tell a repetition: it is sent once at most.
    """
    command = claim.command
    payload = service.wire_payload(command).to_payload()
    messages = [Publication(topics.command_topic(command.client_uuid), payload)]
    if settings.command_topic_alias_enabled:
        messages.append(Publication(topics.command_alias_topic(command.client_uuid), payload))
    is_operator_restart = command.action is Action.REBOOT_HOST and claim.is_by_person
    if settings.legacy_restart_topic_enabled and is_operator_restart and claim.is_first:
        topic = topics.legacy_restart_topic(command.client_uuid)
        messages.append(Publication(topic, LegacyRestart().to_payload()))
    return messages


def confirm_published(session: Session, command_id: str, *, now: datetime) -> None:
    """The broker has the command. A player may have acknowledged it before: then nothing changes."""
    command = session.get(ClientCommand, command_id)
    if command is None:
        return
    if not service.move(session, command, Cause.PUBACK, now=now) and command.published_at is None:
        command.published_at = now


def sweep(session: Session, settings: Settings, apps_down: set[str], *, now: datetime) -> int:
    """Apply every step that is due; return how many.

    `apps_down` remembers from sweep to sweep the commands whose player said that its process does not run.
    """
    steps = 0
    found = queries.list_open(session)
    apps_down &= {command.command_id for command, _ in found}
    for command, client in found:
        view = view_of(command, client, settings.heartbeat_grace)
        if _is_app_down(command, client):
            apps_down.add(command.command_id)
        cause = due(replace(view, was_app_down=command.command_id in apps_down), now=now)
        if cause is not None:
            steps += service.move(session, command, cause, now=now)
    return steps


def _is_app_down(command: ClientCommand, client: Client) -> bool:
    is_known = client.process_status not in {None, ProcessStatus.RUNNING}
    return is_known and _has_reported_since(command, client)


def _has_reported_since(command: ClientCommand, client: Client) -> bool:
    """Whether what is known of the player's process is newer than the beginning of the execution."""
    begun, reported = command.execution_started_at, client.health_at
    return begun is not None and reported is not None and reported > begun


def has_open_commands(session: Session) -> bool:
    """Whether any command is under way."""
    query = select(ClientCommand.command_id).where(ClientCommand.status.in_(queries.OPEN_STATES)).limit(1)
    return session.scalar(query) is not None


def view_of(command: ClientCommand, client: Client, grace: timedelta) -> CommandView:
    """Return what the time rules need to know."""
    return CommandView(
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
    )


def has_queued(session: Session, *, now: datetime) -> bool:
    """Whether a command waits for a dispatcher."""
    query = select(ClientCommand.command_id).where(
        ClientCommand.status == State.QUEUED, ClientCommand.expires_at > now
    )
    return session.scalar(query.limit(1)) is not None
