"""Proof of play: the files that were published, what pictures show, and sums by day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    delete,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import (
    Client,
    Event,
    EventFile,
    EventMedia,
    PicturedEvent,
    PlayDay,
    PublishedFile,
)
from infoscreen_core.domain.monitoring.plays.tallies import By, Sums


class MediaOfEvent(NamedTuple):
    """A file of the library that an event shows."""

    event_id: int
    media_id: int
    name: str
    checksum: str


class DayFilter(NamedTuple):
    """Which sums are wanted; `first` and `last` are days."""

    first: date
    last: date
    group_id: int | None = None
    event_id: int | None = None
    media_id: int | None = None


_KEYS: Final = {
    By.EVENT: PlayDay.event_id,
    By.MEDIA: PlayDay.media_id,
    By.GROUP: PlayDay.group_id,
    By.DAY: PlayDay.day,
}


def list_media_of_events(session: Session, event_ids: Collection[int]) -> list[MediaOfEvent]:
    """Return the files of events in the order in which they show them."""
    first = select(Event.id, literal(0), Event.event_media_id).where(Event.id.in_(event_ids))
    further = select(EventFile.event_id, EventFile.position, EventFile.media_id).where(
        EventFile.event_id.in_(event_ids)
    )
    shown = union_all(first, further).subquery("shown")
    event_id, position, media_id = shown.c
    query = (
        select(event_id, EventMedia.id, EventMedia.name, EventMedia.checksum_sha256)
        .join(EventMedia, EventMedia.id == media_id)
        .order_by(event_id, position)
    )
    return [MediaOfEvent(*row) for row in session.execute(query)]


def list_open_files(session: Session, event_ids: Collection[int]) -> list[PublishedFile]:
    """Return what files events have now, by event and in order."""
    row = PublishedFile
    query = select(row).where(row.event_id.in_(event_ids), row.ended_at.is_(None))
    return list(session.scalars(query.order_by(row.event_id, row.position)))


def end_files(session: Session, event_id: int, *, at: datetime) -> None:
    """Write that an event no longer has the files that it had."""
    row = PublishedFile
    session.execute(
        update(row)
        .where(row.event_id == event_id, row.ended_at.is_(None))
        .values(ended_at=at)
        .execution_options(synchronize_session=False)
    )


def add_files(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add published files."""
    if rows:
        session.execute(insert(PublishedFile), list(rows))


def list_files(
    session: Session, event_ids: Collection[int], *, since: datetime, until: datetime
) -> list[PublishedFile]:
    """Return the files that events had in a window, by event and in order."""
    row, wanted = PublishedFile, sorted(event_ids)
    found: list[PublishedFile] = []
    for start in range(0, len(wanted), MAX_NAMED):
        query = select(row).where(
            row.event_id.in_(wanted[start : start + MAX_NAMED]),
            row.began_at < until,
            row.ended_at.is_(None) | (row.ended_at > since),
        )
        found += session.scalars(query.order_by(row.event_id, row.began_at, row.position))
    return found


def list_events_of_media(
    session: Session, media_id: int, *, since: datetime, until: datetime
) -> set[int]:
    """Return the events that had a file in a window."""
    row = PublishedFile
    query = select(row.event_id).where(
        row.media_id == media_id,
        row.began_at < until,
        row.ended_at.is_(None) | (row.ended_at > since),
    )
    return set(session.scalars(query))


def list_pictured(
    session: Session, client_uuids: Collection[str], *, since: datetime, until: datetime
) -> list[tuple[str, datetime, int]]:
    """Return `(uuid, at, event)` of what was noted of screens' pictures, and the last one before.

    At most `MAX_NAMED` screens.
    """
    row = PicturedEvent
    last = (
        select(row.id)
        .where(row.client_uuid == Client.uuid, row.at < since)
        .order_by(row.at.desc(), row.id.desc())
        .limit(1)
        .correlate(Client)
        .scalar_subquery()
    )
    before = select(last).where(Client.uuid.in_(client_uuids))
    ids = [one for one in session.scalars(before) if one is not None]
    columns = select(row.client_uuid, row.at, row.event_id)
    within = columns.where(row.client_uuid.in_(client_uuids), row.at >= since, row.at < until)
    return [
        (uuid, at, event_id)
        for query in (columns.where(row.id.in_(ids)), within)
        for uuid, at, event_id in session.execute(query)
    ]


