"""Incidents as people see them and see to them; `incident_record` opens and closes them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientGroup, Incident
from infoscreen_core.db.queries.monitoring import incidents as queries
from infoscreen_core.db.queries.monitoring.incidents import IncidentFilter
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.domain.webhooks.kinds import EventKind
from infoscreen_core.errors import ConflictError, NotAllowedError, NotFoundError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring.views import IncidentView
from infoscreen_core.services.webhooks import news

__all__ = ["IncidentFilter", "IncidentPage"]

NOTE_LIMIT: Final = 500
TAKEN: Final = "incident.taken"
RELEASED: Final = "incident.released"
CLOSED: Final = "incident.closed"
NEEDING_SOMEBODY: Final = IncidentFilter(is_folded=True)
"""What counts as “n incidents” everywhere: open, and not explained by an outage of ours."""


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """Some of the incidents that were asked for, and how many there are."""

    incidents: Sequence[IncidentView]
    total: int


def list_incidents(
    session: Session, wanted: IncidentFilter, *, limit: int, offset: int = 0
) -> IncidentPage:
    """Return incidents: open ones by urgency, else the newest first."""
    rows = queries.list_rows(session, wanted, limit=limit, offset=offset)
    inside = queries.count_inside(session, [row.id for row, *_ in rows if row.client_uuid is None])
    views = [_view(*row, inside=inside.get(row[0].id, 0)) for row in rows]
    is_all = offset == 0 and len(views) < limit
    return IncidentPage(views, len(views) if is_all else queries.count(session, wanted))


def count_incidents(session: Session, *, group_ids: Collection[int | None] | None = None) -> int:
    """Return how many incidents need somebody, of all screens or of those in these groups."""
    wanted = None if group_ids is None else frozenset(group_ids)
    return queries.count(session, replace(NEEDING_SOMEBODY, group_ids=wanted))


def get_incident(session: Session, incident_id: int) -> IncidentView:
    """Return an incident, open or closed; raise `NotFoundError` if there is none."""
    return _described(session, _get(session, incident_id))


def acknowledge(
    session: Session, incident_id: int, *, note: str | None = "", actor: Actor, now: datetime
) -> IncidentView:
    """Look after an incident, and say so to everybody; whoever does may change the note.

    None leaves the note as it is, an empty one takes it away. Raises `NotFoundError`, and
    `ConflictError` when it is over or somebody else looks after it.
    """
    actor.require(Role.EDITOR)
    row = _get(session, incident_id, is_locked=True)
    name = _refuse_closed(session, row)
    if row.acknowledged_at is not None and not _is_acknowledged_by(row, actor):
        taker = row.acknowledged_name
        if not name:
            raise ConflictError("{taker} looks after the outage already.", taker=taker)
        raise ConflictError("{taker} looks after {name} already.", taker=taker, name=name)
    before, is_new = _plain(row), row.acknowledged_at is None
    if note is not None:
        row.note = clean_line(note, field="note", limit=NOTE_LIMIT) or None
    row.acknowledged_at = row.acknowledged_at or now
    row.acknowledged_by, row.acknowledged_name = actor.user_id, actor.name
    view = _changed(session, TAKEN, row, before, actor=actor, now=now)
    if is_new:
        news.tell_incident(session, EventKind.INCIDENT_ACKNOWLEDGED, row.id, now=now)
    return view


def release(session: Session, incident_id: int, *, actor: Actor, now: datetime) -> IncidentView:
    """Let somebody else look after an incident; an admin may do that for others.

    Raises `ConflictError` when nobody looks after it, `NotAllowedError` when that is not theirs.
    """
    actor.require(Role.EDITOR)
    row = _get(session, incident_id, is_locked=True)
    name = _refuse_closed(session, row)
    if row.acknowledged_at is None:
        if not name:
            raise ConflictError("Nobody looks after the outage any more.")
        raise ConflictError("Nobody looks after {name} any more.", name=name)
    _refuse_others(row, name, actor)
    before = _plain(row)
    row.acknowledged_at = row.acknowledged_by = row.acknowledged_name = row.note = None
    return _changed(session, RELEASED, row, before, actor=actor, now=now)


def close(session: Session, incident_id: int, *, actor: Actor, now: datetime) -> IncidentView:
    """Close an incident by hand; it opens again only after its cause has ended once.

    Raises `ConflictError` when it is over, `NotAllowedError` when somebody else looks after it.
    """
    actor.require(Role.EDITOR)
    row = _get(session, incident_id, is_locked=True)
    name = _refuse_closed(session, row)
    if row.acknowledged_at is not None:
        _refuse_others(row, name, actor)
    before = _plain(row)
    row.closed_at = max(now, row.opened_at)
    row.closed_by, row.closed_name = actor.user_id, actor.name
    view = _changed(session, CLOSED, row, before, actor=actor, now=now)
    news.tell_incident(session, EventKind.INCIDENT_CLOSED, row.id, now=now)
    return view


def _get(session: Session, incident_id: int, *, is_locked: bool = False) -> Incident:
    row = queries.find(session, incident_id, is_locked=is_locked)
    if row is None:
        raise NotFoundError("There is no incident {id}.", field="id", id=incident_id)
    return row


def _refuse_closed(session: Session, row: Incident) -> str:
    """Return the name of an open incident's screen, empty for an outage of ours."""
    name = _name(session, row)
    if row.closed_at is None:
        return name
    if not name:
        raise ConflictError("The outage is over; there is nothing to do any more.")
    raise ConflictError("The incident of {name} is over; there is nothing to take.", name=name)


