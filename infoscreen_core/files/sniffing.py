"""What a file is by its content, and whether it may come into the library.

Signatures tell which kind a file is; a check for that kind then reads all that tells whether it is
whole, as large as it says when it is opened, and harmless. Each check has its limits, so that no
file takes longer than reading it a few times.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import puremagic

from infoscreen_core.domain.media.limits import DEFAULT_LIMITS, FileLimits
from infoscreen_core.domain.media.names import claimed_kind
from infoscreen_core.domain.media.types import MIME_TYPES, PICTURE_TYPES, MediaType
from infoscreen_core.files.kinds import (
    iso_media,
    matroska,
    ole,
    packages,
    pdf,
    pictures,
    refusals,
    texts,
    zips,
)
from infoscreen_core.files.kinds.content import Content, opened

_PROGRAMS: Final = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa",
    b"\xce\xfa\xed",
    b"\xcf\xfa\xed",
    b"\xca\xfe",
)
_AUDIO: Final = (b"ID3", b"OggS", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
_ARCHIVES: Final = {
    b"Rar!\x1a\x07": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"\x1f\x8b": "GZIP",
    b"BZh": "BZIP2",
    b"\xfd7zXZ\x00": "XZ",
    b"\x28\xb5\x2f\xfd": "ZSTD",
}
_HEAD_FOR_NAMES: Final = 8192
_SYNC: Final = 0x47
"""The first byte of each packet of an MPEG transport stream."""
_PACKETS: Final = ((0, 188), (4, 192))
"""Where it stands first, and how long a packet is: of televisions, and of camcorders."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is by its content."""

    media_type: MediaType
    mime_type: str


def sniff(path: Path, name: str, limits: FileLimits = DEFAULT_LIMITS) -> Sniffed:
    """Return what a file is; `name` is only used to tell people of it, and what it claims.

    Raises `InvalidInputError` on `file`, with a sentence, for a file that is empty, cut off,
    damaged, protected, too large when opened, of no use for screens, or meant to do harm.
    """
    size = path.stat().st_size
    if not size:
        raise refusals.empty(name)
    if size > limits.max_bytes:
        raise refusals.too_large(name, size, limits.max_bytes)
    with opened(path, name, limits) as content:
        kind = _kind(content)
        if kind in PICTURE_TYPES and size > limits.max_picture_bytes:
            raise refusals.too_large(name, size, limits.max_picture_bytes)
        _check_claim(content, kind)
    return Sniffed(kind, MIME_TYPES[kind])


def _kind(content: Content) -> MediaType:
    for looks_so, check in _CHECKS:
        if looks_so(content.head):
            return check(content)
    return texts.check_text(content) or _refuse_unknown(content)


def _check_claim(content: Content, kind: MediaType) -> None:
    """A text that calls itself a picture is a picture that was spoilt."""
    claimed = claimed_kind(content.name)
    if claimed not in {None, MediaType.HTML} and kind in {MediaType.OTHER, MediaType.HTML}:
        raise refusals.not_what_it_says(content.name, str(claimed))


def _refuse_unknown(content: Content) -> MediaType:
    claimed = claimed_kind(content.name)
    if claimed is not None:
        raise refusals.not_what_it_says(content.name, claimed)
    known = _name_of_kind(content.head[:_HEAD_FOR_NAMES])
    raise refusals.wrong_kind(content.name, known) if known else refusals.unknown(content.name)


def _name_of_kind(head: bytes) -> str:
    """Return what files that begin so are called; empty when nobody knows."""
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    # Without a type, it is a guess: a file of zeros would be a pattern for embroidery.
    return next((one.name for one in found if one.mime_type), "")


def _is(kind: MediaType, check: Callable[[Content], None]) -> Callable[[Content], MediaType]:
    def checked(content: Content) -> MediaType:
        check(content)
        return kind

    return checked


def _begins(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(starts)


def _refuse_program(content: Content) -> MediaType:
    raise refusals.wrong_kind(content.name, "program")


def _refuse_archive(content: Content) -> MediaType:
    kind = next(kind for start, kind in _ARCHIVES.items() if content.head.startswith(start))
    raise refusals.wrong_kind(content.name, kind)


def _refuse_stream(content: Content) -> MediaType:
    raise refusals.wrong_kind(content.name, "MPEG-TS")


def _is_stream(head: bytes) -> bool:
    """Whether it is what televisions and camcorders record: packets that begin alike."""
    return any(
        len(head) > first + 2 * packet and all(head[first + n * packet] == _SYNC for n in range(3))
        for first, packet in _PACKETS
    )


def _audio(content: Content) -> MediaType:
    if content.head.startswith(b"OggS") and b"\x80theora" in content.head[:_HEAD_FOR_NAMES]:
        raise refusals.wrong_kind(content.name, "Ogg video")
    return MediaType.OTHER


_CHECKS: Final[tuple[tuple[Callable[[bytes], bool], Callable[[Content], MediaType]], ...]] = (
    (_begins(b"\x89PNG\r\n\x1a\n"), _is(MediaType.PNG, pictures.check_png)),
    (_begins(b"\xff\xd8\xff"), _is(MediaType.JPG, pictures.check_jpeg)),
    (_begins(b"GIF87a", b"GIF89a"), _is(MediaType.GIF, pictures.check_gif)),
    (
        lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
        _is(MediaType.WEBP, pictures.check_webp),
    ),
    (lambda head: bool(pdf.SIGNATURE.match(head)), _is(MediaType.PDF, pdf.check_pdf)),
    (_begins(zips.LOCAL), packages.check_package),
    (_begins(ole.SIGNATURE), ole.check_ole),
    (_begins(matroska.SIGNATURE), matroska.check_matroska),
    (iso_media.looks_like_boxes, iso_media.check_iso),
    (_is_stream, _refuse_stream),
    (_begins(*_ARCHIVES), _refuse_archive),
    (_begins(*_PROGRAMS), _refuse_program),
    (lambda head: head.startswith(_AUDIO) or head[8:12] == b"WAVE", _audio),
    (lambda head: bool(pdf.LATE_SIGNATURE.match(head)), _is(MediaType.PDF, pdf.check_pdf)),
)
"""How files of each kind begin, and what is then checked."""
