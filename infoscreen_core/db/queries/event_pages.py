"""Pages of events by their ids; nothing here commits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, EventFile


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are asked for: those that meet all that is given."""

    start: datetime | None = None
    """Those that are not over by then, whatever their exceptions."""
    end: datetime | None = None
    """Those that begin before then."""
    group_ids: Collection[int] | None = None
    is_active: bool | None = None


def list_events_after(
    session: Session, wanted: EventFilter, columns: Sequence[str], *, after: int, limit: int
) -> list[Row[Any]]:
    """Return columns of the first `limit` events by id that come after the id `after`.

    Columns rather than whole rows: a page has hundreds, and nobody changes them.
    """
    query = select(*(getattr(Event, name) for name in columns))
    query = query.where(Event.id > after, *_conditions(wanted)).order_by(Event.id)
    return list(session.execute(query.limit(limit)))


def map_further_files(session: Session, event_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return by event the files that it shows after its first, in order."""
    found: dict[int, tuple[int, ...]] = {}
    if not event_ids:
        return found
    query = select(EventFile.event_id, EventFile.media_id)
    query = query.where(EventFile.event_id.in_(event_ids))
    for event_id, media_id in session.execute(
        query.order_by(EventFile.event_id, EventFile.position)
    ):
        found[event_id] = (*found.get(event_id, ()), media_id)
    return found


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.end is not None:
        found.append(Event.start < wanted.end)
    if wanted.start is not None:
        is_series = Event.recurrence_rule.is_not(None)
        endless = is_series & Event.recurrence_end.is_(None)
        last = is_series & (Event.recurrence_end > wanted.start)
        found.append(or_(~is_series & (Event.end > wanted.start), endless, last))
    if wanted.group_ids is not None:
        found.append(Event.group_id.in_(wanted.group_ids))
    if wanted.is_active is not None:
        found.append(Event.is_active.is_(wanted.is_active))
    return found
