"""What keeps the programs working together: leases, outbox, workers. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CursorResult, Row, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Lease, OutboxMessage, WorkerStatus


def claim_lease(
    session: Session, name: str, holder: str, *, now: datetime, until: datetime
) -> bool:
    """Take, or renew, a lease until `until`; False while somebody else holds it."""
    result = session.execute(
        update(Lease)
        .where(Lease.name == name, or_(Lease.holder == holder, Lease.expires_at <= now))
        .values(holder=holder, expires_at=until)
        .execution_options(synchronize_session=False)
    )
    if isinstance(result, CursorResult) and result.rowcount:
        return True
    if session.scalar(select(Lease.holder).where(Lease.name == name)) is not None:
        return False
    try:
        with session.begin_nested():
            session.execute(insert(Lease).values(name=name, holder=holder, expires_at=until))
    except IntegrityError:  # somebody else was faster
        return False
    return True


def release_lease(session: Session, name: str, holder: str) -> None:
    """Give a lease back, if it is still ours."""
    session.execute(
        delete(Lease)
        .where(Lease.name == name, Lease.holder == holder)
        .execution_options(synchronize_session=False)
    )


def find_lease(session: Session, name: str) -> Lease | None:
    """Return who holds the lease."""
    return session.get(Lease, name)


def list_outbox(
    session: Session, *, after_id: int, limit: int
) -> Sequence[Row[int, str, bytes, int, bool]]:
    """Return id, topic, payload, QoS and retain flag of waiting messages, in order of commit."""
    query = (
        select(
            OutboxMessage.id,
            OutboxMessage.topic,
            OutboxMessage.payload,
            OutboxMessage.qos,
            OutboxMessage.retain,
        )
        .where(OutboxMessage.id > after_id)
        .order_by(OutboxMessage.id)
        .limit(limit)
    )
    return session.execute(query).all()


def delete_outbox(session: Session, ids: Sequence[int]) -> None:
    """Delete messages."""
    session.execute(
        delete(OutboxMessage)
        .where(OutboxMessage.id.in_(ids))
        .execution_options(synchronize_session=False)
    )


def delete_worker(session: Session, name: str) -> None:
    """Delete a worker's sign of life."""
    session.execute(delete(WorkerStatus).where(WorkerStatus.name == name))
