"""Tell webhooks what happened: messages are written in the transaction that changes it.

Whoever changes something calls this at the end. Without a webhook that wants to know, it costs one
look into a table of no rows, and nothing at all where nothing happened.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any, Final

import orjson
from sqlalchemy.orm import Session

from infoscreen_core.clock import to_zulu
from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import Client
from infoscreen_core.db.queries import webhooks as queries
from infoscreen_core.db.queries.webhooks import CommandRow, IncidentRow
from infoscreen_core.domain.webhooks.kinds import DeliveryState, EventKind

Facts = dict[str, Any]
_ID_BYTES: Final = 14


@dataclass(frozen=True, slots=True)
class StatusNews:
    """A player's new status; None: it is not in service, or was never heard of."""

    client_uuid: str
    status: str | None
    reason: str
    former_status: str | None
    since: datetime


def tell_statuses(session: Session, news: Sequence[StatusNews], *, now: datetime) -> None:
    """Tell that players have another status than before."""
    changed = [one for one in news if one.status != one.former_status]

    def facts() -> Iterable[Facts]:
        screens = {
            row.client.uuid: _screen(row.client, row.client.group_id, row.group_name)
            for some in _portions([one.client_uuid for one in changed])
            for row in queries.list_screens(session, some)
        }
        for one in changed:
            yield {
                **screens.get(one.client_uuid, {"clientUuid": one.client_uuid}),
                "status": one.status,
                "previousStatus": one.former_status,
                "reason": one.reason,
                "since": to_zulu(one.since),
            }

    _tell(session, EventKind.STATUS_CHANGED, len(changed), facts, now)


def tell_opened(session: Session, keys: Sequence[str], *, now: datetime) -> None:
    """Tell that incidents opened, which are found by their keys."""

    def facts() -> Iterable[Facts]:
        for some in _portions(keys):
            yield from map(_incident, queries.list_incidents(session, keys=some))

    _tell(session, EventKind.INCIDENT_OPENED, len(keys), facts, now)


def tell_incident(session: Session, kind: EventKind, incident_id: int, *, now: datetime) -> None:
    """Tell that one incident opened, closed, or is looked after from now on."""
    _tell(
        session,
        kind,
        1,
        lambda: map(_incident, queries.list_incidents(session, ids=[incident_id])),
        now,
    )


def tell_closing(session: Session, ids: Sequence[int], *, at: datetime, now: datetime) -> None:
    """Tell that incidents close, before they do; those closed by hand have been told."""

    def facts() -> Iterable[Facts]:
        for some in _portions(ids):
            for row in queries.list_incidents(session, ids=some, is_open=True):
                yield {**_incident(row), "closedAt": to_zulu(max(at, row.incident.opened_at))}

    _tell(session, EventKind.INCIDENT_CLOSED, len(ids), facts, now)


def tell_ended(session: Session, command_ids: Sequence[str], *, now: datetime) -> None:
    """Tell that commands have come to their end."""

    def facts() -> Iterable[Facts]:
        for some in _portions(command_ids):
            yield from map(_command, queries.list_commands(session, some))

    _tell(session, EventKind.COMMAND_ENDED, len(command_ids), facts, now)


def tell_test(session: Session, webhook_id: int, facts: Facts, *, now: datetime) -> str:
    """Write a message to one webhook, whatever it wants to know; return the message's id."""
    [row] = _rows([webhook_id], EventKind.TEST, [facts], now)
    queries.add_deliveries(session, [row])
    return str(row["message_id"])


def _tell(
    session: Session,
    kind: EventKind,
    number: int,
    facts: Callable[[], Iterable[Facts]],
    now: datetime,
) -> None:
    if not number:
        return
    wanting = [one for one, kinds in queries.list_wanting(session) if kind in kinds]
    if wanting:
        session.flush()
        queries.add_deliveries(session, _rows(wanting, kind, facts(), now))


def _rows(
    webhook_ids: Collection[int], kind: EventKind, facts: Iterable[Facts], now: datetime
) -> list[dict[str, Any]]:
    rows = []
    for one in facts:
        content = {"type": kind, "timestamp": to_zulu(now), "data": one}
        body = orjson.dumps(content).decode()
        rows += [
            {
                "webhook_id": webhook_id,
                "message_id": f"msg_{token_hex(_ID_BYTES)}",
                "kind": kind,
                "body": body,
                "state": DeliveryState.PENDING,
                "created_at": now,
                "next_at": now,
                "tries": 0,
            }
            for webhook_id in webhook_ids
        ]
    return rows


def _screen(client: Client, group_id: int | None, group_name: str | None) -> Facts:
    return {
        "clientUuid": client.uuid,
        "clientName": client.display_name,
        "groupId": group_id,
        "groupName": group_name,
    }


def _incident(row: IncidentRow) -> Facts:
    incident, client, group_name = row
    about = _screen(client, incident.group_id, group_name) if client else {"clientUuid": None}
    return {
        "incidentId": incident.id,
        "kind": incident.kind,
        **about,
        "openedAt": to_zulu(incident.opened_at),
        "closedAt": _moment(incident.closed_at),
        "closedBy": incident.closed_name,
        "acknowledgedAt": _moment(incident.acknowledged_at),
        "acknowledgedBy": incident.acknowledged_name,
        "note": incident.note,
        "evidence": incident.evidence or {},
    }


def _command(row: CommandRow) -> Facts:
    command, client, group_name, requested_by = row
    return {
        "commandId": command.command_id,
        **_screen(client, client.group_id, group_name),
        "action": command.action,
        "status": command.status,
        "reason": command.reason,
        "requestedBy": requested_by,
        "rolloutId": command.rollout_id,
        "issuedAt": to_zulu(command.issued_at),
        "errorCode": command.error_code,
        "errorMessage": command.error_message,
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else to_zulu(at)


def _portions(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + MAX_NAMED] for start in range(0, len(values), MAX_NAMED))
