"""The record of what was published for groups and of what their screens showed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Table, and_, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import (
    Client,
    ClientContentChange,
    ClientGroup,
    ClientStatus,
    PowerOverride,
    PublishedList,
)
from infoscreen_core.domain.monitoring.content.states import (
    Content,
    ContentReason,
    PlannedEvent,
    Published,
)
from infoscreen_core.domain.screens.power import DesiredPower

_STATUSES: Final[Table] = ClientStatus.__table__  # type: ignore[assignment]
TRUTH_COLUMNS: Final = (
    "content",
    "content_reason",
    "content_since",
    "planned_event_id",
    "shown_event_id",
    "said_event_id",
    "said_since",
    "judged_group_id",
)
"""Of `ClientStatus`: what a screen is held to show, and what it was judged by."""
_RECENT_LISTS: Final = 5
_WRITE_TRUTHS: Final = (
    update(_STATUSES)
    .where(_STATUSES.c.client_uuid == bindparam("key"))
    .values({name: bindparam(f"new_{name}") for name in TRUTH_COLUMNS})
)


class ChangeRow(NamedTuple):
    """What a change says; whole rows would take twice as long to read, and there are many."""

    client_uuid: str
    at: datetime
    id: int
    state: Content | None
    reason: ContentReason
    planned_event_id: int | None
    planned_title: str | None
    shown_event_id: int | None
    shown_title: str | None


_CHANGE_COLUMNS: Final = tuple(getattr(ClientContentChange, name) for name in ChangeRow._fields)


def map_published(
    session: Session, group_ids: Collection[int] | None = None
) -> dict[int, Published]:
    """Return what was published last for each group, or for these; a group may have nothing."""
    row = PublishedList
    query = select(row.group_id, row.began_at, row.events).where(row.ended_at.is_(None))
    if group_ids is not None and len(group_ids) <= MAX_NAMED:
        query = query.where(row.group_id.in_(group_ids))
    return {
        group_id: Published(began_at, read_events(events))
        for group_id, began_at, events in session.execute(query)
    }


def read_events(stored: Iterable[Sequence[Any]]) -> tuple[PlannedEvent, ...]:
    """Return a stored list as its entries."""
    return tuple(PlannedEvent(*one) for one in stored)


def list_existing_groups(session: Session, group_ids: Collection[int]) -> set[int]:
    """Return those of the groups that exist."""
    return set(session.scalars(select(ClientGroup.id).where(ClientGroup.id.in_(group_ids))))


def replace_published(
    session: Session, group_id: int, events: Sequence[PlannedEvent], *, at: datetime
) -> None:
    """Write that this is what a group's players have from now on."""
    session.execute(_current(group_id).values(ended_at=at))
    session.add(PublishedList(group_id=group_id, began_at=at, ended_at=None, events=_plain(events)))
    session.flush()


def rename_published(session: Session, group_id: int, events: Sequence[PlannedEvent]) -> None:
    """Write how the same events are called now."""
    session.execute(_current(group_id).values(events=_plain(events)))


def judge_groups_soon(session: Session, group_ids: Collection[int], *, now: datetime) -> None:
    """Let the players of some groups be judged at once."""
    wanted = sorted(group_ids)
    for start in range(0, len(wanted), MAX_NAMED):
        members = select(Client.uuid).where(Client.group_id.in_(wanted[start : start + MAX_NAMED]))
        session.execute(
            update(ClientStatus)
            .where(ClientStatus.client_uuid.in_(members), ClientStatus.judge_at > now)
            .values(judge_at=now)
            .execution_options(synchronize_session=False)
        )


def list_held_off(session: Session, uuids: Collection[str], *, now: datetime) -> set[str]:
    """Return those of the players whose TV an operator holds off."""
    query = select(PowerOverride.client_uuid).where(
        PowerOverride.expires_at > now,  # domain.screens.power.is_in_force
        PowerOverride.desired_state == DesiredPower.OFF,
        PowerOverride.client_uuid.in_(uuids),
    )
    return set(session.scalars(query))


