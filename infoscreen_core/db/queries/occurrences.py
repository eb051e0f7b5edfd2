"""The occurrence index in the database: what happens when. Nothing here commits.

The index is derived from the events and their rules: one row per occurrence near now, so that
"what is on?" is one range scan instead of expanding every series. Reads for players and for people
have rows of their own (`ActiveRow`, `BriefRow`), because both run often and need different columns.
The rules themselves are in `domain.events.schedule`; conditions that repeat one say so, and tests
compare the two.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED, Base
from infoscreen_core.db.models import ClientGroup, Event, Occurrence
from infoscreen_core.db.queries.events import set_silently
from infoscreen_core.db.sql_text import PORTION, read_rows_texts, rows_text
from infoscreen_core.domain.events.event import EventType

_DELETE_CHUNK = 500
_TABLE = Base.metadata.tables[Occurrence.__tablename__]


class IndexRow(NamedTuple):
    """One row of the index; `id` is 0 if it is not stored yet."""

    event_id: int
    start: datetime
    end: datetime
    group_id: int
    id: int = 0


class BriefRow(NamedTuple):
    """One occurrence as people's overviews need it."""

    event_id: int
    group_id: int
    start: datetime
    end: datetime
    title: str
    event_type: EventType
    priority: int


class RivalRow(NamedTuple):
    """One occurrence of an event that another one may have to give way to."""

    event_id: int
    group_id: int
    start: datetime
    end: datetime
    title: str
    priority: int
    is_series: bool
    version: int


class SpanRow(NamedTuple):
    """When something takes place in a group."""

    group_id: int
    start: datetime
    end: datetime


_BRIEF_COLUMNS = (
    Occurrence.event_id,
    Occurrence.group_id,
    Occurrence.start,
    Occurrence.end,
    Event.title,
    Event.event_type,
    Event.priority,
)
_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


def is_on_now(now: datetime) -> ColumnElement[bool]:
    """Return the rule `domain.events.schedule.is_on` as a condition, for active events."""
    # The lower bound excludes nothing. With it, SQLite scans the starts up to now, of which a
    # nightly pruning leaves two days; without it, the ends from now on, which is almost the whole
    # index.
    return and_(Occurrence.start.between(_LONG_AGO, now), Occurrence.end > now, Event.is_active)


def _overlaps(start: datetime, end: datetime) -> ColumnElement[bool]:
    """Return the rule of `domain.events.overlaps` as a condition: touching is no overlap."""
    return and_(Occurrence.start < end, Occurrence.end > start)


def list_index_rows(session: Session, event_ids: Collection[int]) -> list[IndexRow]:
    """Return all that the index holds about some events."""
    rows = session.execute(
        select(
            Occurrence.event_id,
            Occurrence.start,
            Occurrence.end,
            Occurrence.group_id,
            Occurrence.id,
        ).where(Occurrence.event_id.in_(event_ids))
    )
    return [IndexRow(*row) for row in rows]


def insert_index_rows(session: Session, rows: Iterable[IndexRow]) -> None:
    """Add rows in bulk."""
    values = [
        {"event_id": row.event_id, "group_id": row.group_id, "start": row.start, "end": row.end}
        for row in rows
    ]
    if values:
        session.execute(insert(_TABLE), values)  # the table takes half the time of the class


def delete_index_rows(session: Session, ids: Sequence[int]) -> None:
    """Remove rows in bulk."""
    for first in range(0, len(ids), _DELETE_CHUNK):
        session.execute(
            delete(Occurrence)
            .where(Occurrence.id.in_(ids[first : first + _DELETE_CHUNK]))
            .execution_options(synchronize_session=False)
        )


def mark_indexed(session: Session, events: Collection[Event], until: datetime | None) -> None:
    """Note how far ahead the index is complete for some events; their version does not change."""
    set_silently(session, events, "indexed_until", until)


def claim_late_events(session: Session, until: datetime, limit: int) -> list[Event]:
    """Return, locked, active events whose index does not reach `until`, by id."""
    late = (
        select(Event)
        .where(Event.is_active, or_(Event.indexed_until.is_(None), Event.indexed_until < until))
        .order_by(Event.id)
        .limit(limit)
        .with_for_update()
    )
    return list(session.scalars(late, execution_options={"populate_existing": True}))


def claim_events_after(session: Session, after_id: int, limit: int) -> list[Event]:
    """Return, locked, the next `limit` events by id, active or not."""
    batch = (
        select(Event).where(Event.id > after_id).order_by(Event.id).limit(limit).with_for_update()
    )
    return list(session.scalars(batch, execution_options={"populate_existing": True}))


