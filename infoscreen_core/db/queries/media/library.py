"""Reads of the library: pages of files, folders, and what its figures are made of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    case,
    delete,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from infoscreen_core.db.models import (
    ClientGroup,
    Conversion,
    Event,
    EventFile,
    EventMedia,
    MediaFolder,
    MediaRoom,
    Occurrence,
    User,
)
from infoscreen_core.db.queries.media.event_files import uses_of_media
from infoscreen_core.domain.media.types import ConversionStatus, MediaType

Columns = tuple[ColumnElement[Any], ...]
_SHOWN_OF_CONVERSIONS: Final = (
    Conversion.id,
    Conversion.media_id,
    Conversion.target_format,
    Conversion.status,
    Conversion.progress,
    Conversion.failure,
    Conversion.error_message,
    Conversion.warnings,
    Conversion.attempts,
    Conversion.not_before_at,
    Conversion.result,
)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file, who added it, and how many events show it."""

    media: EventMedia
    author: str | None
    uses: int


def find_media(session: Session, media_id: int, *, is_locked: bool = False) -> EventMedia | None:
    """Return a file's row or None; `is_locked` keeps others from changing it until the commit."""
    if is_locked:
        return session.get(EventMedia, media_id, with_for_update=True, populate_existing=True)
    return session.get(EventMedia, media_id)


def delete_files(session: Session, media_ids: Sequence[int]) -> None:
    """Delete files with their conversions."""
    session.execute(delete(EventMedia).where(EventMedia.id.in_(media_ids)))


def find_media_id_at(session: Session, place: str) -> int | None:
    """Return the id of the file that has this place, or None."""
    return session.scalar(select(EventMedia.id).where(EventMedia.place == place))


def lock_files(session: Session, media_ids: Sequence[int]) -> list[EventMedia]:
    """Return some files by their ids; others cannot change them until the commit."""
    query = select(EventMedia).where(EventMedia.id.in_(media_ids)).order_by(EventMedia.id)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def count_files(session: Session, conditions: Sequence[ColumnElement[bool]]) -> int:
    """Return how many files meet all conditions."""
    query = select(func.count()).select_from(EventMedia).where(*conditions)
    return session.scalar(query) or 0


def list_file_ids(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    order: Columns,
    *,
    offset: int,
    limit: int,
) -> list[int]:
    """Return the ids of a stretch of the files that meet all conditions, in order.

    Only ids, so that an index alone may answer, however far the stretch is from the start.
    """
    query = select(EventMedia.id).where(*conditions).order_by(*order)
    return list(session.scalars(query.offset(offset).limit(limit)))


def list_file_rows(session: Session, media_ids: Sequence[int]) -> list[FileRow]:
    """Return the rows of some files in the order of the ids."""
    uses = count_uses(session, media_ids)
    query = (
        select(EventMedia, User.username)
        .outerjoin(User, User.id == EventMedia.created_by)
        .where(EventMedia.id.in_(media_ids))
    )
    found = {
        media.id: FileRow(media, author, uses.get(media.id, 0))
        for media, author in session.execute(query)
    }
    return [found[media_id] for media_id in media_ids if media_id in found]


def list_conversions(session: Session, media_ids: Sequence[int]) -> list[Row[Any]]:
    """Return what is made, or was, of the present contents of some files.

    Columns of `Conversion` rather than its rows: a page has hundreds, and nobody changes them.
    """
    query = (
        select(*_SHOWN_OF_CONVERSIONS)
        .join(
            EventMedia,
            and_(
                EventMedia.id == Conversion.media_id,
                EventMedia.checksum_sha256 == Conversion.file_hash,
            ),
        )
        .where(Conversion.media_id.in_(media_ids))
    )
    return sorted(session.execute(query), key=lambda one: int(one.id))


def count_uses(session: Session, media_ids: Sequence[int]) -> dict[int, int]:
    """Return by file how many events show it."""
    first = select(Event.id, Event.event_media_id).where(Event.event_media_id.in_(media_ids))
    further = select(EventFile.event_id, EventFile.media_id).where(
        EventFile.media_id.in_(media_ids)
    )
    shown = first.union(further).subquery()
    _event_id, media_id = shown.c
    query = select(media_id, func.count()).group_by(media_id)
    return {media_id: count for media_id, count in session.execute(query)}  # noqa: C416 - typed rows


def list_uses(
    session: Session, media_id: int, *, now: datetime
) -> list[tuple[Event, str, datetime | None]]:
    """Return the events that show a file, their groups, and when they are on next, soonest first.

    That is None where nothing of an event is ahead in the index of occurrences.
    """
    following = (
        select(func.min(Occurrence.start))
        .where(Occurrence.event_id == Event.id, Occurrence.end > now)
        .scalar_subquery()
    )
    further = select(EventFile.event_id).where(EventFile.media_id == media_id)
    query = (
        select(Event, ClientGroup.name, following)
        .join(ClientGroup, ClientGroup.id == Event.group_id)
        .where(or_(Event.event_media_id == media_id, Event.id.in_(further)))
        .order_by(case((following.is_(None), 1), else_=0), following, Event.start.desc(), Event.id)
    )
    return [(event, group, start) for event, group, start in session.execute(query)]


def is_used() -> ColumnElement[bool]:
    """Return the condition that an event shows a file."""
    return EventMedia.id.in_(select(uses_of_media().c.media_id))


