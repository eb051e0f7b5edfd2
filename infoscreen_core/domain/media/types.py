"""Kinds of media files, and what they are converted to."""

from enum import StrEnum
from typing import Final


class MediaType(StrEnum):
    """Kind of a media file, by its content."""

    PDF = "pdf"
    PPT = "ppt"
    PPTX = "pptx"
    ODP = "odp"
    DOC = "doc"
    DOCX = "docx"
    ODT = "odt"
    PNG = "png"
    JPG = "jpg"
    GIF = "gif"
    SVG = "svg"
    WEBP = "webp"
    MP4 = "mp4"
    WEBM = "webm"
    MOV = "mov"
    MKV = "mkv"
    HTML = "html"
    OTHER = "other"


class ConversionStatus(StrEnum):
    """How far the conversion of a file to another format is."""

    PENDING = "pending"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class Target(StrEnum):
    """What a worker makes of a file's content; at most once per file and content."""

    PDF = "pdf"
    """An office document as screens show it."""
    THUMBNAIL = "thumbnail"
    """A small picture for people: of a picture, the first page, or a frame."""
    FACTS = "facts"
    """Pages, duration, resolution, bitrate and codecs; no file comes of it."""
    MP4 = "mp4"
    """A video as every player can show it, made when somebody asks for it."""


OFFICE_TYPES: Final = frozenset(
    {MediaType.PPT, MediaType.PPTX, MediaType.ODP, MediaType.DOC, MediaType.DOCX, MediaType.ODT}
)
"""Files that screens get as a PDF, to which a worker converts them."""
PICTURE_TYPES: Final = frozenset(
    {MediaType.PNG, MediaType.JPG, MediaType.GIF, MediaType.SVG, MediaType.WEBP}
)
PRESENTATION_TYPES: Final = OFFICE_TYPES | PICTURE_TYPES | {MediaType.PDF}
"""What an event of type presentation can show."""
VIDEO_TYPES: Final = frozenset({MediaType.MP4, MediaType.WEBM, MediaType.MOV, MediaType.MKV})

MIME_TYPES: Final = {
    MediaType.PDF: "application/pdf",
    MediaType.PPT: "application/vnd.ms-powerpoint",
    MediaType.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    MediaType.ODP: "application/vnd.oasis.opendocument.presentation",
    MediaType.DOC: "application/msword",
    MediaType.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    MediaType.ODT: "application/vnd.oasis.opendocument.text",
    MediaType.PNG: "image/png",
    MediaType.JPG: "image/jpeg",
    MediaType.GIF: "image/gif",
    MediaType.SVG: "image/svg+xml",
    MediaType.WEBP: "image/webp",
    MediaType.MP4: "video/mp4",
    MediaType.WEBM: "video/webm",
    MediaType.MOV: "video/quicktime",
    MediaType.MKV: "video/x-matroska",
    MediaType.HTML: "text/html",
    MediaType.OTHER: "application/octet-stream",
}
"""What a file is delivered as: decided by its content, never by its name."""

MADE_MIME_TYPES: Final = {
    Target.PDF: "application/pdf",
    Target.THUMBNAIL: "image/webp",
    Target.MP4: "video/mp4",
}
"""The same of what was made of it."""
_ENDINGS: Final = {Target.PDF: "pdf", Target.THUMBNAIL: "webp", Target.MP4: "mp4"}

TARGETS: Final = {
    **dict.fromkeys(OFFICE_TYPES, (Target.PDF, Target.FACTS, Target.THUMBNAIL)),
    **dict.fromkeys(PICTURE_TYPES, (Target.FACTS, Target.THUMBNAIL)),
    MediaType.PDF: (Target.FACTS, Target.THUMBNAIL),
    **dict.fromkeys(VIDEO_TYPES, (Target.FACTS, Target.THUMBNAIL)),
    MediaType.HTML: (),
    MediaType.OTHER: (),
}
"""What is made of each kind by itself; a document's facts and picture come from its PDF."""


def made_name(name: str, target: Target) -> str:
    """Return what people and players call what was made of a file: `Woche.pptx`, `Woche.pdf`."""
    stem = name.rpartition(".")[0] or name
    return f"{stem}.{_ENDINGS[target]}"
