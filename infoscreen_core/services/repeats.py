"""Requests that a program may send again: done once, and answered the same each time.

A program whose connection broke does not know whether its request was done. It sends it again with
the key that it chose for it, and is answered what it would have been the first time.

What is changed is marked as done in the same transaction. So when a process is killed in the
middle, it is known whether anything was done: if so, only the answer is lost; if not, whoever sends
it again after `CUT_OFF` has it done.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import IdempotentRequest
from infoscreen_core.db.queries.people import repeats as queries
from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.services.encryption import Cipher

KEPT: Final = timedelta(hours=24)
CUT_OFF: Final = timedelta(minutes=2)
"""What was begun so long ago and did nothing yet has nobody any more who does it. Somebody who does
all the same is too late, and changes nothing."""
_DELETED_AT_ONCE: Final = 100


@dataclass(frozen=True)
class Claim:
    """A request with its key, by one session or token."""

    secret: str
    """The session's or the API token: nobody else is answered, or can read what is kept."""
    key: str
    fingerprint: str
    """SHA-256 of what is asked."""
    begun_at: datetime
    """Tells it from the same one, sent again."""

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


class UnfinishedError(ConflictError):
    """The request is being done, or was cut off a moment ago."""

    @property
    def seconds(self) -> int:
        """After which it will be known."""
        return int(str(self.params["seconds"]))


def claim(session: Session, asked: Claim) -> Answer | None:
    """Return what the request was answered before; None: it is to be done now.

    Raises `InvalidInputError` when the key was used for another request, and `UnfinishedError` when
    that is not answered yet.
    """
    known = session.get(IdempotentRequest, asked.id)
    if known is None or asked.begun_at - known.begun_at >= KEPT:
        _begin(session, asked)
        return None
    if known.fingerprint != asked.fingerprint:
        raise InvalidInputError(
            "This Idempotency-Key belongs to another request; choose a new one for each.",
            field="Idempotency-Key",
        )
    if known.status is None:
        _take_over(session, known, asked)
        return None
    return Answer(
        known.status, known.media_type or "", asked.cipher.decrypt(known.body_encrypted or "")
    )


def note_done(session: Session, asked: Claim, answer: Answer) -> None:
    """Note, with what it changes, that the request was done; `answer` is for when its own is lost.

    Raises `ConflictError` when it took so long that somebody else does it by now.
    """
    row = _own_row(session, asked)
    if row is None:
        raise ConflictError("The request took too long, and was sent again; nothing was done.")
    _keep(session, row, asked, answer)


def finish(session: Session, asked: Claim, answer: Answer) -> None:
    """Keep what the request was answered."""
    row = _own_row(session, asked)
    if row is not None:
        _keep(session, row, asked, answer)


def forget(session: Session, asked: Claim) -> None:
    """Forget a request that was refused; what was stored is its refusal."""
    row = _own_row(session, asked)
    if row is not None:
        session.delete(row)
        session.flush()


def release(session: Session, asked: Claim) -> None:
    """Forget a request that failed, unless something of it was done."""
    row = _own_row(session, asked)
    if row is not None and row.status is None:
        session.delete(row)
        session.flush()


def _own_row(session: Session, asked: Claim) -> IdempotentRequest | None:
    row = session.get(IdempotentRequest, asked.id, with_for_update=True, populate_existing=True)
    return row if row is not None and row.begun_at == asked.begun_at else None


def _keep(session: Session, row: IdempotentRequest, asked: Claim, answer: Answer) -> None:
    row.status, row.media_type = answer.status, answer.media_type
    row.body_encrypted = asked.cipher.encrypt(answer.body)
    session.flush()


def _take_over(session: Session, known: IdempotentRequest, asked: Claim) -> None:
    """Do what somebody began and did not end; raise `UnfinishedError` while they may."""
    left = known.begun_at + CUT_OFF - asked.begun_at
    is_taken = left <= timedelta(0) and queries.take_over(
        session, asked.id, known.begun_at, at=asked.begun_at
    )
    if not is_taken:
        raise UnfinishedError(
            "The request with this Idempotency-Key is still being done, or was cut off. Send it "
            "again in {seconds} s: if nothing was done, it is done then.",
            seconds=max(math.ceil(left.total_seconds()), 1),
        )


def _begin(session: Session, asked: Claim) -> None:
    # Of two that ask at once, the later may not have seen the row that it would take away.
    queries.delete_until(session, asked.begun_at - KEPT, asked.id, limit=_DELETED_AT_ONCE)
    session.expire_all()
    session.add(
        IdempotentRequest(id=asked.id, fingerprint=asked.fingerprint, begun_at=asked.begun_at)
    )
    session.flush()
