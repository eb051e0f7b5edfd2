"""Rows of kept pictures: looked up, thinned out. Nothing here commits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    Client,
    ClientScreenshot,
    Event,
    EventMedia,
    Occurrence,
    PicturedEvent,
)
from infoscreen_core.db.queries.media.event_files import further_pages
from infoscreen_core.db.queries.monitoring.telemetry import ManyRows, database_time, update_many
from infoscreen_core.db.queries.occurrences import is_on_now
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.domain.screens.screens import ScreenHealth


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


@dataclass(slots=True)
class Pictured:
    """A player, what its next picture is compared with, and what its last one says of it."""

    uuid: str
    group_id: int | None
    health: ScreenHealth
    last_hash: str | None
    same_count: int
    """How many periodic pictures in a row had that hash."""
    clock_behind_seconds: float | None

    received_at: datetime | None = None
    """This and what follows are written by `update_pictured`, not read."""
    captured_at: datetime | None = None
    type: PictureType | None = None
    priority_at: datetime | None = None
    """None leaves the priority picture as it was."""
    priority_type: PictureType | None = None


class StoredPicture(NamedTuple):
    """A kept picture."""

    id: int
    client_uuid: str
    filename: str
    type: PictureType
    event_id: int | None


_PICTURED: Final = (
    Client.uuid,
    Client.group_id,
    Client.screen_health_status,
    Client.last_screenshot_hash,
    Client.same_screenshot_count,
    Client.clock_behind_seconds,
)
_UPDATE_PICTURED: Final = ManyRows(
    text(
        """
        UPDATE clients AS c
        JOIN JSON_TABLE(:rows, '$[*]' COLUMNS (
            uuid VARCHAR(36) PATH '$[0]', health VARCHAR(32) PATH '$[1]', md5 CHAR(32) PATH '$[2]',
            same INT PATH '$[3]', at DATETIME(6) PATH '$[4]', captured_at DATETIME(6) PATH '$[5]',
            kind VARCHAR(32) PATH '$[6]', first_at DATETIME(6) PATH '$[7]',
            first_kind VARCHAR(32) PATH '$[8]'
        )) AS j ON c.uuid = CONVERT(j.uuid USING utf8mb4) COLLATE utf8mb4_unicode_ci
        SET c.screen_health_status = j.health, c.last_screenshot_hash = j.md5,
            c.same_screenshot_count = j.same, c.last_screenshot_at = j.at,
            c.last_screenshot_captured_at = j.captured_at, c.last_screenshot_type = j.kind,
            c.priority_screenshot_at = COALESCE(j.first_at, c.priority_screenshot_at),
            c.priority_screenshot_type = COALESCE(j.first_kind, c.priority_screenshot_type)
        """
    ),
    """
    UPDATE clients
    SET screen_health_status = ?2, last_screenshot_hash = ?3, same_screenshot_count = ?4,
        last_screenshot_at = ?5, last_screenshot_captured_at = ?6, last_screenshot_type = ?7,
        priority_screenshot_at = coalesce(?8, priority_screenshot_at),
        priority_screenshot_type = coalesce(?9, priority_screenshot_type)
    WHERE uuid = ?1
    """,
)


def lock_pictured(session: Session, client_uuids: Collection[str]) -> dict[str, Pictured]:
    """Return those of the players that exist; others cannot change them meanwhile."""
    query = select(*_PICTURED).where(Client.uuid.in_(client_uuids)).order_by(Client.uuid)
    return {row[0]: Pictured(*row) for row in session.execute(query.with_for_update())}


def update_pictured(session: Session, players: Collection[Pictured]) -> None:
    """Write what players' pictures say of them."""
    rows = [
        (
            one.uuid,
            one.health.value,
            one.last_hash,
            one.same_count,
            _stored(one.received_at),
            _stored(one.captured_at),
            one.type and one.type.value,
            _stored(one.priority_at),
            one.priority_type and one.priority_type.value,
        )
        for one in sorted(players, key=attrgetter("uuid"))
    ]
    update_many(session, _UPDATE_PICTURED, rows)


def _stored(moment: datetime | None) -> str | None:
    return None if moment is None else database_time(moment)


def list_stored(session: Session, client_uuids: Collection[str]) -> list[StoredPicture]:
    """Return the kept pictures of some players, the newest first."""
    # By id, not by time: what came last is the newest also when the clock was set back.
    query = select(*(getattr(ClientScreenshot, name) for name in StoredPicture._fields))
    query = query.where(ClientScreenshot.client_uuid.in_(client_uuids))
    return [
        StoredPicture._make(row)
        for row in session.execute(query.order_by(ClientScreenshot.id.desc()))
    ]


def add_pictures(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add kept pictures, in the order in which they came."""
    session.execute(insert(ClientScreenshot), rows)


def add_pictured(session: Session, client_uuid: str, event_id: int, *, at: datetime) -> None:
    """Note that a picture was taken while a player showed an event."""
    session.add(PicturedEvent(client_uuid=client_uuid, event_id=event_id, at=at))


def delete_pictures(session: Session, ids: Sequence[int]) -> None:
    """Delete kept pictures."""
    session.execute(
        delete(ClientScreenshot)
        .where(ClientScreenshot.id.in_(ids))
        .execution_options(synchronize_session=False)
    )


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
