"""One active occurrence as players read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from infoscreen_core.contracts import (
    EventItem,
    MessageBlock,
    PresentationBlock,
    PresentationFile,
    VideoBlock,
    WebsiteBlock,
)
from infoscreen_core.db.queries.active_rows import ActiveRow, FileRow
from infoscreen_core.domain.events.contents import find_lack
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.links import Subject
from infoscreen_core.domain.media.types import (
    MADE_MIME_TYPES,
    MIME_TYPES,
    OFFICE_TYPES,
    Target,
    made_name,
)
from infoscreen_core.domain.recurrence.expansion import format_exdates
from infoscreen_core.services.playing.media_links import Addresses


class UnplayableError(Exception):
    """The stored event lacks what its type needs."""


def build_item(row: ActiveRow, further: Sequence[FileRow], addresses: Addresses) -> EventItem:
    """Return the wire item of an active occurrence; `further` files come after that of the row.

    Raises `UnplayableError`, or pydantic's `ValidationError`, for what no player could use.
    """
    _check_contents(row)
    return EventItem(
        id=row.event_id,
        occurrence_id=f"{row.event_id}:{format_exdates([row.start])}",
        group_id=row.group_id,
        title=row.title,
        description=row.description,
        start=row.start,
        end=row.end,
        event_type=row.event_type,
        priority=row.priority,
        recurrence_rule=row.recurrence_rule,
        academic_period_id=row.academic_period_id,
        **_block(row, further, addresses),
    )


def _block(row: ActiveRow, further: Sequence[FileRow], addresses: Addresses) -> dict[str, Any]:
    match row.event_type:
        case EventType.PRESENTATION:
            return {"presentation": _presentation(row, further, addresses)}
        case EventType.WEBSITE | EventType.WEBUNTIS:
            return {"website": WebsiteBlock(type="browser", url=row.website_url or "")}
        case EventType.VIDEO:
            return {"video": _video(row, addresses)}
        case EventType.MESSAGE:
            return {
                "message": MessageBlock(text=row.message_text or "", severity=row.message_severity)
            }
        case _:
            return {}


def _presentation(
    row: ActiveRow, further: Sequence[FileRow], addresses: Addresses
) -> PresentationBlock:
    return PresentationBlock(
        files=_files(row, further, addresses),
        slide_interval=row.slide_interval,
        page_progress=row.page_progress,
        auto_progress=row.auto_progress,
    )


def _files(
    row: ActiveRow, further: Sequence[FileRow], addresses: Addresses
) -> list[PresentationFile]:
    """Return what there is to show: nothing yet of an office document that is being converted."""
    url = row.website_url
    if url:
        return [PresentationFile(url=url, name=PurePosixPath(url).name)]
    files = (*(() if row.file is None else (row.file,)), *further)
    sources = (_find_source(file, addresses) for file in files)
    return [_listed(source) for source in sources if source is not None]


def _listed(source: "_Source") -> PresentationFile:
    return PresentationFile(
        url=source.url, name=source.name, checksum_sha256=source.checksum, size=source.size
    )


def _video(row: ActiveRow, addresses: Addresses) -> VideoBlock:
    options = {
        "autoplay": row.autoplay,
        "loop": row.loop,
        "volume": row.volume,
        "muted": row.muted,
    }
    source = _find_source(row.file, addresses) if row.file else None
    if row.file is None or source is None:
        return VideoBlock(type="media", url=row.website_url or "", **options)
    return VideoBlock(
        type="media",
        url=source.url,
        **options,
        mime_type=source.mime_type,
        size=source.size,
        accept_ranges="bytes",
        duration=row.file.duration,
        resolution=source.resolution,
        bitrate=source.bitrate,
        checksum_sha256=source.checksum,
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """The bytes that a player is to show, and where they are."""

    url: str
    name: str
    mime_type: str
    size: int | None
    checksum: str
    resolution: str | None = None
    bitrate: int | None = None


def _find_source(file: FileRow, addresses: Addresses) -> _Source | None:
    """Return what is shown of a file; None while there is nothing to show."""
    if file.media_type in OFFICE_TYPES:
        return _pdf(file, addresses)
    return _mp4(file, addresses) or _original(file, addresses)


def _original(file: FileRow, addresses: Addresses) -> _Source:
    return _Source(
        addresses.of_file(file.media_id, file.name, file.checksum),
        file.name,
        MIME_TYPES[file.media_type],
        file.size,
        file.checksum,
        file.resolution,
        file.bitrate,
    )


def _pdf(file: FileRow, addresses: Addresses) -> _Source | None:
    if file.pdf_path is None or file.pdf_checksum is None:
        return None
    subject = Subject(Target.PDF, file.checksum, file.pdf_checksum)
    url = addresses.of_made(file.pdf_path, subject)
    name = made_name(file.name, Target.PDF)
    return _Source(url, name, MADE_MIME_TYPES[Target.PDF], file.pdf_size, file.pdf_checksum)


def _mp4(file: FileRow, addresses: Addresses) -> _Source | None:
    """Return the video as every player can show it, where it was asked for and is ready."""
    if file.mp4_path is None or file.mp4_checksum is None:
        return None
    subject = Subject(Target.MP4, file.checksum, file.mp4_checksum)
    return _Source(
        addresses.of_made(file.mp4_path, subject),
        made_name(file.name, Target.MP4),
        MADE_MIME_TYPES[Target.MP4],
        file.mp4_size,
        file.mp4_checksum,
        file.mp4_resolution,
        file.mp4_bitrate,
    )


def _check_contents(row: ActiveRow) -> None:
    lack = find_lack(
        row.event_type,
        has_file=row.file is not None,
        address=row.website_url,
        text=row.message_text,
    )
    if lack is not None:
        message = f"it has no {lack}"
        raise UnplayableError(message)
