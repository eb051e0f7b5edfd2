"""Files of the library: add, replace, name, move, tag; `media_deletions` takes them out again.

The bytes of a file that is added lie in the store already, where its checksum says; see
`files.incoming`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod, EventMedia
from infoscreen_core.db.queries.media import library as queries
from infoscreen_core.domain.media.names import (
    clean_name,
    name_for,
    numbered,
    place_of,
    typed_name,
)
from infoscreen_core.domain.media.types import PRESENTATION_TYPES, VIDEO_TYPES
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.names import searchable
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import ConflictError, NotFoundError
from infoscreen_core.files.incoming import Incoming
from infoscreen_core.services import audit, changes
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.media import conversions, folders, listing, room
from infoscreen_core.services.media.listing import list_page
from infoscreen_core.services.media.views import MediaView, UseView
from infoscreen_core.services.unique_names import taken_is

__all__ = ["list_page"]

_NAMES_TRIED: Final = 1000
_NAMES_AT_ONCE: Final = 50


def check_place(
    session: Session,
    folder_id: int | None,
    replaces_id: int | None,
    size: int,
    *,
    name: str = "",
    quota_bytes: int | None = None,
) -> None:
    """Raise what adding, or replacing, would raise later, before anybody sends the bytes."""
    if folder_id is not None:
        folders.get_folder(session, folder_id)
    if replaces_id is not None:
        get(session, replaces_id)
    room.check(session, name, size, quota_bytes=quota_bytes)


def add(session: Session, part: Incoming, *, actor: Actor, now: datetime) -> MediaView:
    """Add a file, and ask for what is made of it.

    When its folder has a file of that name already, it gets a number, as in `plan (2).pdf`.
    Raises `NotFoundError` without the folder, and `ConflictError` when the library is full.
    """
    actor.require(Role.EDITOR)
    media = EventMedia(
        media_type=part.sniffed.media_type,
        mime_type=part.sniffed.mime_type,
        checksum_sha256=part.checksum,
        size=part.size,
        created_by=actor.user_id,
        created_at=now,
        updated_at=now,
    )
    media.name = clean_name(part.name)
    room.take(session, media, quota_bytes=part.quota_bytes)
    _put(session, media, part.folder_id, media.name)
    with taken_is(session, _taken(media.name)):
        session.add(media)
    conversions.request(session, media, now=now)
    _record(session, "media.added", media, None, actor=actor, now=now)
    return get(session, media.id)


def replace(
    session: Session, media_id: int, part: Incoming, *, actor: Actor, now: datetime
) -> MediaView:
    """Give a file a new content, everywhere it is used; its name only gets another suffix.

    Raises `ConflictError` when events show the file and could not show the new content.
    """
    actor.require(Role.EDITOR)
    media = _get_row(session, media_id, is_locked=True)
    _check_kind(session, media, part)
    before = audit.audited_columns(media)
    room.change(session, media, part.checksum, part.size, quota_bytes=part.quota_bytes)
    kind = part.sniffed.media_type
    if media.media_type is not kind:
        _put(session, media, media.folder_id, name_for(media.name, kind))
    media.media_type, media.mime_type = kind, part.sniffed.mime_type
    media.checksum_sha256, media.size = part.checksum, part.size
    media.page_count = media.duration = media.resolution = media.bitrate = None
    media.version += 1
    _touch(media, now)
    session.flush()
    conversions.request(session, media, now=now)
    _record(session, "media.replaced", media, before, actor=actor, now=now)
    changes.bump(session)
    return get(session, media_id)


def rename(session: Session, media_id: int, name: str, *, actor: Actor, now: datetime) -> MediaView:
    """Give a file another name; what tells its kind is added when it is missing.

    Raises `ConflictError` when its folder has a file of that name.
    """
    actor.require(Role.EDITOR)
    media = _get_row(session, media_id, is_locked=True)
    text = name_for(typed_name(name), media.media_type)
    before = audit.audited_columns(media)
    with taken_is(session, _taken(text)):
        _name(media, media.folder_id, text)
        _touch(media, now)
    _record(session, "media.renamed", media, before, actor=actor, now=now)
    changes.bump(session)
    return get(session, media_id)


def move(
    session: Session,
    media_ids: Sequence[int],
    folder_id: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> tuple[MediaView, ...]:
    """Put files into a folder, or to the top (None); names that are taken there get a number."""
    actor.require(Role.EDITOR)
    if folder_id is not None:
        folders.get_folder(session, folder_id, is_locked=True)
    queries.lock_room(session)
    for media_id in sorted(set(media_ids)):
        media = _get_row(session, media_id, is_locked=True)
        if media.folder_id == folder_id:
            continue
        before = audit.audited_columns(media)
        with taken_is(session, _taken(media.name)):
            _put(session, media, folder_id, media.name)
            _touch(media, now)
        _record(session, "media.moved", media, before, actor=actor, now=now)
    changes.bump(session)
    return listing.view_all(session, media_ids)


def tag(
    session: Session,
    media_id: int,
    *,
    expires_on: date | None,
    academic_period_id: int | None,
    actor: Actor,
    now: datetime,
) -> MediaView:
    """Say until which day a file may be shown (None: for ever), and to which period it belongs."""
    actor.require(Role.EDITOR)
    media = _get_row(session, media_id, is_locked=True)
    if academic_period_id is not None and session.get(AcademicPeriod, academic_period_id) is None:
        raise NotFoundError(
            "There is no academic period with the number {id}; it may have been deleted.",
            field="academic_period_id",
            id=academic_period_id,
        )
    before = audit.audited_columns(media)
    media.expires_on, media.academic_period_id = expires_on, academic_period_id
    _touch(media, now)
    session.flush()
    _record(session, "media.tagged", media, before, actor=actor, now=now)
    changes.bump(session)
    return get(session, media_id)


def get(session: Session, media_id: int) -> MediaView:
    """Return a file; raise `NotFoundError` when there is none."""
    found = listing.view_all(session, [media_id])
    if not found:
        raise _no_file(media_id)
    return found[0]


def get_by_text(session: Session, text: str) -> MediaView:
    """Return the file that a person gave by its path, as in `Aula/plan.pdf`, or by its id.

    Raises `NotFoundError` for none.
    """
    path, _slash, name = text.strip("/").rpartition("/")
    found = None
    if name:
        folder_id = folders.find_id_by_text(session, path) if path else None
        found = queries.find_media_id_at(session, place_of(folder_id, name))
    is_number = text.isascii() and text.isdecimal() and int(text) <= folders.LARGEST_ID
    if found is None and is_number:
        return get(session, int(text))
    if found is None:
        raise NotFoundError(
            "There is no file “{name}” in the library; see the list of files.",
            field="file",
            name=shown(text),
        )
    return get(session, found)


def list_same(session: Session, media_id: int) -> tuple[MediaView, ...]:
    """Return the other files that have the same content, the oldest first."""
    media = _get_row(session, media_id)
    same = queries.list_of_content(session, media.checksum_sha256)
    return listing.view_all(session, [one.id for one in same if one.id != media_id])


def list_uses(session: Session, media_id: int, *, now: datetime) -> tuple[UseView, ...]:
    """Return the events that show a file: first what is on, then by when it is on next."""
    return tuple(
        UseView(
            event_id=event.id,
            title=event.title,
            group_id=event.group_id,
            group_name=group,
            is_series=event.recurrence_rule is not None,
            start=event.start,
            end=event.end,
            next_start=following,
        )
        for event, group, following in queries.list_uses(session, media_id, now=now)
    )


def _put(session: Session, media: EventMedia, folder_id: int | None, name: str) -> None:
    """Give a file its place in a folder, under the first name that is free there."""
    if folder_id is not None:
        folders.get_folder(session, folder_id)
    names = islice(numbered(name), _NAMES_TRIED)
    with session.no_autoflush:
        while batch := list(islice(names, _NAMES_AT_ONCE)):
            places = {place_of(folder_id, one): one for one in batch}
            taken = queries.list_taken_places(session, list(places)) - {media.place}
            free = next((one for place, one in places.items() if place not in taken), None)
            if free is not None:
                _name(media, folder_id, free)
                return
    raise _taken(name)


def _name(media: EventMedia, folder_id: int | None, name: str) -> None:
    media.folder_id, media.name, media.place = folder_id, name, place_of(folder_id, name)
    media.search_name = searchable(name)[:255]


def _check_kind(session: Session, media: EventMedia, part: Incoming) -> None:
    """What events show has to stay something that they can show."""
    old, new = media.media_type, part.sniffed.media_type
    families = (PRESENTATION_TYPES, VIDEO_TYPES)
    if any(old in family and new in family for family in families):
        return
    if old is not new and queries.count_uses(session, [media.id]):
        raise ConflictError(
            "Events show “{name}”, which is of the kind {old}; they cannot show a file of the kind "
            "{new}. Choose one like the old one, or add it as a file of its own.",
            field="file",
            name=shown(media.name),
            old=old.upper(),
            new=new.upper(),
        )


def _touch(media: EventMedia, now: datetime) -> None:
    media.updated_at = now


def _get_row(session: Session, media_id: int, *, is_locked: bool = False) -> EventMedia:
    media = queries.find_media(session, media_id, is_locked=is_locked)
    if media is None:
        raise _no_file(media_id)
    return media


def _no_file(media_id: int) -> NotFoundError:
    return NotFoundError(
        "There is no file with the number {id}; it may have been deleted.",
        field="media_id",
        id=media_id,
    )


def _taken(name: str) -> ConflictError:
    return ConflictError(
        "There is a file called “{name}” here already; choose another name.",
        field="name",
        name=shown(name),
    )


def _record(
    session: Session,
    action: str,
    media: EventMedia,
    before: dict[str, Any] | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    audit.record(
        session,
        action,
        "media",
        media.id,
        actor=actor,
        now=now,
        before=before,
        after=audit.audited_columns(media),
    )
