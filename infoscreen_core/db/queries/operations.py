"""What keeps the programs working together: leases, outbox, workers. Nothing here commits."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Row,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from infoscreen_core.db.models import ChangeCounter, Lease, OutboxMessage, WorkerStatus


def database_time_now(session: Session) -> datetime | None:
    """Return what the database's own clock says; None for SQLite, which has none of its own."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    moment: datetime = session.execute(text("SELECT UTC_TIMESTAMP(6)")).scalar_one()
    return moment.replace(tzinfo=UTC)


def renew_lease(session: Session, name: str, holder: str, *, until: datetime) -> bool:
    """Let the holder's lease last until then; False when it is not the holder's."""
    return _change_lease(session, (Lease.name == name, Lease.holder == holder), holder, until)


def take_lease(
    session: Session, name: str, holder: str, *, seen: tuple[str, datetime], until: datetime
) -> bool:
    """Take a lease from its holder; False when it is not as it was seen, (holder, expiry)."""
    is_as_seen = (Lease.name == name, Lease.holder == seen[0], Lease.expires_at == seen[1])
    return _change_lease(session, is_as_seen, holder, until)


def add_lease(session: Session, name: str, holder: str, *, until: datetime) -> bool:
    """Take a lease that nobody holds; False when somebody was faster."""
    try:
        with session.begin_nested():
            session.execute(insert(Lease).values(name=name, holder=holder, expires_at=until))
    except IntegrityError:
        return False
    return True


def _change_lease(
    session: Session, where: Sequence[ColumnElement[bool]], holder: str, until: datetime
) -> bool:
    result = session.execute(
        update(Lease)
        .where(*where)
        .values(holder=holder, expires_at=until)
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and result.rowcount > 0


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


def hold_counter(session: Session, subject: str) -> None:
    """Raise a counter, a new one if need be: its row is ours until the transaction ends."""
    more = {"value": ChangeCounter.value + 1}
    if session.get_bind().dialect.name == "sqlite":
        ours = sqlite.insert(ChangeCounter).values(subject=subject, value=1)
        session.execute(ours.on_conflict_do_update(index_elements=["subject"], set_=more))
    else:
        theirs = mysql.insert(ChangeCounter).values(subject=subject, value=1)
        session.execute(theirs.on_duplicate_key_update(more))


def delete_worker(session: Session, name: str) -> None:
    """Delete a worker's sign of life."""
    session.execute(delete(WorkerStatus).where(WorkerStatus.name == name))
