"""Reads of the files that events show: the first stands with the event, further ones follow it.

Nothing here commits.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import (
    ScalarSelect,
    String,
    Subquery,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, Event, EventFile, EventMedia, Occurrence
from infoscreen_core.db.queries.media import is_pdf_of_media, is_ready_pdf, is_unexpired
from infoscreen_core.db.queries.occurrences import is_on_now
from infoscreen_core.domain.media.types import MediaType


class FileRow(NamedTuple):
    """A file as players are told of it."""

    media_id: int
    media_type: MediaType
    name: str
    size: int | None
    checksum: str | None
    pdf_path: str | None
    """Of an office document, once it is converted."""


class StoredFile(NamedTuple):
    """A file of an event, and how its conversion to PDF goes if it was asked for."""

    media: EventMedia
    pdf: Conversion | None


_FILE_COLUMNS = (
    EventMedia.id,
    EventMedia.media_type,
    EventMedia.name,
    EventMedia.size,
    EventMedia.checksum_sha256,
    Conversion.target_path,
)
_FILE_TEXT = type_coerce(func.json_array(*_FILE_COLUMNS), String)
_FILE_ROW: Final = TypeAdapter(FileRow)


def list_active_further(session: Session, now: datetime, today: date) -> dict[int, tuple[str, ...]]:
    """Return the further files of what is active now, by event, in order.

    Each is a text as in `occurrences.list_active_rows`; `read_file_row` reads it.
    """
    rows = session.execute(
        select(EventFile.event_id, EventFile.position, _FILE_TEXT)
        .join(Event, Event.id == EventFile.event_id)
        .join(Occurrence, Occurrence.event_id == Event.id)
        .join(EventMedia, EventMedia.id == EventFile.media_id)
        .outerjoin(Conversion, is_ready_pdf())
        .where(is_on_now(now), is_unexpired(today))
        .order_by(EventFile.event_id, EventFile.position)
    )
    found: dict[int, dict[int, str]] = {}
    for event_id, position, text in rows:  # an event that overlaps itself is met twice
        found.setdefault(event_id, {})[position] = text
    return {event_id: tuple(texts.values()) for event_id, texts in found.items()}


def read_file_row(text: str) -> FileRow:
    """Return the row in a text of `list_active_further`."""
    return _FILE_ROW.validate_json(text)


def list_stored_files(session: Session, media_ids: Sequence[int]) -> list[StoredFile]:
    """Return files with their conversions to PDF, in the order of their ids here.

    Those that are gone are left out.
    """
    rows = session.execute(
        select(EventMedia, Conversion)
        .outerjoin(Conversion, is_pdf_of_media())
        .where(EventMedia.id.in_(media_ids))
    )
    found = {media.id: StoredFile(media, pdf) for media, pdf in rows}
    return [found[media_id] for media_id in media_ids if media_id in found]


def list_event_ids_of(session: Session, media_id: int) -> list[int]:
    """Return the events that show a file, in the order in which they were planned."""
    uses = uses_of_media()
    query = select(uses.c.event_id).where(uses.c.media_id == media_id)
    return sorted(set(session.scalars(query)))


def uses_of_media() -> Subquery:
    """Return event and file, as `event_id` and `media_id`, of all that events show."""
    first = select(Event.id.label("event_id"), Event.event_media_id.label("media_id"))
    further = select(EventFile.event_id, EventFile.media_id)
    return union_all(first.where(Event.event_media_id.is_not(None)), further).subquery("media_uses")


def further_pages() -> ScalarSelect[int]:
    """Return how many pages the further files of an event have, where somebody counted them."""
    return (
        select(func.coalesce(func.sum(EventMedia.page_count), literal(0)))
        .join(EventFile, EventFile.media_id == EventMedia.id)
        .where(EventFile.event_id == Event.id)
        .correlate(Event)
        .scalar_subquery()
    )