def list_orphans(session: Session) -> list[IndexRow]:
    """Return the index's rows of events that do not exist."""
    rows = session.execute(
        select(
            Occurrence.event_id,
            Occurrence.start,
            Occurrence.end,
            Occurrence.group_id,
            Occurrence.id,
        )
        .outerjoin(Event, Event.id == Occurrence.event_id)
        .where(Event.id.is_(None))
        .order_by(Occurrence.event_id, Occurrence.start)
    )
    return [IndexRow(*row) for row in rows]


def delete_index_of(session: Session, event_id: int) -> None:
    """Remove all that the index holds about an event."""
    session.execute(
        delete(Occurrence)
        .where(Occurrence.event_id == event_id)
        .execution_options(synchronize_session=False)
    )


def list_group_ids(session: Session) -> list[int]:
    """Return every group's id."""
    query = select(rows_text(ClientGroup.id)).group_by(ClientGroup.id // PORTION)
    return [group_id for (group_id,) in read_rows_texts(session.scalars(query))]


def find_next_boundary(session: Session, now: datetime) -> datetime | None:
    """Return the next start or end of any occurrence after `now`."""
    start = select(func.min(Occurrence.start)).where(Occurrence.start > now).scalar_subquery()
    end = select(func.min(Occurrence.end)).where(Occurrence.end > now).scalar_subquery()
    moments = session.execute(select(start, end)).one()
    return min((moment for moment in moments if moment is not None), default=None)


def list_brief_active(session: Session, now: datetime) -> list[BriefRow]:
    """Return what is active now, without what only players need; `on_screen` sorts it."""
    rows = session.execute(
        select(*_BRIEF_COLUMNS).join(Event, Event.id == Occurrence.event_id).where(is_on_now(now))
    )
    return [BriefRow._make(row) for row in rows]


def list_brief_next(session: Session, now: datetime, until: datetime) -> list[BriefRow]:
    """Return what starts next in each group after `now` and before `until`: one row per group.

    Of several that start together, it is the first by `domain.events.schedule.calendar_order`.
    """
    order = func.row_number().over(
        partition_by=Occurrence.group_id,
        order_by=(Occurrence.start, Event.priority.desc(), Event.id),
    )
    ranked = (
        select(Occurrence.id, order.label("place"))
        .join(Event, Event.id == Occurrence.event_id)
        .where(Occurrence.start > now, Occurrence.start < until, Event.is_active)
        .subquery()
    )
    rows = session.execute(
        select(*_BRIEF_COLUMNS)
        .join(Event, Event.id == Occurrence.event_id)
        .join(ranked, ranked.c.id == Occurrence.id)
        .where(ranked.c.place == 1)
    )
    return [BriefRow._make(row) for row in rows]


def list_rivals(
    session: Session,
    group_ids: Collection[int],
    start: datetime,
    end: datetime,
    *,
    limit: int,
    least_priority: int | None = None,
) -> list[RivalRow]:
    """Return what some groups show between two instants, by start: `limit` rows at most.

    Events below `least_priority` are left out.
    """
    query = (
        select(
            Occurrence.event_id,
            Occurrence.group_id,
            Occurrence.start,
            Occurrence.end,
            Event.title,
            Event.priority,
            Event.recurrence_rule.is_not(None),
            Event.version,
        )
        .join(Event, Event.id == Occurrence.event_id)
        .where(Occurrence.group_id.in_(group_ids), _overlaps(start, end))
        .where(Event.is_active)
        .order_by(Occurrence.start, Occurrence.id)
        .limit(limit)
    )
    if least_priority is not None:
        query = query.where(Event.priority >= least_priority)
    return [RivalRow._make(row) for row in session.execute(query)]


def list_spans(
    session: Session, since: datetime, until: datetime, group_ids: Collection[int]
) -> list[SpanRow]:
    """Return when something takes place that touches the time from `since` to `until`.

    Complete for these groups; rows of other groups may be included.
    """
    query = (
        select(Occurrence.group_id, Occurrence.start, Occurrence.end)
        .join(Event, Event.id == Occurrence.event_id)
        .where(Occurrence.start.between(_LONG_AGO, until), Occurrence.end >= since, Event.is_active)
    )
    if len(group_ids) <= MAX_NAMED:
        query = query.where(Occurrence.group_id.in_(group_ids))
    return [SpanRow._make(row) for row in session.execute(query)]


def list_rows_between(
    session: Session, window_start: datetime, window_end: datetime, event_ids: Collection[int]
) -> list[IndexRow]:
    """Return the index's rows of some events in a window, up to which it must be complete."""
    rows = session.execute(
        select(
            Occurrence.event_id,
            Occurrence.start,
            Occurrence.end,
            Occurrence.group_id,
            Occurrence.id,
        )
        .where(_overlaps(window_start, window_end))
        .where(Occurrence.event_id.in_(event_ids))
    )
    return [IndexRow(*row) for row in rows]
