"""Entries of the audit trail for tests, and what only its database's administrator can do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db import append_only
from infoscreen_core.db.models import AuditEntry, AuditSeal
from tests.support.people import NOW

Sessions = sessionmaker[Session]


def add_entries(session: Session, count: int, *, at: datetime = NOW, **columns: Any) -> list[int]:  # noqa: ANN401
    """Add entries a second apart, which are alike but for what is said; return their numbers."""
    usual = {
        "actor_name": "maria",
        "source": "10.0.0.1",
        "action": "event.updated",
        "entity": "event",
        "before": {"title": "Mathe", "group_id": 7},
        "after": {"title": "Physik", "group_id": 7},
    }
    rows = [
        AuditEntry(
            **{**usual, "entity_id": str(number), **columns}, at=at + timedelta(seconds=number)
        )
        for number in range(count)
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


@contextmanager
def unprotected(sessions: Sessions) -> Iterator[Session]:
    """A session of somebody who may drop the triggers; they are there again afterwards."""
    with sessions.begin() as session:
        append_only.unprotect(session.connection())
    with sessions.begin() as session:
        yield session
    with sessions.begin() as session:
        append_only.protect(session.connection())


def tamper(sessions: Sessions, statement: str, **values: object) -> None:
    """Do to the trail what its triggers forbid."""
    with unprotected(sessions) as session:
        session.execute(text(statement), values)


def forget(sessions: Sessions) -> None:
    """Empty the trail, where several tests share a database."""
    with sessions() as session:
        if session.scalar(select(AuditEntry.id).limit(1)) is None:
            return
    with unprotected(sessions) as session:
        session.execute(delete(AuditSeal))
        session.execute(delete(AuditEntry))
