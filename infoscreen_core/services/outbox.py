"""Messages to publish, written in the transaction that makes them true; the dispatcher sends them."""

from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import OutboxMessage


def enqueue(
    session: Session, topic: str, payload: bytes, *, now: datetime, retain: bool = False, qos: int = 1
) -> None:
    """Queue one message; messages of a topic are sent in the order of their commits."""
    session.add(OutboxMessage(topic=topic, payload=payload, qos=qos, retain=retain, created_at=now))
