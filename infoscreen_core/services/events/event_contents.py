"""Whether an event has anything to show: its content may be missing, expired, or not ready yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, Event
from infoscreen_core.db.queries.events import map_events
from infoscreen_core.db.queries.media.event_files import StoredFile, list_stored_files
from infoscreen_core.db.queries.media.library import list_conversions
from infoscreen_core.domain.events.contents import Lack, find_lack, pages_of
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.expiry import is_expired
from infoscreen_core.domain.media.types import OFFICE_TYPES, ConversionStatus, MediaType, Target
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.media.expiry import local_day
from infoscreen_core.services.system_settings import get_setting


class Emptiness(StrEnum):
    """Why there is nothing to show."""

    NO_FILE = "no_file"
    NO_ADDRESS = "no_address"
    NO_TEXT = "no_text"
    EMPTY_TYPE = "empty_type"
    """Events of its type show nothing."""
    CONVERTING = "converting"
    """The file has yet to be converted for the screens."""
    CONVERSION_FAILED = "conversion_failed"
    EXPIRED = "expired"
    """The file's last day is over."""


@dataclass(frozen=True, slots=True)
class Empty:
    """That there is nothing to show, or one file less; `file` is the name of that file.

    With `is_left_out`, players are not told of the event at all. With `is_partial`, they show other
    files of the event.
    """

    kind: Emptiness
    file: str = ""
    is_left_out: bool = False
    is_partial: bool = False
    since: datetime | None = None
    """When its conversion was asked for, or failed."""
    failure: str | None = None
    """Why its conversion failed, as `domain.media.words.failure_sentence` reads it."""
    last_day: date | None = None
    """When it expired."""


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A file that an event shows, or is to show."""

    media_id: int
    name: str
    media_type: MediaType
    pages: int | None
    """On how many pages it is shown; None while nobody counted them, and of videos."""
    duration: float | None
    """Seconds, of a video."""
    empty: Empty | None = None
    """Why it is not shown."""


_LACKS: Final = {
    Lack.FILE: Emptiness.NO_FILE,
    Lack.ADDRESS: Emptiness.NO_ADDRESS,
    Lack.TEXT: Emptiness.NO_TEXT,
}
_FILM_OR_SLIDES: Final = frozenset({EventType.PRESENTATION, EventType.VIDEO})


def list_empties(session: Session, event: Event | EventDraft, *, at: datetime) -> tuple[Empty, ...]:
    """Return what keeps an event, or single files of it, from being shown at an instant."""
    lack = find_lack(
        event.event_type,
        has_file=event.event_media_id is not None,
        address=event.website_url,
        text=event.message_text,
    )
    if lack is not None:
        return (Empty(_LACKS[lack], is_left_out=True),)
    if event.event_type in _FILM_OR_SLIDES and not event.website_url:
        return _empty_files(session, event, local_day(session, at))
    return (Empty(Emptiness.EMPTY_TYPE),) if event.event_type is EventType.OTHER else ()


def list_empties_of_draft(
    session: Session, draft: EventDraft, *, at: datetime
) -> tuple[Empty, ...]:
    """Return what would keep a draft from being shown at an instant, were it saved as it is."""
    known = [one.media.id for one in list_stored_files(session, draft.media_ids)]
    address = (draft.website_url or "").strip()
    if draft.event_type is EventType.WEBUNTIS:
        address = str(get_setting(session, "supplement_table_url") or "").strip()
    saved = replace(
        draft,
        event_media_id=next(iter(known), None),  # without what was deleted since it was chosen
        further_media_ids=known[1:],
        website_url=None if known and draft.event_type in _FILM_OR_SLIDES else address,
        message_text=(draft.message_text or "").strip(),
    )
    return list_empties(session, saved, at=at)


def list_files(
    session: Session, media_ids: Sequence[int], *, at: datetime
) -> tuple[ContentFile, ...]:
    """Return files in the order of their ids here, as they are at an instant.

    Those that are gone are left out.
    """
    today = local_day(session, at)
    return tuple(
        ContentFile(
            media_id=file.media.id,
            name=file.media.name,
            media_type=file.media.media_type,
            pages=pages_of(file.media.media_type, file.media.page_count),
            duration=file.media.duration,
            empty=_empty_file(file, today),
        )
        for file in list_stored_files(session, media_ids)
    )


def list_wanting(session: Session, event_ids: Collection[int], *, at: datetime) -> frozenset[int]:
    """Return those of some presentations and videos that lack files, or a file, at an instant.

    A file lacks, too, when nobody can read what is in it. It takes four queries, however many
    events there are.
    """
    events = map_events(session, event_ids).values()
    media_ids = {media_id for event in events for media_id in event.media_ids}
    files = {file.media.id: file for file in list_stored_files(session, sorted(media_ids))}
    today = local_day(session, at)
    unreadable = _unreadable(session, list(files))
    return frozenset(
        event.id
        for event in events
        if event.event_type in _FILM_OR_SLIDES
        and not event.website_url
        and (
            not unreadable.isdisjoint(event.media_ids)
            or _empties_of(event, [files[one] for one in event.media_ids if one in files], today)
        )
    )


def _unreadable(session: Session, media_ids: Sequence[int]) -> set[int]:
    """Return the files of which nobody could find out what is in them."""
    return {
        row.media_id
        for row in list_conversions(session, media_ids)
        if row.target_format is Target.FACTS
        and row.status is ConversionStatus.FAILED
        and row.failure != Failure.TOO_LONG  # its facts are known, and it is shown
    }


def _empty_files(session: Session, event: Event | EventDraft, today: date) -> tuple[Empty, ...]:
    return _empties_of(event, list_stored_files(session, event.media_ids), today)


def _empties_of(
    event: Event | EventDraft, files: Sequence[StoredFile], today: date
) -> tuple[Empty, ...]:
    is_left_out = event.event_type is EventType.VIDEO
    if not files:
        return (Empty(Emptiness.NO_FILE, is_left_out=is_left_out),)
    found = [empty for file in files if (empty := _empty_file(file, today)) is not None]
    is_partial = len(found) < len(files)
    return tuple(replace(one, is_partial=is_partial, is_left_out=is_left_out) for one in found)


def _empty_file(file: StoredFile, today: date) -> Empty | None:
    media, pdf = file
    if is_expired(media.expires_on, today):
        return Empty(Emptiness.EXPIRED, media.name, last_day=media.expires_on)
    if media.media_type not in OFFICE_TYPES:
        return None
    if pdf is None:
        return Empty(Emptiness.CONVERTING, media.name, since=media.updated_at)
    return _unconverted(media.name, pdf)


def _unconverted(name: str, pdf: Conversion) -> Empty | None:
    if pdf.status is ConversionStatus.READY:
        return None
    if pdf.status is ConversionStatus.FAILED:
        failed_at = pdf.completed_at or pdf.created_at
        return Empty(Emptiness.CONVERSION_FAILED, name, since=failed_at, failure=pdf.failure)
    return Empty(Emptiness.CONVERTING, name, since=pdf.created_at, failure=pdf.failure)
