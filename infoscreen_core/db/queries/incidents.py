"""The incidents that are on record, and the players they may concern. Nothing here commits."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from infoscreen_core.db.models import Client, Incident
from infoscreen_core.db.queries.clients import (
    HOUR,
    IN_SERVICE,
    NO_LOGS,
    ClientRow,
    count_logs,
    judged,
)


def map_incidents(
    session: Session, uuids: Collection[str] | None = None, *, is_locked: bool = False
) -> dict[str, Incident]:
    """Return the incidents on record by the player's UUID; `is_locked` keeps others off them."""
    query = select(Incident).order_by(Incident.client_uuid)
    if uuids is not None:
        query = query.where(Incident.client_uuid.in_(uuids))
    if is_locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return {row.client_uuid: row for row in session.scalars(query)}


def list_in_service(session: Session, *, now: datetime, grace: timedelta) -> list[ClientRow]:
    """Return the screens in service with their status, as far as incidents depend on it."""
    # Errors of the last hour can make an incident; older lines cannot.
    logs = count_logs(session, now=now, log_window=HOUR)
    query = select(Client).where(IN_SERVICE).options(lazyload(Client.group))
    return [
        judged(client, logs.get(client.uuid, NO_LOGS), now=now, grace=grace)
        for client in session.scalars(query)
    ]
