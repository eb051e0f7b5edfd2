"""The players whose service was given up."""

from typing import Final, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, lazyload

from infoscreen_core.db.models import Client, ClientCommand, ClientGroup, Incident
from infoscreen_core.db.queries.clients import IN_SERVICE
from infoscreen_core.db.queries.monitoring.tallies import EVER
from infoscreen_core.domain.commands.lifecycle import RESTARTS, State
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind, open_key


class FailureRow(NamedTuple):
    """A player with its failed service."""

    client: Client
    group_name: str | None
    restarts: int
    """How often its app or host was restarted since then, by whomever."""


_RESTARTS: Final = (
    select(func.count())
    .select_from(ClientCommand)
    .where(
        ClientCommand.client_uuid == Client.uuid,
        ClientCommand.issued_at >= Client.service_failed_at,
        ClientCommand.action.in_(RESTARTS),
        ClientCommand.status != State.BLOCKED_SAFETY,
    )
    .correlate(Client)
    .scalar_subquery()
)


def list_failures(session: Session, *, limit: int, offset: int = 0) -> list[FailureRow]:
    """Return screens in service with a failed service, those that failed last first."""
    newest = _failures().where(IN_SERVICE)
    newest = newest.order_by(Client.service_failed_at.desc(), Client.uuid)
    return [FailureRow(*row) for row in session.execute(newest.limit(limit).offset(offset))]


def find_failure(session: Session, client_uuid: str) -> FailureRow | None:
    """Return a player with its failed service, or None when it has none."""
    row = session.execute(_failures().where(Client.uuid == client_uuid)).one_or_none()
    return FailureRow(*row) if row else None


def _failures() -> Select[Client, str, int]:
    return (
        select(Client, ClientGroup.name, _RESTARTS)
        .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
        .where(Client.service_failed_at >= EVER)
        .options(lazyload(Client.group))
    )


def lock_incident(session: Session, client_uuid: str) -> Incident | None:
    """Return the open incident about a player's failed service, or None; others are kept off it."""
    key = open_key(IncidentKind.SERVICE_FAILED, client_uuid)
    query = select(Incident).where(Incident.open_key == key, Incident.closed_at.is_(None))
    locked = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).one_or_none()
