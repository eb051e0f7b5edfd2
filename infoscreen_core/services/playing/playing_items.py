"""One active occurrence as players read it."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from infoscreen_core.contracts import (
    EventItem,
    MessageBlock,
    PresentationBlock,
    PresentationFile,
    VideoBlock,
    WebsiteBlock,
)
from infoscreen_core.db.queries.event_files import FileRow
from infoscreen_core.db.queries.occurrences import ActiveRow
from infoscreen_core.domain.events.contents import find_lack
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.types import OFFICE_TYPES
from infoscreen_core.domain.recurrence.expansion import format_exdates


class UnplayableError(Exception):
    """The stored event lacks what its type needs."""


def build_item(
    row: ActiveRow, media_base_url: str, further_files: Sequence[FileRow] = ()
) -> EventItem:
    """Return the wire item of an active occurrence; `further_files` come after that of the row.

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
        **_block(row, further_files, media_base_url),
    )


def media_url(base_url: str, media_id: int, name: str) -> str:
    """Return where a media file is fetched, byte ranges included."""
    return f"{base_url}/api/eventmedia/stream/{media_id}/{quote(name, safe='')}"


def converted_url(base_url: str, path: str) -> str:
    """Return where a converted file is fetched."""
    return f"{base_url}/api/files/converted/{quote(path)}"


def _block(row: ActiveRow, further: Sequence[FileRow], base_url: str) -> dict[str, Any]:
    match row.event_type:
        case EventType.PRESENTATION:
            return {"presentation": _presentation(row, further, base_url)}
        case EventType.WEBSITE | EventType.WEBUNTIS:
            return {"website": WebsiteBlock(type="browser", url=row.website_url or "")}
        case EventType.VIDEO:
            return {"video": _video(row, base_url)}
        case EventType.MESSAGE:
            return {
                "message": MessageBlock(text=row.message_text or "", severity=row.message_severity)
            }
        case _:
            return {}


def _presentation(row: ActiveRow, further: Sequence[FileRow], base_url: str) -> PresentationBlock:
    return PresentationBlock(
        files=_files(row, further, base_url),
        slide_interval=row.slide_interval,
        page_progress=row.page_progress,
        auto_progress=row.auto_progress,
    )


def _files(row: ActiveRow, further: Sequence[FileRow], base_url: str) -> list[PresentationFile]:
    """Return what there is to show: nothing yet of an office document that is being converted."""
    url = row.website_url
    if url:
        return [PresentationFile(url=url, name=PurePosixPath(url).name)]
    ready = (_file(file, base_url) for file in (*_first_file(row), *further))
    return [file for file in ready if file is not None]


def _first_file(row: ActiveRow) -> tuple[FileRow, ...]:
    if row.media_id is None or row.media_type is None or row.media_name is None:
        return ()
    return (
        FileRow(
            row.media_id,
            row.media_type,
            row.media_name,
            row.media_size,
            row.media_checksum,
            row.pdf_path,
        ),
    )


def _file(file: FileRow, base_url: str) -> PresentationFile | None:
    if file.media_type not in OFFICE_TYPES:
        return PresentationFile(
            url=media_url(base_url, file.media_id, file.name),
            name=file.name,
            checksum_sha256=file.checksum,
            size=file.size,
        )
    if file.pdf_path is None:
        return None
    # Checksum and size are the original's: those of the PDF are not known.
    name = str(PurePosixPath(file.name).with_suffix(".pdf"))
    return PresentationFile(url=converted_url(base_url, file.pdf_path), name=name)


def _video(row: ActiveRow, base_url: str) -> VideoBlock:
    return VideoBlock(
        type="media",
        url=_video_url(row, base_url),
        autoplay=row.autoplay,
        loop=row.loop,
        volume=row.volume,
        muted=row.muted,
        mime_type=row.media_mime_type,
        size=row.media_size,
        accept_ranges="bytes" if row.media_id else None,
        duration=row.media_duration,
        resolution=row.media_resolution,
        bitrate=row.media_bitrate,
        checksum_sha256=row.media_checksum,
    )


def _video_url(row: ActiveRow, base_url: str) -> str:
    if row.media_id is not None and row.media_name is not None:
        return media_url(base_url, row.media_id, row.media_name)
    return row.website_url or ""


def _check_contents(row: ActiveRow) -> None:
    lack = find_lack(
        row.event_type,
        has_file=row.media_id is not None,
        address=row.website_url,
        text=row.message_text,
    )
    if lack is not None:
        message = f"it has no {lack}"
        raise UnplayableError(message)
