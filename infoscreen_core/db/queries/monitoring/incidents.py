"""The record of incidents: what whoever judges screens keeps, and how others read it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased, lazyload, load_only

from infoscreen_core.db.models import Client, ClientGroup, Incident, IncidentCondition
from infoscreen_core.domain.monitoring.incidents.kinds import URGENCY, IncidentKind, open_key

Columns = TypeVarTuple("Columns")

_OF_NAME: Final = (Client.uuid, Client.description, Client.hostname)
"""What a screen is named by: of sixty columns, these are read with its incident."""

_INCIDENTS: Final[Table] = Incident.__table__  # type: ignore[assignment]
_CONDITIONS: Final[Table] = IncidentCondition.__table__  # type: ignore[assignment]


class Unsettled(NamedTuple):
    """An incident whose cause had not ended at the last look."""

    id: int
    kind: IncidentKind
    client_uuid: str


def list_unsettled(session: Session, client_uuids: Collection[str]) -> list[Unsettled]:
    """Return these screens' incidents that are open, or closed by hand before their time."""
    query = select(Incident.id, Incident.kind, Incident.client_uuid).where(
        Incident.client_uuid.in_(client_uuids), Incident.open_key.is_not(None)
    )
    return [Unsettled(row[0], row[1], str(row[2])) for row in session.execute(query)]


def map_waiting(
    session: Session, client_uuids: Collection[str]
) -> dict[str, dict[IncidentKind, datetime]]:
    """Return since when conditions of these screens hold that are no incident yet."""
    row = IncidentCondition
    found: dict[str, dict[IncidentKind, datetime]] = {}
    query = select(row.client_uuid, row.kind, row.since).where(row.client_uuid.in_(client_uuids))
    for uuid, kind, since in session.execute(query):
        found.setdefault(uuid, {})[kind] = since
    return found


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Open incidents; each row has its columns, and gets its key."""
    if rows:
        keyed = [{**row, "open_key": open_key(row["kind"], row["client_uuid"])} for row in rows]
        session.connection().execute(insert(_INCIDENTS), keyed)


def settle(session: Session, ids: Sequence[int], *, at: datetime) -> None:
    """Close incidents whose cause has ended; what was closed by hand stays as it is."""
    if ids:
        session.connection().execute(
            update(_INCIDENTS)
            .where(_INCIDENTS.c.id == bindparam("key"))
            .values(open_key=None, closed_at=func.coalesce(_INCIDENTS.c.closed_at, at)),
            [{"key": one} for one in sorted(ids)],
        )


def replace_waiting(
    session: Session,
    gone: Sequence[tuple[str, IncidentKind]],
    new: Sequence[tuple[str, IncidentKind, datetime]],
) -> None:
    """Forget conditions, and note others, in this order."""
    if gone:
        session.connection().execute(
            delete(_CONDITIONS).where(
                _CONDITIONS.c.client_uuid == bindparam("uuid"),
                _CONDITIONS.c.kind == bindparam("of"),
            ),
            [{"uuid": uuid, "of": kind} for uuid, kind in gone],
        )
    if new:
        session.connection().execute(
            insert(_CONDITIONS),
            [{"client_uuid": uuid, "kind": kind, "since": since} for uuid, kind, since in new],
        )


def find_unsettled_outage(session: Session) -> Incident | None:
    """Return the outage of ours that had not ended at the last look, or None."""
    key = open_key(IncidentKind.OUTAGE, None)
    return session.scalars(select(Incident).where(Incident.open_key == key)).one_or_none()


def fold(session: Session, outage_id: int, *, since: datetime, until: datetime | None) -> None:
    """Let silences of screens that opened in this span belong to an outage."""
    within = [Incident.opened_at >= since]
    if until is not None:
        within.append(Incident.opened_at <= until)
    session.execute(
        update(Incident)
        .where(Incident.kind == IncidentKind.SILENT, Incident.outage_id.is_(None), *within)
        .values(outage_id=outage_id)
        .execution_options(synchronize_session=False)
    )


def delete_closed_before(session: Session, before: datetime, *, limit: int) -> int:
    """Delete incidents that closed before then; return how many."""
    query = select(Incident.id).where(Incident.closed_at < before, Incident.open_key.is_(None))
    ids = list(session.scalars(query.limit(limit)))
    if ids:
        session.execute(delete(Incident).where(Incident.id.in_(ids)))
    return len(ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFilter:
    """Which incidents are listed."""

    is_open_only: bool = True
    is_folded: bool = False
    """Whether those are left out that lie inside an outage of ours that goes on."""
    client_uuid: str | None = None
    group_ids: frozenset[int | None] | None = None
    """Those of screens that are in these groups now, None for no group, and outages of ours."""
    opened_since: datetime | None = None


def count(session: Session, wanted: IncidentFilter) -> int:
    """Count incidents."""
    return session.scalar(_to_count(wanted)) or 0


def list_rows(
    session: Session, wanted: IncidentFilter, *, limit: int, offset: int = 0
) -> list[tuple[Incident, Client | None, str | None]]:
    """Return incidents with their screen and the name of the group in which it was then.

    The most urgent first while only open ones are asked for, else the newest.
    """
    found = session.execute(_to_list(wanted).limit(limit).offset(offset))
    return [(row[0], row[1], row[2]) for row in found]


def count_inside(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Return how many incidents lie inside each of these outages; none are left out."""
    query = select(Incident.outage_id, func.count()).where(Incident.outage_id.in_(ids))
    found = session.execute(query.group_by(Incident.outage_id)) if ids else ()
    return {outage_id: number for outage_id, number in found if outage_id is not None}


