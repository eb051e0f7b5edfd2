"""WebM and Matroska: elements one after another, of which none may end beyond the file."""

from typing import Final

from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.kinds import refusals
from infoscreen_core.files.kinds.content import Content

SIGNATURE: Final = b"\x1a\x45\xdf\xa3"
_DOC_TYPE: Final = 0x4282
_SEGMENT: Final = 0x18538067
_TRACKS: Final = 0x1654AE6B
_CLUSTER: Final = 0x1F43B675
_MAX_ELEMENTS: Final = 500_000
_MAX_FILLING: Final = 100
_UNKNOWN: Final = -1
_KINDS: Final = {b"webm": MediaType.WEBM, b"matroska": MediaType.MKV}


def check_matroska(content: Content) -> MediaType:
    """Return which of the two it is; raise `InvalidInputError` for a bad one."""
    _id, start, size = _element(content, 0)
    if size == _UNKNOWN or start + size > content.size:
        raise refusals.cut_off(content.name)
    kind = _kind(content, start, start + size)
    _check_segment(content, start + size)
    return kind


def _kind(content: Content, offset: int, end: int) -> MediaType:
    while offset < end:
        number, start, size = _element(content, offset)
        if size == _UNKNOWN or start + size > end:
            break
        if number == _DOC_TYPE:
            found = _KINDS.get(content.read(start, size).rstrip(b"\0"))
            if found:
                return found
            break
        offset = start + size
    raise refusals.damaged(content.name)


def _check_segment(content: Content, offset: int) -> None:
    offset, size = _find_segment(content, offset)
    end = content.size if size == _UNKNOWN else offset + size
    if end > content.size:
        raise refusals.cut_off(content.name)
    found: set[int] = set()
    for _ in range(_MAX_ELEMENTS):
        if offset >= end:
            break
        number, start, length = _element(content, offset)
        found.add(number)
        # A stream that was recorded live does not know how long its clusters are: their elements
        # follow, and are walked like those beside them.
        offset = start if length == _UNKNOWN else start + length
        if offset > end:
            raise refusals.cut_off(content.name)
    else:
        raise refusals.damaged(content.name)
    if not {_TRACKS, _CLUSTER} <= found:
        raise refusals.cut_off(content.name)


def _find_segment(content: Content, offset: int) -> tuple[int, int]:
    """Return where the film begins and how long it is; something may fill the room before it."""
    for _ in range(_MAX_FILLING):
        number, start, size = _element(content, offset)
        if number == _SEGMENT:
            return start, size
        if size == _UNKNOWN or start + size > content.size:
            raise refusals.cut_off(content.name)
        offset = start + size
    raise refusals.damaged(content.name)


def _element(content: Content, offset: int) -> tuple[int, int, int]:
    """Return an element's number, where its data begin, and how many bytes they are."""
    number, offset = _number(content, offset, has_marker=True)
    size, offset = _number(content, offset, has_marker=False)
    return number, offset, size


def _number(content: Content, offset: int, *, has_marker: bool) -> tuple[int, int]:
    first = content.read(offset, 1)
    if not first:
        raise refusals.cut_off(content.name)
    length = 9 - first[0].bit_length()
    if length > (4 if has_marker else 8):
        raise refusals.damaged(content.name)
    data = content.read(offset, length)
    if len(data) < length:
        raise refusals.cut_off(content.name)
    value = int.from_bytes(data, "big")
    if has_marker:
        return value, offset + length
    mask = (1 << 7 * length) - 1
    plain = value & mask
    return (_UNKNOWN if plain == mask else plain), offset + length
