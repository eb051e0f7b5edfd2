"""MP4 and MOV: boxes one after another, of which none may end beyond the file."""

from typing import Final

from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.kinds import refusals
from infoscreen_core.files.kinds.content import Content

_MAX_BOXES: Final = 100_000
_PADDING: Final = 4096
_FIRST: Final = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_PICTURES: Final = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"avif", b"avis"}
_AUDIO: Final = {b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "}


def looks_like_boxes(head: bytes) -> bool:
    """Whether a file begins with a box as such files begin."""
    return head[4:8] in _FIRST


def check_iso(content: Content) -> MediaType:
    """Return which kind of file of boxes it is; raise `InvalidInputError` for a wrong one."""
    brand = content.read(8, 4) if content.head[4:8] == b"ftyp" else b"qt  "
    if brand in _PICTURES:
        raise refusals.wrong_kind(content.name, "HEIC/AVIF")
    boxes = _walk(content)
    if not boxes & {b"moov"} or not boxes & {b"mdat", b"moof"}:
        raise refusals.cut_off(content.name)
    if brand in _AUDIO:
        return MediaType.OTHER
    return MediaType.MOV if brand == b"qt  " else MediaType.MP4


def _walk(content: Content) -> set[bytes]:
    found: set[bytes] = set()
    offset = 0
    for _ in range(_MAX_BOXES):
        if offset == content.size:
            return found
        if not any(content.read(offset, _PADDING)) and found:
            return found  # some cameras fill a file up with zeros
        size, kind = _box(content, offset)
        if offset + size > content.size:
            raise refusals.cut_off(content.name)
        found.add(kind)
        offset += size
    raise refusals.damaged(content.name)


def _box(content: Content, offset: int) -> tuple[int, bytes]:
    head = content.read(offset, 16)
    if len(head) < 8:  # noqa: PLR2004 - size and kind
        raise refusals.cut_off(content.name)
    size, kind, least = int.from_bytes(head[:4], "big"), head[4:8], 8
    if size == 1:  # the size follows, since it does not fit
        size, least = int.from_bytes(head[8:16], "big"), 16
    elif size == 0:  # the last one, to the end of the file
        size = content.size - offset
    if size < least or not all(0x20 <= one < 0x7F or one == 0xA9 for one in kind):  # noqa: PLR2004 - ©
        raise refusals.damaged(content.name)
    return size, kind
