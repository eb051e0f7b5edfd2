"""Requests that a program may send again: done once, and answered the same each time.

A program whose connection broke does not know whether its request was done. It sends it again with
the key that it chose for it, and is answered what it would have been the first time.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import IdempotentRequest
from infoscreen_core.db.queries.people import repeats as queries
from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.services.encryption import Cipher

KEPT: Final = timedelta(hours=24)
_DELETED_AT_ONCE: Final = 100


@dataclass(frozen=True)
class Claim:
    """A request with its key, by one session or token."""

    secret: str
    """The session's or the API token: nobody else is answered, or can read what is kept."""
    key: str
    fingerprint: str
    """SHA-256 of what is asked."""

    @property
    def id(self) -> str:
        """Under which it is kept."""
        return hashlib.sha256(f"{self.secret}\0{self.key}".encode()).hexdigest()

    @property
    def cipher(self) -> Cipher:
        """What encrypts the answer."""
        return Cipher(f"{self.secret}\0{self.key}")


@dataclass(frozen=True)
class Answer:
    """What a request was answered."""

    status: int
    media_type: str
    body: str


def claim(session: Session, asked: Claim, *, now: datetime) -> Answer | None:
    """Return what the request was answered before; None: it is to be done now.

    Raises `InvalidInputError` when the key was used for another request, and `ConflictError` when
    that is not answered yet.
    """
    known = session.get(IdempotentRequest, asked.id)
    if known is None or now - known.begun_at >= KEPT:
        _begin(session, asked, now)
        return None
    if known.fingerprint != asked.fingerprint:
        raise InvalidInputError(
            "This Idempotency-Key belongs to another request; choose a new one for each.",
            field="Idempotency-Key",
        )
    if known.status is None:
        raise ConflictError(
            "The request with this Idempotency-Key is still being done, or was cut off; look "
            "whether it was done."
        )
    return Answer(
        known.status, known.media_type or "", asked.cipher.decrypt(known.body_encrypted or "")
    )


def finish(session: Session, asked: Claim, answer: Answer) -> None:
    """Keep what the request was answered."""
    row = session.get(IdempotentRequest, asked.id)
    if row is not None:
        row.status, row.media_type = answer.status, answer.media_type
        row.body_encrypted = asked.cipher.encrypt(answer.body)
        session.flush()


def release(session: Session, asked: Claim) -> None:
    """Forget a request that was refused or failed: nothing was done."""
    queries.delete_request(session, asked.id)


def _begin(session: Session, asked: Claim, now: datetime) -> None:
    # Of two that ask at once, the later may not have seen the row that it would take away.
    queries.delete_until(session, now - KEPT, asked.id, limit=_DELETED_AT_ONCE)
    session.expire_all()
    session.add(IdempotentRequest(id=asked.id, fingerprint=asked.fingerprint, begun_at=now))
    session.flush()
