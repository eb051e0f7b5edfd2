"""One player's record around an instant or in a window: each query reads a stretch of an index."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    BlindSpan,
    ClientHealth,
    ClientHealthHour,
    ClientLog,
    ClientScreenshot,
    ClientStatusChange,
    Incident,
)
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.screens.player import LogLevel


def find_change(session: Session, client_uuid: str, *, at: datetime) -> ClientStatusChange | None:
    """Return the change that was in force at an instant, or None."""
    row = ClientStatusChange
    query = select(row).where(row.client_uuid == client_uuid, row.at <= at)
    return session.scalars(query.order_by(row.at.desc(), row.id.desc()).limit(1)).first()


def find_first_change(
    session: Session, client_uuid: str, *, after: datetime | None = None
) -> ClientStatusChange | None:
    """Return the first change, or the first one after an instant; None when there is none."""
    row = ClientStatusChange
    query = select(row).where(row.client_uuid == client_uuid)
    if after is not None:
        query = query.where(row.at > after)
    return session.scalars(query.order_by(row.at, row.id).limit(1)).first()


def find_last_of_another(
    session: Session, client_uuid: str, status: Status | None, *, before: datetime
) -> ClientStatusChange | None:
    """Return the last change to another status before an instant, or None."""
    row = ClientStatusChange
    query = select(row).where(row.client_uuid == client_uuid, row.at < before, _differs(status))
    return session.scalars(query.order_by(row.at.desc(), row.id.desc()).limit(1)).first()


def find_end(
    session: Session, client_uuid: str, status: Status | None, *, after: datetime
) -> datetime | None:
    """Return when a status ended that was in force at an instant; None: it goes on."""
    row = ClientStatusChange
    query = select(row.at).where(row.client_uuid == client_uuid, row.at > after, _differs(status))
    return session.scalar(query.order_by(row.at, row.id).limit(1))


def find_blind_span(session: Session, *, at: datetime) -> BlindSpan | None:
    """Return the span around an instant in which the server did not see, or None."""
    return find_last_blind_span(session, Span(at, at))


def find_last_blind_span(session: Session, window: Span) -> BlindSpan | None:
    """Return the last blind span that touches a window, both ends included; None: none does."""
    query = select(BlindSpan).where(
        BlindSpan.began_at <= window.end,
        (BlindSpan.ended_at > window.start) | BlindSpan.ended_at.is_(None),
    )
    return session.scalars(query.order_by(BlindSpan.began_at.desc()).limit(1)).first()


def find_last_figures(session: Session, client_uuid: str, *, at: datetime) -> datetime | None:
    """Return when the last stretch or hour began, up to an instant, of which there are figures."""
    for table in (ClientHealth, ClientHealthHour):
        query = select(func.max(table.at)).where(table.client_uuid == client_uuid, table.at <= at)
        if (found := session.scalar(query)) is not None:
            return found
    return None


def list_reconnects(session: Session, client_uuid: str, window: Span) -> list[tuple[datetime, int]]:
    """Return the stretches of five minutes in a window in which a player connected anew."""
    row = ClientHealth
    query = select(row.at, row.reconnects).where(
        row.client_uuid == client_uuid,
        row.at >= window.start,
        row.at < window.end,
        row.reconnects > 0,
    )
    return [(at, count) for at, count in session.execute(query.order_by(row.at))]


def find_picture(session: Session, client_uuid: str, *, at: datetime) -> ClientScreenshot | None:
    """Return the newest of the kept pictures that had come by then, or None."""
    row = ClientScreenshot
    query = select(row).where(row.client_uuid == client_uuid, row.received_at <= at)
    return session.scalars(query.order_by(row.received_at.desc()).limit(1)).first()


def find_line(
    session: Session, client_uuid: str, level: LogLevel, window: Span
) -> ClientLog | None:
    """Return the newest line of a level in a window, its end included; None: there is none."""
    query = select(ClientLog).where(*_lines(client_uuid, level, window))
    return session.scalars(query.order_by(ClientLog.ordered_at.desc()).limit(1)).first()


def count_lines(session: Session, client_uuid: str, level: LogLevel, window: Span) -> int:
    """Count the lines of a level in a window, its end included."""
    query = select(func.count()).where(*_lines(client_uuid, level, window))
    return session.scalar(query) or 0


def list_incidents(
    session: Session, client_uuid: str, window: Span, *, limit: int
) -> Sequence[Incident]:
    """Return a player's incidents that were open in a window, both ends included; newest first."""
    query = select(Incident).where(
        Incident.client_uuid == client_uuid,
        Incident.opened_at <= window.end,
        (Incident.closed_at > window.start) | Incident.closed_at.is_(None),
    )
    return session.scalars(query.order_by(Incident.opened_at.desc()).limit(limit)).all()


def list_pictures(session: Session, client_uuid: str, window: Span) -> Sequence[ClientScreenshot]:
    """Return the kept pictures that came in a window, in order."""
    row = ClientScreenshot
    query = select(row).where(
        row.client_uuid == client_uuid,
        row.received_at >= window.start,
        row.received_at < window.end,
    )
    return session.scalars(query.order_by(row.received_at, row.id)).all()


def _differs(status: Status | None) -> ColumnElement[bool]:
    return ClientStatusChange.status.is_distinct_from(status)


def _lines(client_uuid: str, level: LogLevel, window: Span) -> tuple[ColumnElement[bool], ...]:
    return (
        ClientLog.client_uuid == client_uuid,
        ClientLog.level == level.value,
        ClientLog.ordered_at > window.start,
        ClientLog.ordered_at <= window.end,
    )