def _refuse_others(row: Incident, name: str, actor: Actor) -> None:
    """Refuse to end what somebody else looks after, unless an administrator does."""
    if _is_acknowledged_by(row, actor) or has_at_least(actor.role, Role.ADMIN):
        return
    taker = row.acknowledged_name
    if not name:
        raise NotAllowedError(
            "{taker} looks after the outage; only they or an administrator can end that.",
            taker=taker,
        )
    raise NotAllowedError(
        "{taker} looks after {name}; only they or an administrator can end that.",
        taker=taker,
        name=name,
    )


def _is_acknowledged_by(row: Incident, actor: Actor) -> bool:
    return (row.acknowledged_by, row.acknowledged_name) == (actor.user_id, actor.name)


def _changed(
    session: Session,
    action: str,
    row: Incident,
    before: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> IncidentView:
    session.flush()
    entity, key = ("client", row.client_uuid) if row.client_uuid else ("incident", str(row.id))
    audit.record(
        session, action, entity, key, actor=actor, now=now, before=before, after=_plain(row)
    )
    return _described(session, row)


def _plain(row: Incident) -> dict[str, Any]:
    columns = audit.audited_columns(row)
    names = ("id", "kind", "opened_at", "acknowledged_at", "acknowledged_name", "note", "closed_at")
    return {name: columns[name] for name in names}


def _name(session: Session, row: Incident) -> str:
    if row.client_uuid is None:
        return ""
    return session.get_one(Client, row.client_uuid).display_name


def _described(session: Session, row: Incident) -> IncidentView:
    client = session.get(Client, row.client_uuid) if row.client_uuid else None
    group = session.get(ClientGroup, row.group_id) if row.group_id else None
    inside = queries.count_inside(session, [row.id]) if client is None else {}
    return _view(row, client, group.name if group else None, inside=inside.get(row.id, 0))


def _view(
    row: Incident, client: Client | None, group_name: str | None, *, inside: int
) -> IncidentView:
    return IncidentView(
        id=row.id,
        kind=row.kind,
        client_uuid=row.client_uuid,
        client_name=client.display_name if client else "",
        group_id=row.group_id,
        group_name=group_name,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        closed_name=row.closed_name,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        acknowledged_name=row.acknowledged_name,
        note=row.note or "",
        outage_id=row.outage_id,
        evidence=row.evidence or {},
        inside=inside,
    )