def is_in_states(states: Sequence[ConversionStatus]) -> ColumnElement[bool]:
    """Return the condition that something made of a file's present content is in such a state."""
    if ConversionStatus.READY in states:  # nearly all are: look at each file's own
        return exists().where(
            Conversion.media_id == EventMedia.id,
            Conversion.file_hash == EventMedia.checksum_sha256,
            Conversion.status.in_(states),
        )
    of_present = aliased(EventMedia)
    found = select(Conversion.media_id).join(
        of_present,
        and_(
            of_present.id == Conversion.media_id,
            of_present.checksum_sha256 == Conversion.file_hash,
        ),
    )
    return EventMedia.id.in_(found.where(Conversion.status.in_(states)))


def is_converted() -> ColumnElement[bool]:
    """Return the condition that nothing that is made of a file's present content is missing."""
    return not_(
        is_in_states([one for one in ConversionStatus if one is not ConversionStatus.READY])
    )


def is_of_types(types: Sequence[MediaType]) -> ColumnElement[bool]:
    """Return the condition that a file is of one of these kinds."""
    return EventMedia.media_type.in_(types)


def is_of_types_in_order(types: Sequence[MediaType]) -> ColumnElement[bool]:
    """Return the same condition for a page that is read in an order of its own.

    The index of kinds cannot answer it: a database would find all files of these kinds by it and
    sort them, for want of figures about them. The index of the order holds the kind as well.
    """
    return func.coalesce(EventMedia.media_type, literal_column("''")).in_(types)


def is_expired(today: date) -> ColumnElement[bool]:
    """Return the condition that a file may not be shown any more."""
    return EventMedia.expires_on < today


def list_taken_places(session: Session, places: Sequence[str]) -> set[str]:
    """Return which of these places files have."""
    query = select(EventMedia.place).where(EventMedia.place.in_(places))
    return set(session.scalars(query))


def list_of_content(session: Session, checksum: str) -> list[EventMedia]:
    """Return the files that have one content, the oldest first."""
    query = select(EventMedia).where(EventMedia.checksum_sha256 == checksum)
    return list(session.scalars(query.order_by(EventMedia.id)))


def has_content(session: Session, checksum: str) -> bool:
    """Whether any file has this content."""
    query = select(EventMedia.id).where(EventMedia.checksum_sha256 == checksum).limit(1)
    return session.scalar(query) is not None


def list_used_contents(session: Session, checksums: Sequence[str]) -> set[str]:
    """Return which of these contents any file has."""
    query = select(EventMedia.checksum_sha256).where(EventMedia.checksum_sha256.in_(checksums))
    return set(session.scalars(query.distinct()))


def list_old_conversions(session: Session, *, before: datetime, limit: int) -> list[int]:
    """Return conversions, asked for before an instant, of contents that files had once."""
    query = (
        select(Conversion.id)
        .join(EventMedia, EventMedia.id == Conversion.media_id)
        .where(Conversion.file_hash != EventMedia.checksum_sha256, Conversion.created_at < before)
        .order_by(Conversion.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def delete_conversions(session: Session, ids: Collection[int]) -> None:
    """Delete conversions."""
    session.execute(delete(Conversion).where(Conversion.id.in_(ids)))


def lock_room(session: Session) -> MediaRoom:
    """Return the row of what the library holds; nobody else adds or removes until the commit."""
    found = session.get(MediaRoom, 1, with_for_update=True, populate_existing=True)
    if found is None:
        files, size = measure(session)
        found = MediaRoom(id=1, file_count=files, byte_count=size)
        session.add(found)
        session.flush()
    return found


def find_room(session: Session) -> MediaRoom | None:
    """Return the row of what the library holds, or None before anybody wrote it."""
    return session.get(MediaRoom, 1)


def measure(session: Session) -> tuple[int, int]:
    """Count files, and the bytes of their contents, each once; reads the whole library."""
    contents = (
        select(func.max(EventMedia.size).label("size"), func.count().label("files"))
        .group_by(EventMedia.checksum_sha256)
        .subquery()
    )
    files, size = session.execute(
        select(func.sum(contents.c.files), func.sum(contents.c.size))
    ).one()
    return int(files or 0), int(size or 0)


def find_folder(session: Session, folder_id: int, *, is_locked: bool = False) -> MediaFolder | None:
    """Return a folder or None; `is_locked` keeps others from changing it until the commit."""
    if is_locked:
        return session.get(MediaFolder, folder_id, with_for_update=True, populate_existing=True)
    return session.get(MediaFolder, folder_id)


def find_folder_at(session: Session, place: str) -> MediaFolder | None:
    """Return the folder that has this place, or None."""
    return session.scalars(select(MediaFolder).where(MediaFolder.place == place)).first()


def list_folders(session: Session) -> list[MediaFolder]:
    """Return all folders; those of one parent by their names."""
    return list(session.scalars(select(MediaFolder).order_by(MediaFolder.place)))


def list_folder_names(session: Session) -> list[tuple[int, int | None, str]]:
    """Return id, parent and name of all folders in the same order."""
    query = select(MediaFolder.id, MediaFolder.parent_id, MediaFolder.name)
    rows = session.execute(query.order_by(MediaFolder.place))
    return [(folder_id, parent_id, name) for folder_id, parent_id, name in rows]


def count_files_by_folder(session: Session) -> dict[int, int]:
    """Return by folder how many files lie directly in it."""
    query = (
        select(EventMedia.folder_id, func.count())
        .where(EventMedia.folder_id.is_not(None))
        .group_by(EventMedia.folder_id)
    )
    return {folder: count for folder, count in session.execute(query) if folder is not None}


def list_ids_in_folders(session: Session, folder_ids: Sequence[int]) -> list[int]:
    """Return the ids of the files that lie directly in these folders."""
    query = select(EventMedia.id).where(EventMedia.folder_id.in_(folder_ids))
    return list(session.scalars(query.order_by(EventMedia.id)))
