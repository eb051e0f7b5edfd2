"""Messages that could not be used: kept with their reason, and otherwise without effect."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert
from sqlalchemy.orm import Session

from infoscreen_core.contracts.errors import storable
from infoscreen_core.db.models import DeadLetter

KEPT_BYTES = 4096
"""How much of a payload is kept."""
_MAX_TOPIC = 500
_MAX_DETAIL = 1000


class Refusal(StrEnum):
    """Why a message of the right form is refused; for wrong forms there is `contracts.Fault`."""

    UNKNOWN_CLIENT = "unknown_client"
    KEPT_BY_BROKER = "kept_by_broker"
    NOT_STORABLE = "not_storable"
    NOT_A_PICTURE = "not_a_picture"
    PICTURE_TOO_LARGE = "picture_too_large"


@dataclass(frozen=True, slots=True)
class Letter:
    """One refused message; `client_uuid` is the sender's, if it is known."""

    topic: str
    payload: bytes
    received_at: datetime
    client_uuid: str | None
    reason: str
    """A word of `contracts.Fault`, of `Refusal`, or of the service that refused."""
    detail: str


def record(session: Session, letters: Iterable[Letter]) -> None:
    """Store refused messages, each with the first 4,096 bytes of its payload."""
    rows = [
        {
            "received_at": letter.received_at,
            "topic": storable(letter.topic, _MAX_TOPIC),
            "client_uuid": letter.client_uuid,
            "reason": letter.reason,
            "detail": storable(letter.detail, _MAX_DETAIL),
            "payload": letter.payload[:KEPT_BYTES],
            "payload_size": len(letter.payload),
        }
        for letter in letters
    ]
    if rows:
        session.execute(insert(DeadLetter.__table__), rows)  # type: ignore[arg-type]
