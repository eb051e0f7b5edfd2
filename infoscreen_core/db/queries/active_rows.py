"""What is active now, as players need it. Nothing here commits.

Rows come as texts that the database makes, since they are read many times for each that is new.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, NamedTuple

from pydantic import AfterValidator, BeforeValidator, TypeAdapter
from sqlalchemy import ColumnElement, String, and_, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from infoscreen_core.db.models import Conversion, Event, EventFile, EventMedia, Occurrence
from infoscreen_core.db.queries.media.files import is_made_of_media, is_unexpired
from infoscreen_core.db.queries.occurrences import is_on_now
from infoscreen_core.domain.events.event import EventType, Severity
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target


def _as_utc(stored: datetime) -> datetime:
    return stored.replace(tzinfo=UTC)


def _none_without_id(values: Any) -> Any:  # noqa: ANN401 - as JSON has it
    """Take the columns of an outer join that found nothing for what they are."""
    return None if isinstance(values, list) and values[0] is None else values


class FileRow(NamedTuple):
    """A file of an event, and what was made of it, side by side."""

    media_id: int
    media_type: MediaType
    name: str
    size: int
    checksum: str
    duration: float | None
    resolution: str | None
    bitrate: int | None
    pdf_path: str | None
    """Of the PDF that was made of a document; None until it is there."""
    pdf_size: int | None
    pdf_checksum: str | None
    mp4_path: str | None
    """Of the MP4 that was made of a video, where somebody asked for one."""
    mp4_size: int | None
    mp4_checksum: str | None
    mp4_resolution: str | None
    mp4_bitrate: int | None


class ActiveRow(NamedTuple):
    """One active occurrence of an event, with its file."""

    event_id: int
    group_id: int
    start: Annotated[datetime, AfterValidator(_as_utc)]
    end: Annotated[datetime, AfterValidator(_as_utc)]
    title: str
    description: str | None
    event_type: EventType
    priority: int
    recurrence_rule: str | None
    academic_period_id: int | None
    website_url: str | None
    slide_interval: int
    page_progress: bool
    auto_progress: bool
    autoplay: bool
    loop: bool
    volume: float
    muted: bool
    message_text: str | None
    message_severity: Severity
    file: Annotated[FileRow | None, BeforeValidator(_none_without_id)]
    """The first, or only, file; None where there is none, or it has expired."""


_PDF = aliased(Conversion, name="ready_pdf")
_MP4 = aliased(Conversion, name="ready_mp4")


def _found(conversion: type[Conversion], fact: str) -> ColumnElement[Any]:
    """Return one of the facts about what was made, as both databases put it into an array."""
    return func.json_extract(conversion.result, f"$.{fact}")


_FILE_COLUMNS = (
    EventMedia.id,
    EventMedia.media_type,
    EventMedia.name,
    EventMedia.size,
    EventMedia.checksum_sha256,
    EventMedia.duration,
    EventMedia.resolution,
    EventMedia.bitrate,
    _PDF.target_path,
    _found(_PDF, "size"),
    _found(_PDF, "checksum_sha256"),
    _MP4.target_path,
    _found(_MP4, "size"),
    _found(_MP4, "checksum_sha256"),
    _found(_MP4, "resolution"),
    _found(_MP4, "bitrate"),
)
_FILE_TEXT = type_coerce(func.json_array(*_FILE_COLUMNS), String)
_FILE_ROW: Final = TypeAdapter(FileRow)
_ACTIVE_COLUMNS = (
    Event.id,
    Event.group_id,
    Occurrence.start,
    Occurrence.end,
    Event.title,
    Event.description,
    Event.event_type,
    Event.priority,
    Event.recurrence_rule,
    Event.academic_period_id,
    Event.website_url,
    Event.slide_interval,
    Event.page_progress,
    Event.auto_progress,
    Event.autoplay,
    Event.loop,
    Event.volume,
    Event.muted,
    Event.message_text,
    Event.message_severity,
    func.json_array(*_FILE_COLUMNS),
)
_ACTIVE_ROW: Final = TypeAdapter(ActiveRow)


def list_active_rows(session: Session, now: datetime, today: date) -> list[tuple[int, int, str]]:
    """Return event id, group id and text of every occurrence that is active now, in any order.

    The text is a JSON array, made by the database, of all that a player needs; `read_active_row`
    reads it. A caller compares it with the text that it knows and reads it only if it is new:
    fetching a row of thirty values would cost more than everything that follows. A file that
    expired before `today`, a local date, is left out of its row.
    `domain.events.schedule.on_screen` puts the rows in order.
    """
    rows = session.execute(
        select(Event.id, Event.group_id, type_coerce(func.json_array(*_ACTIVE_COLUMNS), String))
        .join(Occurrence, Occurrence.event_id == Event.id)
        .outerjoin(EventMedia, and_(EventMedia.id == Event.event_media_id, is_unexpired(today)))
        .outerjoin(_PDF, _is_ready(_PDF, Target.PDF))
        .outerjoin(_MP4, _is_ready(_MP4, Target.MP4))
        .where(is_on_now(now))
    )
    return [(event_id, group_id, text) for event_id, group_id, text in rows]


def _is_ready(conversion: type[Conversion], target: Target) -> ColumnElement[bool]:
    is_ready = conversion.status == ConversionStatus.READY
    return and_(is_made_of_media(target, conversion), is_ready)


def read_active_row(text: str) -> ActiveRow:
    """Return the row in a text of `list_active_rows`; raise `ValidationError` for other text."""
    return _ACTIVE_ROW.validate_json(text)


def list_active_further(session: Session, now: datetime, today: date) -> dict[int, tuple[str, ...]]:
    """Return the further files of what is active now, by event, in order.

    Each is a text as in `list_active_rows`; `read_file_row` reads it.
    """
    rows = session.execute(
        select(EventFile.event_id, EventFile.position, _FILE_TEXT)
        .join(Event, Event.id == EventFile.event_id)
        .join(Occurrence, Occurrence.event_id == Event.id)
        .join(EventMedia, EventMedia.id == EventFile.media_id)
        .outerjoin(_PDF, _is_ready(_PDF, Target.PDF))
        .outerjoin(_MP4, _is_ready(_MP4, Target.MP4))
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
