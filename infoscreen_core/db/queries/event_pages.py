"""Pages of events by their ids; nothing here commits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from infoscreen_core.db.models import Event


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
    session: Session, wanted: EventFilter, *, after: int, limit: int
) -> list[Event]:
    """Return the first `limit` events by id that come after the id `after`, with their files."""
    query = select(Event).where(Event.id > after, *_conditions(wanted))
    query = query.order_by(Event.id).limit(limit).options(selectinload(Event.further_files))
    return list(session.scalars(query))


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
