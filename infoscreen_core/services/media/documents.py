"""Which files of the library have pages, and where the PDF of each lies."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.db.queries.media import files as queries
from infoscreen_core.domain.media.types import OFFICE_TYPES, ConversionStatus, MediaType
from infoscreen_core.files.store import MediaStore


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A file with pages, ready to be shown."""

    checksum: str
    """Of the content that the PDF was made from, or is."""
    path: Path
    """The PDF."""


def find_document(session: Session, store: MediaStore, media_id: int) -> DocumentView | None:
    """Return the PDF that screens show for a file; None when it has no pages, or none yet."""
    found = queries.find_media_with_pdf(session, media_id)
    if found is None:
        return None
    media, pdf = found
    path = _pdf_of(store, media, pdf)
    return None if path is None else DocumentView(media.checksum_sha256, path)


def map_shown(
    session: Session, store: MediaStore, media_ids: Collection[int]
) -> dict[int, DocumentView | MediaType]:
    """Return what screens show for each of these files: its pages, or the kind of file it is."""
    shown: dict[int, DocumentView | MediaType] = {}
    for media, pdf in queries.list_media_with_pdf(session, media_ids):
        path = _pdf_of(store, media, pdf)
        shown[media.id] = (
            media.media_type if path is None else DocumentView(media.checksum_sha256, path)
        )
    return shown


def _pdf_of(store: MediaStore, media: EventMedia, pdf: Conversion | None) -> Path | None:
    if media.media_type is MediaType.PDF:
        return store.content_path(media.checksum_sha256)
    if media.media_type not in OFFICE_TYPES or pdf is None or pdf.target_path is None:
        return None
    return store.root / pdf.target_path if pdf.status is ConversionStatus.READY else None
