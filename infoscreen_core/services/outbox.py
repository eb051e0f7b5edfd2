"""Messages to publish: written with the change that they tell of, sent by the dispatcher."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import OutboxMessage
from infoscreen_core.db.queries import operations as queries


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A message that the broker has not confirmed yet."""

    id: int
    topic: str
    payload: bytes
    qos: int
    retain: bool


def enqueue(
    session: Session,
    topic: str,
    payload: bytes,
    *,
    now: datetime,
    retain: bool = False,
    qos: int = 1,
) -> None:
    """Queue one message; messages of a topic are sent in the order of their commits."""
    session.add(OutboxMessage(topic=topic, payload=payload, qos=qos, retain=retain, created_at=now))


def list_waiting(session: Session, *, after_id: int, limit: int) -> list[WaitingMessage]:
    """Return messages with a larger id, in the order of their commits."""
    return [
        WaitingMessage(*row) for row in queries.list_outbox(session, after_id=after_id, limit=limit)
    ]


def delete_sent(session: Session, ids: Sequence[int]) -> None:
    """Forget messages that the broker confirmed."""
    queries.delete_outbox(session, ids)
