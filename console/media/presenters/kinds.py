"""Kinds of files in the words of people, and what there is to say of each file in a line."""

from datetime import timedelta
from typing import Final

from console.i18n import N_, _, ngettext
from console.words.formatting import duration, size
from infoscreen_core.domain.media.types import (
    OFFICE_TYPES,
    PICTURE_TYPES,
    VIDEO_TYPES,
    MediaType,
)
from infoscreen_core.services.media.views import MediaView

DOCUMENTS, PICTURES, VIDEOS, OTHERS = "documents", "pictures", "videos", "others"
KINDS: Final = {
    DOCUMENTS: OFFICE_TYPES | {MediaType.PDF},
    PICTURES: PICTURE_TYPES,
    VIDEOS: VIDEO_TYPES,
    OTHERS: frozenset({MediaType.HTML, MediaType.OTHER}),
}
"""What the address calls a choice of kinds."""
_WORDS: Final = {
    DOCUMENTS: N_("Documents"),
    PICTURES: N_("Pictures"),
    VIDEOS: N_("Videos"),
    OTHERS: N_("Others"),
}
_GLYPHS: Final = {DOCUMENTS: "▤", PICTURES: "▨", VIDEOS: "▶", OTHERS: "◇"}


def kind_word(kind: str) -> str:
    """Return the word for a choice of kinds."""
    return _(_WORDS[kind])


def kind_of(media_type: MediaType) -> str:
    """Return to which choice a type belongs."""
    return next(kind for kind, types in KINDS.items() if media_type in types)


def glyph_of(media_type: MediaType) -> str:
    """Return the mark that stands for a file without a picture."""
    return _GLYPHS[kind_of(media_type)]


def type_word(media_type: MediaType) -> str:
    """Return a type as people write it: PDF, PPTX; a word for the rest."""
    return _("Other") if media_type is MediaType.OTHER else media_type.value.upper()


def facts_line(file: MediaView) -> str:
    """Return type, extent and size: `PDF · 12 pages · 1.2 MiB`."""
    parts = [type_word(file.media_type)]
    if file.page_count is not None and kind_of(file.media_type) == DOCUMENTS:
        parts.append(ngettext("{n} page", "{n} pages", file.page_count))
    if file.duration is not None:
        parts.append(length_text(file.duration))
    if file.resolution is not None:
        parts.append(file.resolution.replace("x", " × "))  # noqa: RUF001 - a multiplication sign
    return " · ".join([*parts, size(file.size)])


def length_text(seconds: float) -> str:
    """Return how long a video is: `45 s`, `2 min 05 s`."""
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004 - a minute
        return f"{whole} s"
    rest = f" {whole % 60:02d} s" if whole < 3600 else ""  # noqa: PLR2004 - an hour
    return f"{duration(timedelta(seconds=whole))}{rest}"
