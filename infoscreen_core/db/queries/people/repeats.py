"""Reads and deletions of requests that are done once."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from infoscreen_core.db.models import IdempotentRequest


def delete_until(session: Session, until: datetime, request_id: str, *, limit: int) -> None:
    """Delete some requests that began until then, and this one if it did, by their ids in order."""
    oldest = (
        select(IdempotentRequest.id)
        .where(IdempotentRequest.begun_at <= until)
        .order_by(IdempotentRequest.begun_at)
        .limit(limit)
    )
    ids = sorted({*session.scalars(oldest), request_id})
    session.execute(
        delete(IdempotentRequest)
        .where(IdempotentRequest.id.in_(ids), IdempotentRequest.begun_at <= until)
        .execution_options(synchronize_session=False)
    )


def take_over(session: Session, request_id: str, begun_at: datetime, *, at: datetime) -> bool:
    """Let a request begin anew that began then and was not done; False: it is another by now."""
    result = session.execute(
        update(IdempotentRequest)
        .where(
            IdempotentRequest.id == request_id,
            IdempotentRequest.begun_at == begun_at,
            IdempotentRequest.status.is_(None),
        )
        .values(begun_at=at)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]