def find(session: Session, incident_id: int, *, is_locked: bool = False) -> Incident | None:
    """Return an incident or None; `is_locked` keeps others off it until the commit."""
    query = select(Incident).where(Incident.id == incident_id)
    if is_locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


@lru_cache(maxsize=64)  # to write it takes longer than the database takes to answer
def _to_count(wanted: IncidentFilter) -> Select[int]:
    return _filtered(select(func.count(Incident.id)).select_from(Incident), wanted)


@lru_cache(maxsize=64)
def _to_list(wanted: IncidentFilter) -> Select[Incident, Client | None, str | None]:
    query = (
        select(Incident, Client, ClientGroup.name)
        .outerjoin(Client, Client.uuid == Incident.client_uuid)
        .outerjoin(ClientGroup, ClientGroup.id == Incident.group_id)
        .options(lazyload(Client.group), load_only(*_OF_NAME))
    )
    if wanted.is_open_only:
        urgency = case(URGENCY, value=Incident.kind)
        query = query.order_by(urgency, Incident.opened_at, Incident.id)
    else:
        query = query.order_by(Incident.opened_at.desc(), Incident.id.desc())
    return _filtered(query, wanted)


def _filtered(query: Select[*Columns], wanted: IncidentFilter) -> Select[*Columns]:
    if wanted.is_open_only:
        query = query.where(Incident.closed_at.is_(None))
    if wanted.client_uuid is not None:
        query = query.where(Incident.client_uuid == wanted.client_uuid)
    if wanted.group_ids is not None:
        members = select(Client.uuid).where(_in_groups(wanted.group_ids))
        query = query.where(Incident.client_uuid.is_(None) | Incident.client_uuid.in_(members))
    if wanted.opened_since is not None:
        query = query.where(Incident.opened_at >= wanted.opened_since)
    if wanted.is_folded:
        outage = aliased(Incident)
        goes_on = select(outage.id).where(
            outage.kind == IncidentKind.OUTAGE, outage.closed_at.is_(None)
        )
        query = query.where(Incident.outage_id.is_(None) | Incident.outage_id.not_in(goes_on))
    return query


def _in_groups(group_ids: frozenset[int | None]) -> ColumnElement[bool]:
    ids = [one for one in group_ids if one is not None]
    found = Client.group_id.in_(ids)
    return found | Client.group_id.is_(None) if None in group_ids else found