def replace_day(session: Session, day: date, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the sums of a day in the place of what was known of it."""
    session.execute(delete(PlayDay).where(PlayDay.day == day))
    for start in range(0, len(rows), MAX_NAMED):
        session.execute(insert(PlayDay), list(rows[start : start + MAX_NAMED]))


def sum_days(
    session: Session, wanted: DayFilter, by: By, *, limit: int, offset: int = 0
) -> list[Sums]:
    """Return sums of the days, the longest shown first; by day, in their order."""
    key = _KEYS[by]
    shown = func.sum(PlayDay.seen_seconds + PlayDay.reported_seconds)
    query = (
        select(
            key,
            func.sum(PlayDay.seen_seconds),
            func.sum(PlayDay.reported_seconds),
            func.sum(PlayDay.unknown_seconds),
            func.sum(PlayDay.plays),
        )
        .where(*_conditions(wanted, by))
        .group_by(key)
    )
    order = (key,) if by is By.DAY else (shown.desc(), key)
    rows = session.execute(query.order_by(*order).limit(limit).offset(offset)).all()
    screens = _list_screens_of(session, wanted, by, [row[0] for row in rows])
    return [
        Sums(of, screens[of][0], *map(int, (seen, reported, unknown, screens[of][1], plays)))
        for of, seen, reported, unknown, plays in rows
    ]


def _list_screens_of(
    session: Session, wanted: DayFilter, by: By, keys: Sequence[Any]
) -> dict[Any, tuple[str | None, int]]:
    """Return, by key, how it was called, and how many screens showed it on its best day.

    Only of what is listed: adding up the screens of all by day takes longer than all the rest.
    """
    key = _KEYS[by]
    found: dict[Any, tuple[str | None, int]] = {}
    for start in range(0, len(keys), MAX_NAMED):
        of_day = (
            select(
                key.label("key"),
                func.max(PlayDay.name).label("name"),
                func.sum(PlayDay.screens).label("screens"),
            )
            .where(key.in_(keys[start : start + MAX_NAMED]))
            .where(*_conditions(wanted, by, is_by_key=True))
            .group_by(key, PlayDay.day)
            .subquery()
        )
        column = of_day.c
        query = select(column.key, func.max(column.name), func.max(column.screens))
        rows = session.execute(query.group_by(column.key))
        found |= {of: (name, screens) for of, name, screens in rows}
    return found


def list_groups_of(session: Session, wanted: DayFilter) -> set[int]:
    """Return the groups with sums of what is wanted."""
    query = select(PlayDay.group_id).where(*_conditions(wanted, By.DAY)).distinct()
    return set(session.scalars(query))


def list_screens(
    session: Session,
    group_ids: Collection[int] | None,
    client_uuid: str | None,
    *,
    limit: int,
    offset: int,
) -> list[tuple[str, str, int | None]]:
    """Return `(uuid, name, group)` of screens by name; of some groups, or one, if they are named.

    Group 0 are the screens without a group.
    """
    name = func.coalesce(Client.description, Client.hostname, func.substr(Client.uuid, 1, 8))
    query = select(Client.uuid, name, Client.group_id).where(
        *_screen_conditions(group_ids, client_uuid)
    )
    rows = session.execute(query.order_by(name, Client.uuid).limit(limit).offset(offset))
    return [(uuid, found, group_id) for uuid, found, group_id in rows]


def count_screens(
    session: Session, group_ids: Collection[int] | None, client_uuid: str | None
) -> int:
    """Return how many those are."""
    query = select(func.count()).select_from(Client)
    return session.scalar(query.where(*_screen_conditions(group_ids, client_uuid))) or 0


def _screen_conditions(
    group_ids: Collection[int] | None, client_uuid: str | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if client_uuid is not None:
        found.append(Client.uuid == client_uuid)
    if group_ids is not None:
        in_none = Client.group_id.is_(None) if 0 in group_ids else false()
        found.append(or_(Client.group_id.in_(group_ids), in_none))
    return found


def delete_before(session: Session, before: datetime, *, limit: int) -> int:
    """Delete what is older: published files that ended, noted pictures, days; return how many."""
    session.execute(delete(PlayDay).where(PlayDay.day < before.date()))
    files = select(PublishedFile.id).where(PublishedFile.ended_at < before)
    pictures = select(PicturedEvent.id).where(PicturedEvent.at < before)
    return max(
        _delete(session, PublishedFile, session.scalars(files.limit(limit))),
        _delete(session, PicturedEvent, session.scalars(pictures.limit(limit))),
    )


def _conditions(wanted: DayFilter, by: By, *, is_by_key: bool = False) -> list[ColumnElement[bool]]:
    """Return which sums are wanted; with `is_by_key` they are found by the index of their keys.

    A column to which nothing is added has an index of its own, which databases prefer, and which
    finds the sums of all keys.
    """
    nothing = literal(0) if is_by_key else None
    return [
        PlayDay.day >= wanted.first,
        PlayDay.day <= wanted.last,
        *_of(PlayDay.event_id, wanted.event_id, nothing, is_key=by is By.EVENT),
        *_of(PlayDay.media_id, wanted.media_id, nothing, is_key=by is By.MEDIA),
        *([] if wanted.group_id is None else [PlayDay.group_id == wanted.group_id]),
    ]


def _of(
    column: InstrumentedAttribute[int],
    wanted: int | None,
    nothing: ColumnElement[int] | None,
    *,
    is_key: bool,
) -> list[ColumnElement[bool]]:
    """Return the condition for one thing, for each by itself, or for all of them together (0)."""
    tested = column if nothing is None else column + nothing
    if wanted is not None:
        return [tested == wanted]
    return [tested > 0 if is_key else tested == 0]


def _delete(
    session: Session, table: type[PublishedFile | PicturedEvent], ids: Iterable[int]
) -> int:
    found = list(ids)
    if found:
        session.execute(delete(table).where(table.id.in_(found)))
    return len(found)