def write_truths(session: Session, rows: Iterable[tuple[str, Sequence[Any]]]) -> None:
    """Write what screens are held to show: their UUIDs, each with its `TRUTH_COLUMNS`."""
    values = [
        {"key": uuid} | {f"new_{name}": one for name, one in zip(TRUTH_COLUMNS, row, strict=True)}
        for uuid, row in rows
    ]
    if values:
        session.connection().execute(_WRITE_TRUTHS, values)


def recent_titles(session: Session, group_id: int) -> dict[int, str]:
    """Return what the events of a group's last lists are or were called."""
    query = select(PublishedList.events).where(PublishedList.group_id == group_id)
    lists = session.scalars(query.order_by(PublishedList.began_at.desc()).limit(_RECENT_LISTS))
    return {one.event_id: one.title for events in lists for one in read_events(events)}


def list_published(
    session: Session, group_id: int, *, since: datetime, until: datetime
) -> list[PublishedList]:
    """Return a group's lists that were in force in a window, in order."""
    row = PublishedList
    query = select(row).where(
        row.group_id == group_id,
        row.began_at < until,
        row.ended_at.is_(None) | (row.ended_at > since),
    )
    return list(session.scalars(query.order_by(row.began_at, row.id)))


def add_changes(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add changes of what screens show."""
    if rows:
        session.execute(insert(ClientContentChange), list(rows))


def list_changes(
    session: Session, client_uuids: Collection[str], *, since: datetime, until: datetime
) -> list[ChangeRow]:
    """Return players' changes in a window and those in force when it begins.

    By player, and of each in order; at most `MAX_NAMED` players.
    """
    row = ClientContentChange
    in_force = (
        select(row.id)
        .where(row.client_uuid == Client.uuid, row.at <= since)
        .order_by(row.at.desc(), row.id.desc())
        .limit(1)
        .correlate(Client)
        .scalar_subquery()
    )
    before = select(in_force).where(Client.uuid.in_(client_uuids))
    ids = [one for one in session.scalars(before) if one is not None]
    within = and_(row.client_uuid.in_(client_uuids), row.at > since, row.at < until)
    # Two queries: with an OR between them, no database finds an index for both.
    rows = [
        ChangeRow(*found)
        for wanted in (row.id.in_(ids), within)
        for found in session.execute(select(*_CHANGE_COLUMNS).where(wanted))
    ]
    return sorted(rows, key=attrgetter("client_uuid", "at", "id"))


def find_first_change(session: Session) -> datetime | None:
    """Return when the record of what screens show begins, or None."""
    return session.scalar(select(func.min(ClientContentChange.at)))


def delete_published_before(session: Session, before: datetime, *, limit: int) -> int:
    """Delete lists that ended before then; return how many."""
    query = select(PublishedList.id).where(PublishedList.ended_at < before).limit(limit)
    return _delete(session, PublishedList, list(session.scalars(query)))


def delete_changes_before(session: Session, before: datetime, *, limit: int) -> int:
    """Delete old changes but the one that was in force then; return how many."""
    row, later = ClientContentChange, aliased(ClientContentChange)
    is_superseded = exists().where(
        later.client_uuid == row.client_uuid, later.at > row.at, later.at <= before
    )
    query = select(row.id).where(row.at < before, is_superseded).limit(limit)
    return _delete(session, row, list(session.scalars(query)))


def _delete(
    session: Session, table: type[PublishedList | ClientContentChange], ids: Sequence[int]
) -> int:
    if ids:
        session.execute(delete(table).where(table.id.in_(ids)))
    return len(ids)


def _current(group_id: int) -> Any:  # noqa: ANN401 - SQLAlchemy's own type is internal
    return (
        update(PublishedList)
        .where(PublishedList.group_id == group_id, PublishedList.ended_at.is_(None))
        .execution_options(synchronize_session=False)
    )


def _plain(events: Iterable[PlannedEvent]) -> list[list[Any]]:
    return [list(one) for one in events]
