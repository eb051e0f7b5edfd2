"""Incidents: since when a screen is down or broken, and who looks after it.

Whether there is one is a rule (`domain.monitoring.fleet_count.is_incident`). A row is on record of
each since the scheduler noticed it or somebody took it; it ends with the incident, and what was
taken is released by that.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, Incident
from infoscreen_core.db.queries import clients as queries
from infoscreen_core.db.queries.clients import ClientRow, get_client_row
from infoscreen_core.domain.monitoring.fleet_count import is_incident
from infoscreen_core.domain.monitoring.incidents import known_beginning
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.errors import ConflictError, NotAllowedError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import SYSTEM, Actor
from infoscreen_core.services.monitoring.views import IncidentView
from infoscreen_core.services.screens.clients import get_client

NOTE_LIMIT: Final = 500
TAKEN: Final = "incident.taken"
RELEASED: Final = "incident.released"
ENDED: Final = "incident.ended"


class Noted(NamedTuple):
    """What the record did not know yet, by UUID."""

    began: list[str]
    ended: list[str]


def find_changes(session: Session, *, now: datetime, grace: timedelta) -> Noted:
    """Return which incidents began and ended since the record was last brought up to date."""
    return _compared(_present(session, now=now, grace=grace), queries.map_incidents(session))


def note(session: Session, *, now: datetime, grace: timedelta) -> Noted:
    """Bring the record up to date; what somebody had taken is released with its incident."""
    present = _present(session, now=now, grace=grace)
    known = queries.map_incidents(session, is_locked=True)
    noted = _compared(present, known)
    for uuid in noted.ended:
        _end(session, known[uuid], now=now)
    session.add_all(_begun(present[uuid], now) for uuid in noted.began)
    session.flush()
    return noted


def take(
    session: Session, uuid: str, *, note: str = "", actor: Actor, now: datetime, grace: timedelta
) -> None:
    """Look after a screen's incident, and say so to everybody; whoever took it may change the note.

    Raises `ConflictError` when the incident is over, or somebody else looks after it.
    """
    actor.require(Role.EDITOR)
    client = get_client(session, uuid, is_locked=True)
    found = get_client_row(session, client.uuid, now=now, grace=grace)
    if not is_incident(found):
        raise ConflictError(
            "The incident of {name} is over; there is nothing to take.", name=client.display_name
        )
    row = _locked(session, client.uuid)
    if row is None:
        row = _begun(found, now)
        session.add(row)
    _refuse_taken(row, client, actor)
    before = _plain(row)
    row.note = clean_line(note, field="note", limit=NOTE_LIMIT) or None
    row.taken_at = row.taken_at or now
    row.taken_by, row.taken_name = actor.user_id, actor.name
    session.flush()
    _record(session, TAKEN, row, before, actor=actor, now=now)


def release(session: Session, uuid: str, *, actor: Actor, now: datetime) -> None:
    """Let somebody else look after a screen's incident; an admin may do that for others.

    Raises `ConflictError` when nobody looks after it, `NotAllowedError` when that is not theirs.
    """
    actor.require(Role.EDITOR)
    client = get_client(session, uuid)
    row = _locked(session, client.uuid)
    if row is None or row.taken_at is None:
        raise ConflictError("Nobody looks after {name} any more.", name=client.display_name)
    if not _is_taken_by(row, actor) and not has_at_least(actor.role, Role.ADMIN):
        raise NotAllowedError(
            "{taker} looks after {name}; only they or an administrator can end that.",
            taker=row.taken_name,
            name=client.display_name,
        )
    before = _plain(row)
    row.taken_at = row.taken_by = row.taken_name = row.note = None
    session.flush()
    _record(session, RELEASED, row, before, actor=actor, now=now)


def incident_view(row: ClientRow, incident: Incident | None) -> IncidentView | None:
    """Return what is wrong with a screen since when, and who looks after it; None if all is well.

    The record may not know it yet, or not know yet that it is over.
    """
    if not is_incident(row):
        return None
    return IncidentView(began_at=_known_beginning(row)) if incident is None else _view(incident)


def list_incidents(session: Session) -> dict[str, IncidentView]:
    """Return the incidents on record by the player's UUID."""
    return {uuid: _view(row) for uuid, row in queries.map_incidents(session).items()}


def _view(incident: Incident) -> IncidentView:
    return IncidentView(
        began_at=incident.began_at,
        taken_at=incident.taken_at,
        taken_by=incident.taken_by,
        taken_name=incident.taken_name,
        note=incident.note or "",
    )


def _begun(row: ClientRow, now: datetime) -> Incident:
    beginning = _known_beginning(row)
    return Incident(client_uuid=row.client.uuid, began_at=min(beginning or now, now))


def _known_beginning(row: ClientRow) -> datetime | None:
    client = row.client
    return known_beginning(
        row.verdict.reason,
        registered_at=client.registration_time,
        last_alive=client.last_alive,
        service_failed_at=client.service_failed_at,
    )


def _present(session: Session, *, now: datetime, grace: timedelta) -> dict[str, ClientRow]:
    rows = queries.list_in_service(session, now=now, grace=grace)
    return {row.client.uuid: row for row in rows if is_incident(row)}


def _compared(present: Mapping[str, ClientRow], known: Mapping[str, Incident]) -> Noted:
    return Noted(
        began=[uuid for uuid in present if uuid not in known],
        ended=[uuid for uuid in known if uuid not in present],
    )


def _end(session: Session, row: Incident, *, now: datetime) -> None:
    if row.taken_at is not None:
        _record(session, ENDED, row, _plain(row), actor=SYSTEM, now=now)
    session.delete(row)


def _locked(session: Session, uuid: str) -> Incident | None:
    return queries.map_incidents(session, [uuid], is_locked=True).get(uuid)


def _refuse_taken(row: Incident, client: Client, actor: Actor) -> None:
    if row.taken_at is not None and not _is_taken_by(row, actor):
        raise ConflictError(
            "{taker} looks after {name} already.", taker=row.taken_name, name=client.display_name
        )


def _is_taken_by(row: Incident, actor: Actor) -> bool:
    return (row.taken_by, row.taken_name) == (actor.user_id, actor.name)


def _plain(row: Incident) -> dict[str, Any]:
    columns = audit.audited_columns(row)
    return {name: columns[name] for name in ("began_at", "taken_at", "taken_name", "note")}


def _record(
    session: Session,
    action: str,
    row: Incident,
    before: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    after = None if action == ENDED else _plain(row)
    audit.record(
        session, action, "client", row.client_uuid, actor=actor, now=now, before=before, after=after
    )
