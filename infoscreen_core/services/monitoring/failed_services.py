"""Services that players gave up restarting, as people see them and acknowledge them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.monitoring import failures as queries
from infoscreen_core.db.queries.monitoring.failures import FailureRow
from infoscreen_core.db.queries.monitoring.tallies import EVER
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.errors import ConflictError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring.incidents import NOTE_LIMIT
from infoscreen_core.services.screens.clients import clear_service_failed, get_client


@dataclass(frozen=True, slots=True)
class FailedService:
    """A service of a screen that was given up."""

    client_uuid: str
    client_name: str
    group_id: int | None
    group_name: str | None
    unit: str
    """The name of the unit; empty where it is not known."""
    failed_at: datetime
    restarts: int
    """How often the screen was restarted since then."""


def list_failed(session: Session, *, limit: int, offset: int = 0) -> Sequence[FailedService]:
    """Return failed services of screens in service, those that failed last first."""
    rows = queries.list_failures(session, limit=limit, offset=offset)
    return [_view(row) for row in rows]


def find_failed(session: Session, client_uuid: str) -> FailedService | None:
    """Return the failed service of a player, or None when it has none."""
    row = queries.find_failure(session, client_uuid)
    return _view(row) if row else None


def acknowledge(
    session: Session,
    client_uuid: str,
    *,
    note: str = "",
    failed_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> str:
    """Acknowledge a failed service with a note, and clear what the broker retains of it.

    The note stands in the audit trail and, unless somebody else looks after it, in the incident,
    which ends. Returns the screen's name. Raises `ConflictError` when the failure is another one
    than that at `failed_at`.
    """
    actor.require(Role.ADMIN)
    known = get_client(session, client_uuid, is_locked=True)
    if failed_at is not None and known.service_failed_at not in {None, failed_at}:
        raise ConflictError(
            "A service of {name} has failed anew meanwhile; look at it again.",
            name=known.display_name,
        )
    text = clean_line(note, field="note", limit=NOTE_LIMIT)
    client = clear_service_failed(session, client_uuid, note=text, actor=actor, now=now)
    incident = queries.lock_incident(session, client.uuid)
    if incident is not None and incident.acknowledged_at is None:
        incident.acknowledged_at = now
        incident.acknowledged_by, incident.acknowledged_name = actor.user_id, actor.name
        incident.note = text or None
    return client.display_name


def _view(row: FailureRow) -> FailedService:
    client = row.client
    return FailedService(
        client_uuid=client.uuid,
        client_name=client.display_name,
        group_id=client.group_id,
        group_name=row.group_name,
        unit=client.service_failed_unit or "",
        failed_at=client.service_failed_at or EVER,
        restarts=row.restarts,
    )
