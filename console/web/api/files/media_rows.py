"""Files of the library and what is made of them, as rows of the API."""

from typing import Any
from urllib.parse import quote

from console.media.presenters.conversions import warning_texts
from console.runtime import resources
from console.web.api.models.eventmedia import ConversionAnswer, ConversionOfFile, MediaAnswer
from console.web.api.rows import row
from console.words.errors import error_sentence
from infoscreen_core.domain.media.types import MADE_MIME_TYPES, ConversionStatus
from infoscreen_core.domain.media.words import failure_sentence
from infoscreen_core.services.media.views import ConversionView, MediaView


def media_row(media: MediaView) -> dict[str, object]:
    """Return a file, with what is made of it, in the current language."""
    return row(
        media,
        MediaAnswer,
        created_by=media.created_by_name,
        url=f"/api/eventmedia/stream/{media.id}/{quote(media.name, safe='')}",
        conversions=[_conversion(media, one) for one in media.conversions],
    )


def conversion_row(media: MediaView, one: ConversionView) -> dict[str, object]:
    """Return how far it is with something that is made of a file, in the current language."""
    return row(one, ConversionOfFile, media_id=media.id, **_said(media, one))


def _conversion(media: MediaView, one: ConversionView) -> dict[str, object]:
    return row(one, ConversionAnswer, **_said(media, one))


def _said(media: MediaView, one: ConversionView) -> dict[str, Any]:
    has_failed = one.failure is not None and one.status is not ConversionStatus.READY
    return {
        "error": error_sentence(failure_sentence(one.failure)) if has_failed else None,
        "warnings": warning_texts(list(one.warnings)),
        "url": _url(media, one),
    }


def _url(media: MediaView, one: ConversionView) -> str | None:
    if one.status is not ConversionStatus.READY or one.target not in MADE_MIME_TYPES:
        return None
    store = resources().media_store
    return f"/api/files/converted/{store.relative(store.derived_path(media.checksum, one.target))}"
