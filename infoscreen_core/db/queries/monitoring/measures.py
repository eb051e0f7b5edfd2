"""Figures about the whole installation, each counted from an index; never commits."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientCommand, Conversion, Incident, OutboxMessage
from infoscreen_core.domain.commands.lifecycle import OPEN, Action, State
from infoscreen_core.domain.media.types import ConversionStatus
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind


def count_open_commands(session: Session) -> dict[State, int]:
    """Count the commands that are under way."""
    query = select(ClientCommand.status, func.count()).where(ClientCommand.status.in_(OPEN))
    return dict(session.execute(query.group_by(ClientCommand.status)).all())


def count_commands_since(session: Session, since: datetime) -> dict[tuple[Action, State], int]:
    """Count the commands that were issued since then, by action and where they stand."""
    kinds = (ClientCommand.action, ClientCommand.status)
    query = select(*kinds, func.count()).where(ClientCommand.issued_at >= since).group_by(*kinds)
    return {(action, state): number for action, state, number in session.execute(query)}


def count_conversions(session: Session) -> dict[ConversionStatus, int]:
    """Count conversions."""
    query = select(Conversion.status, func.count()).group_by(Conversion.status)
    return dict(session.execute(query).all())


def count_open_incidents(session: Session) -> dict[IncidentKind, int]:
    """Count the incidents that are open."""
    query = select(Incident.kind, func.count()).where(Incident.closed_at.is_(None))
    return dict(session.execute(query.group_by(Incident.kind)).all())


def count_outbox(session: Session) -> int:
    """Count the messages that the broker has not confirmed yet."""
    return session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
