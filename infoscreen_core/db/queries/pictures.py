"""Rows of kept pictures: looked up, thinned out. Nothing here commits."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, lazyload, load_only

from infoscreen_core.db.models import (
    Client,
    ClientScreenshot,
    Event,
    EventMedia,
    Occurrence,
    PicturedEvent,
)
from infoscreen_core.db.queries.media.event_files import further_pages
from infoscreen_core.db.queries.occurrences import is_on_now
from infoscreen_core.domain.events.event import EventType


class ShownRow(NamedTuple):
    """One active occurrence, and what makes its picture move."""

    event_id: int
    start: datetime
    end: datetime
    priority: int
    event_type: EventType
    auto_progress: bool
    page_count: int
    """Of all its files; those that nobody has counted are left out."""


_JUDGED_BY: Final = (
    Client.uuid,
    Client.group_id,
    Client.screen_health_status,
    Client.last_screenshot_hash,
    Client.same_screenshot_count,
    Client.clock_behind_seconds,
)
"""The columns of a player that one of its pictures is compared with."""
# By id, not by time: what came last is the newest also when the clock was set back.
_NEWEST_FIRST = (ClientScreenshot.id.desc(),)


def lock_pictured(session: Session, client_uuid: str) -> Client | None:
    """Return the player or None, with what its pictures are judged by; others cannot change it.

    Its row has sixty columns, and to read them all took longer than to look at the picture.
    """
    query = select(Client).where(Client.uuid == client_uuid).with_for_update()
    query = query.options(load_only(*_JUDGED_BY), lazyload(Client.group))
    return session.scalar(query.execution_options(populate_existing=True))


def has_picture(session: Session, client_uuid: str, filename: str) -> bool:
    """Whether the player's picture of that name is kept."""
    query = select(ClientScreenshot.id).where(
        ClientScreenshot.client_uuid == client_uuid, ClientScreenshot.filename == filename
    )
    return session.scalar(query.limit(1)) is not None


def find_last_event(session: Session, client_uuid: str) -> int | None:
    """Return the event that a player showed in its newest kept picture; None without any."""
    query = select(ClientScreenshot.event_id).where(ClientScreenshot.client_uuid == client_uuid)
    return session.scalar(query.order_by(*_NEWEST_FIRST).limit(1))


def add_pictured(session: Session, client_uuid: str, event_id: int, *, at: datetime) -> None:
    """Note that a picture was taken while a player showed an event."""
    session.add(PicturedEvent(client_uuid=client_uuid, event_id=event_id, at=at))


def delete_surplus(session: Session, client_uuid: str, *, keep: int) -> list[str]:
    """Delete all but the newest `keep` pictures and the newest priority one; return file names."""
    rows = session.execute(
        select(ClientScreenshot.id, ClientScreenshot.filename, ClientScreenshot.type)
        .where(ClientScreenshot.client_uuid == client_uuid)
        .order_by(*_NEWEST_FIRST)
    ).all()
    priority = next((row.id for row in rows if row.type.is_priority), None)
    surplus = [row for row in rows[keep:] if row.id != priority]
    if surplus:
        session.execute(
            delete(ClientScreenshot)
            .where(ClientScreenshot.id.in_([row.id for row in surplus]))
            .execution_options(synchronize_session=False)
        )
    return [row.filename for row in surplus]


def list_filenames(session: Session, client_uuid: str) -> set[str]:
    """Return the names of all files of the player's kept pictures."""
    query = select(ClientScreenshot.filename).where(ClientScreenshot.client_uuid == client_uuid)
    return set(session.scalars(query))


def list_shown(session: Session, group_id: int, now: datetime) -> list[ShownRow]:
    """Return what is active in a group now; `on_screen` says what of it the screens get."""
    query = (
        select(
            Event.id,
            Occurrence.start,
            Occurrence.end,
            Event.priority,
            Event.event_type,
            Event.auto_progress,
            func.coalesce(EventMedia.page_count, 0) + further_pages(),
        )
        .join(Event, Event.id == Occurrence.event_id)
        .outerjoin(EventMedia, EventMedia.id == Event.event_media_id)
        .where(Occurrence.group_id == group_id, is_on_now(now))
    )
    return [ShownRow(*row) for row in session.execute(query)]
