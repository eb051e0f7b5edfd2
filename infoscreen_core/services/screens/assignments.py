"""The retained message that tells a player its group.

It is sent when the group changes. A broker that lost its messages gets all of them anew, for which
they are listed.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.contracts.registration import GroupAssignment
from infoscreen_core.contracts.topics import group_id_topic
from infoscreen_core.db.queries import clients as queries
from infoscreen_core.services import outbox


@dataclass(frozen=True, slots=True)
class RetainedGroup:
    """What a player must find retained about its group."""

    client_uuid: str
    topic: str
    payload: bytes


def announce(session: Session, client_uuid: str, group_id: int | None, *, now: datetime) -> None:
    """Tell the player its group, or that it has none, through the outbox."""
    message = _retained(client_uuid, group_id)
    outbox.enqueue(session, message.topic, message.payload, now=now, retain=True)


def list_retained(session: Session, *, after_uuid: str, limit: int) -> list[RetainedGroup]:
    """Return the messages of players whose UUID is greater, in the order of their UUIDs."""
    return [_retained(*row) for row in queries.list_groups_after(session, after_uuid, limit=limit)]


def _retained(client_uuid: str, group_id: int | None) -> RetainedGroup:
    return RetainedGroup(
        client_uuid, group_id_topic(client_uuid), GroupAssignment(group_id=group_id).to_payload()
    )
