"""Emergencies that are on the screens. Nothing here commits."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, RunningEmergency
from infoscreen_core.db.queries.occurrences import BriefRow, list_brief_active


def list_running(session: Session) -> list[RunningEmergency]:
    """Return, locked, the emergencies that were noted as begun and not yet as ended."""
    query = select(RunningEmergency).order_by(RunningEmergency.event_id).with_for_update()
    return list(session.scalars(query))


def list_active(session: Session, event_ids: Collection[int], now: datetime) -> list[BriefRow]:
    """Return the present occurrences of these events."""
    if not event_ids:
        return []
    return [row for row in list_brief_active(session, now) if row.event_id in event_ids]


def count_screens(session: Session, group_ids: Collection[int]) -> dict[int, int]:
    """Return how many screens in service each of these groups has, where it has any."""
    query = (
        select(Client.group_id, func.count())
        .where(Client.group_id.in_(group_ids), Client.is_active, Client.approved_at.is_not(None))
        .group_by(Client.group_id)
    )
    return {group_id: count for group_id, count in session.execute(query) if group_id is not None}
