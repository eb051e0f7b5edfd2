"""Players: approve, assign, describe, take out of service, remove."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.contracts.topics import retained_client_topics, service_failed_topic
from infoscreen_core.db.models import Client
from infoscreen_core.db.queries import clients as queries
from infoscreen_core.db.queries.monitoring.history import judge_soon
from infoscreen_core.db.queries.monitoring.logs import counts as log_counts
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError
from infoscreen_core.services import audit, changes, outbox
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.screens.group_contents import end_links, lock_groups_of, put_clients
from infoscreen_core.services.screens.groups import get_group

DESCRIPTION_LIMIT = 255
REASON_LIMIT = 500
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def parse_uuid(text: str, *, field: str = "uuid") -> str:
    """Return a UUID in canonical form; raise `InvalidInputError` for anything else."""
    uuid = text.strip().lower()
    if not _UUID.fullmatch(uuid):
        raise InvalidInputError(
            "{value} is not a UUID; it looks like 0b5f9a7e-3c1d-4e2a-9f60-1a2b3c4d5e6f.",
            field=field,
            value=clean_line(text, field=field, limit=1000),
        )
    return uuid


def get_client(session: Session, uuid: str, *, is_locked: bool = False) -> Client:
    """Return the player; raise `InvalidInputError` for no UUID, `NotFoundError` for no player.

    With `is_locked` nobody else can change it until the commit.
    """
    return _get_all(session, [uuid], is_locked=is_locked)[0]


def refuse_pending(clients: Iterable[Client]) -> None:
    """Raise `ConflictError` when one of the players is not approved yet."""
    pending = next((client for client in clients if client.approved_at is None), None)
    if pending is not None:
        raise ConflictError(
            "The screen {name} ({uuid}) is not approved yet; approve it first.",
            field="uuid",
            name=pending.display_name,
            uuid=pending.uuid,
        )


def approve_clients(
    session: Session,
    uuids: Iterable[str],
    *,
    group_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> list[Client]:
    """Let players in, all or none, and put them into a group when one is given.

    One that was turned away is let in after all. A player that was approved before stays as it is,
    except for its group.
    """
    actor.require(Role.ADMIN)
    uuids = _locked_with_groups(session, uuids, group_id)
    group = None if group_id is None else get_group(session, group_id, is_locked=True)
    clients = _get_all(session, uuids, is_locked=True)
    for client in clients:
        if client.approved_at is None:
            _change(
                session,
                "client.approved",
                client,
                actor,
                now,
                approved_at=now,
                approved_by=actor.user_id,
                rejected_at=None,
                rejected_name=None,
                rejection_reason=None,
            )
    if group is not None:
        put_clients(session, clients, group, actor=actor, now=now)
    changes.bump(session)
    return clients


def reject_clients(
    session: Session, uuids: Iterable[str], *, reason: str, actor: Actor, now: datetime
) -> list[Client]:
    """Turn pending players away, all or none, for a reason that people read.

    They stay known, so that they do not ask again at each start. Raises `ConflictError` when one of
    them is approved: such a one is taken out of service instead.
    """
    actor.require(Role.ADMIN)
    text = clean_line(reason, field="reason", limit=REASON_LIMIT)
    if not text:
        raise InvalidInputError("Say why the screen is turned away.", field="reason")
    clients = _get_all(session, uuids, is_locked=True)
    _refuse_approved(clients)
    for client in clients:
        _change(
            session,
            "client.rejected",
            client,
            actor,
            now,
            rejected_at=now,
            rejected_name=actor.name,
            rejection_reason=text,
        )
    return clients


def assign_clients(
    session: Session, uuids: Iterable[str], group_id: int | None, *, actor: Actor, now: datetime
) -> list[Client]:
    """Put players into a group, or into none, all or nothing; each is sent its retained group.

    Raises `ConflictError` while one of them is pending: approving it is a decision of its own.
    """
    actor.require(Role.ADMIN)
    uuids = _locked_with_groups(session, uuids, group_id)
    group = None if group_id is None else get_group(session, group_id, is_locked=True)
    clients = _get_all(session, uuids, is_locked=True)
    refuse_pending(clients)
    put_clients(session, clients, group, actor=actor, now=now)
    changes.bump(session)
    return clients


def describe_client(
    session: Session, uuid: str, description: str | None, *, actor: Actor, now: datetime
) -> Client:
    """Give the screen a name, such as "Aula links"; empty text takes it away."""
    actor.require(Role.ADMIN)
    client = get_client(session, uuid, is_locked=True)
    text = clean_line(description or "", field="description", limit=DESCRIPTION_LIMIT) or None
    _change(session, "client.described", client, actor, now, description=text)
    return client


def set_active(
    session: Session, uuids: Iterable[str], *, is_active: bool, actor: Actor, now: datetime
) -> list[Client]:
    """Take players out of service, so that nobody is alarmed about them, or back into it."""
    actor.require(Role.ADMIN)
    clients = _get_all(session, uuids, is_locked=True)
    action = "client.activated" if is_active else "client.deactivated"
    for client in clients:
        if client.is_active != is_active:
            _change(session, action, client, actor, now, is_active=is_active)
    changes.bump(session)
    return clients


def remove_clients(
    session: Session, uuids: Iterable[str], *, actor: Actor, now: datetime
) -> list[Client]:
    """Delete players, all or none, with their logs, pictures and commands; return what they were.

    What the broker retains for them is cleared, and their links to media end. A player that still
    runs announces itself again and is then pending.
    """
    actor.require(Role.ADMIN)
    uuids = _locked_with_groups(session, uuids)
    clients = _get_all(session, uuids, is_locked=True)
    log_counts.forget_clients(session, [client.uuid for client in clients])
    end_links(session, (client.group_id for client in clients))
    for client in clients:
        _remove(session, client, actor, now)
    changes.bump(session)
    return clients


def clear_service_failed(
    session: Session, uuid: str, *, note: str = "", actor: Actor, now: datetime
) -> Client:
    """Acknowledge that a player's service was given up, and clear its retained message.

    The note is kept in the audit trail.
    """
    actor.require(Role.ADMIN)
    client = get_client(session, uuid, is_locked=True)
    text = clean_line(note, field="note", limit=REASON_LIMIT)
    nothing = {"service_failed_at": None, "service_failed_unit": None}
    _change(
        session,
        "client.service_failure_acknowledged",
        client,
        actor,
        now,
        told={"note": text} if text else {},
        **nothing,
    )
    outbox.enqueue(session, service_failed_topic(client.uuid), b"", now=now, retain=True)
    session.flush()
    return client


def _refuse_approved(clients: Iterable[Client]) -> None:
    approved = next((client for client in clients if client.approved_at is not None), None)
    if approved is not None:
        raise ConflictError(
            "The screen {name} is approved already; take it out of service instead.",
            field="uuid",
            name=approved.display_name,
        )


def _locked_with_groups(
    session: Session, uuids: Iterable[str], target: int | None = None
) -> list[str]:
    """Lock the groups of some players, which are to be locked next; return these."""
    wanted = [parse_uuid(uuid) for uuid in uuids]
    lock_groups_of(session, wanted, target)
    return wanted


def _get_all(session: Session, uuids: Iterable[str], *, is_locked: bool = False) -> list[Client]:
    wanted = list(dict.fromkeys(parse_uuid(uuid) for uuid in uuids))
    found = queries.map_clients(session, wanted, is_locked=is_locked)
    missing = next((uuid for uuid in wanted if uuid not in found), None)
    if missing is not None:
        raise NotFoundError("There is no screen with the UUID {uuid}.", field="uuid", uuid=missing)
    return [found[uuid] for uuid in wanted]


def _remove(session: Session, client: Client, actor: Actor, now: datetime) -> None:
    before = audit.audited_columns(client)
    session.delete(client)
    session.flush()
    for topic in retained_client_topics(client.uuid):
        outbox.enqueue(session, topic, b"", now=now, retain=True)
    audit.record(
        session, "client.removed", "client", client.uuid, actor=actor, now=now, before=before
    )


def _change(
    session: Session,
    action: str,
    client: Client,
    actor: Actor,
    now: datetime,
    *,
    told: Mapping[str, Any] = MappingProxyType({}),
    **values: Any,  # noqa: ANN401 - column values
) -> None:
    """Change columns, and have the audit trail say so, with what else was `told`."""
    before = _columns(client, values)
    for name, value in values.items():
        setattr(client, name, value)
    audit.record(
        session,
        action,
        "client",
        client.uuid,
        actor=actor,
        now=now,
        before=before,
        after={**_columns(client, values), **told},
    )
    session.flush()
    judge_soon(session, [client.uuid], now=now)


def _columns(client: Client, names: Iterable[str]) -> dict[str, Any]:
    row = audit.audited_columns(client)
    return {name: row[name] for name in names}
