"""Reads and writes around what was deleted from the plan; nothing here commits."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from infoscreen_core.db.base import Base, UtcDateTime
from infoscreen_core.db.models import (
    AcademicPeriod,
    ClientGroup,
    Event,
    EventDeletion,
    EventException,
    EventFile,
    EventMedia,
    User,
)

_EVENTS = Base.metadata.tables[Event.__tablename__]
_EXCEPTIONS = Base.metadata.tables[EventException.__tablename__]
_FORGETTABLE: tuple[tuple[str, type[Base]], ...] = (
    ("master_event_id", Event),
    ("created_by", User),
    ("updated_by", User),
)


def find_last(session: Session, user_id: int | None, actor_name: str) -> EventDeletion | None:
    """Return what a person deleted last; without a user, what was deleted under this name."""
    own = select(EventDeletion).where(EventDeletion.deleted_by.is_not_distinct_from(user_id))
    if user_id is None:
        own = own.where(EventDeletion.actor_name == actor_name)
    return session.scalars(own.order_by(EventDeletion.id.desc()).limit(1)).first()


def find_for_update(session: Session, deletion_id: int) -> EventDeletion | None:
    """Return a deletion and keep others from undoing it until the commit."""
    session.flush()
    return session.get(EventDeletion, deletion_id, with_for_update=True, populate_existing=True)


def forget_before(session: Session, before: datetime) -> None:
    """Delete what nobody can undo any more."""
    session.execute(
        delete(EventDeletion)
        .where(EventDeletion.deleted_at < before)
        .execution_options(synchronize_session=False)
    )


def list_detaching(session: Session, event_id: int) -> list[int]:
    """Return the exceptions, of other events, that say they became this event."""
    return list(
        session.scalars(
            select(EventException.id).where(EventException.detached_event_id == event_id)
        )
    )


def is_group_missing(session: Session, row: Mapping[str, Any]) -> bool:
    """Whether the group of an event is gone."""
    return _is_missing(session, ClientGroup, row["group_id"])


def is_period_missing(session: Session, row: Mapping[str, Any]) -> bool:
    """Whether the academic period of an event is gone."""
    return _is_missing(session, AcademicPeriod, row["academic_period_id"])


def media_ids_of(row: Mapping[str, Any]) -> list[int]:
    """Return the files of a remembered event, in their order."""
    first = row["event_media_id"]
    return [*([] if first is None else [first]), *row.get("further_media_ids", ())]


def map_media_names(session: Session, media_ids: Collection[int]) -> dict[int, str]:
    """Return the names of those files that are there; nobody deletes one until the commit."""
    query = select(EventMedia).where(EventMedia.id.in_(media_ids)).order_by(EventMedia.id)
    return {media.id: media.name for media in session.scalars(query.with_for_update(read=True))}


def insert_event(session: Session, row: Mapping[str, Any]) -> None:
    """Store an event with its old id, version and files; links to what is gone become NULL.

    A file that is gone is left out, and the next one moves up.
    """
    wanted = media_ids_of(row)
    known = map_media_names(session, wanted)
    left = [one for one in wanted if one in known]
    row = {**row, "event_media_id": next(iter(left), None)}
    values = {
        column.name: datetime.fromisoformat(row[column.name])
        if isinstance(column.type, UtcDateTime) and row[column.name]
        else row[column.name]
        for column in _EVENTS.columns
        if column.name in row
    }
    lost = {column for column, kind in _FORGETTABLE if _is_missing(session, kind, row[column])}
    session.execute(insert(_EVENTS).values(values | dict.fromkeys(lost)))
    session.add_all(
        EventFile(event_id=row["id"], position=position, media_id=media_id)
        for position, media_id in enumerate(left[1:], start=1)
    )
    session.flush()


def link_detached(
    session: Session, event_id: int, detached: Collection[int], exceptions: Collection[int]
) -> None:
    """Link an event again with those detached from it, and with the exceptions it came from."""
    session.flush()
    session.execute(
        update(_EVENTS)
        .where(_EVENTS.c.id.in_(detached), _EVENTS.c.master_event_id.is_(None))
        .values(master_event_id=event_id)
    )
    session.execute(
        update(_EXCEPTIONS)
        .where(_EXCEPTIONS.c.id.in_(exceptions), _EXCEPTIONS.c.detached_event_id.is_(None))
        .values(detached_event_id=event_id)
    )
    session.expire_all()


def has_event(session: Session, event_id: int | None) -> bool:
    """Whether there is such an event."""
    return not _is_missing(session, Event, event_id) and event_id is not None


def _is_missing(session: Session, kind: type[Base], row_id: int | None) -> bool:
    return row_id is not None and session.get(kind, row_id) is None
