"""Reads and deletions of requests that are done once."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import IdempotentRequest


def list_ids_before(session: Session, before: datetime, *, limit: int) -> list[str]:
    """Return the ids of some requests that began before then, the oldest first."""
    query = (
        select(IdempotentRequest.id)
        .where(IdempotentRequest.begun_at < before)
        .order_by(IdempotentRequest.begun_at)
        .limit(limit)
    )
    return list(session.scalars(query))


def delete_requests(session: Session, ids: list[str]) -> None:
    """Delete requests by their ids."""
    if ids:
        session.execute(
            delete(IdempotentRequest)
            .where(IdempotentRequest.id.in_(ids))
            .execution_options(synchronize_session=False)
        )
