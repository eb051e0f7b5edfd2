"""PNG, JPEG, GIF and WebP: complete to their last byte, and small enough to be drawn."""

import re
import struct
from collections.abc import Iterator
from typing import Final

from infoscreen_core.files.kinds import refusals
from infoscreen_core.files.kinds.content import Content

_PNG_HEAD: Final = 8
_GIF_FRAME: Final = 10
"""Bytes of a frame before its colours."""
_MAX_PARTS: Final = 200_000
_MAX_BLOCKS: Final = 3_000_000
"""Of at most 255 bytes each, which the data of a GIF consist of."""
_MARKER: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""In a JPEG's data: what is neither a stuffed byte, nor a restart, nor filling."""
_FILLING: Final = re.compile(rb"\xff")
_NO_FILLING: Final = re.compile(rb"[^\xff]")
_SIZES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of JPEG that tell width and height."""
_END: Final = 0xD9
_DATA: Final = 0xDA
_NO_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_HIDDEN: Final = re.compile(
    rb"PK\x03\x04|PK\x05\x06|%PDF-|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x7fELF|<\?php|<script|<html",
    re.IGNORECASE,
)


def check_png(content: Content) -> None:
    """Walk the chunks to the last one."""
    offset, frames, count = _PNG_HEAD, 1, 0
    width = height = 0
    while True:
        length, kind = _png_chunk(content, offset)
        body, offset, count = offset + 8, offset + 12 + length, count + 1
        if offset > content.size:
            raise refusals.cut_off(content.name)
        if count == 1:
            if kind != b"IHDR" or length < 13:  # noqa: PLR2004 - bytes of that chunk
                raise refusals.damaged(content.name)
            width, height = struct.unpack(">II", content.read(body, 8))
            _check_pixels(content, width, height)
        elif kind == b"acTL" and length >= 8:  # noqa: PLR2004 - bytes of that chunk
            frames = int.from_bytes(content.read(body, 4), "big")
        elif kind == b"IEND":
            break
        if count > _MAX_PARTS:
            raise refusals.damaged(content.name)
    _check_animation(content, frames, frames * width * height)
    _refuse_hidden(content, offset)


def check_jpeg(content: Content) -> None:
    """Walk the segments and the data between them to the end of the picture."""
    offset, has_size = 2, False
    for _ in range(_MAX_PARTS):
        marker, offset = _jpeg_marker(content, offset)
        if marker == _END:
            break
        if marker in _NO_LENGTH:
            continue
        length = int.from_bytes(content.read(offset, 2), "big")
        if offset + 2 > content.size or offset + length > content.size:
            raise refusals.cut_off(content.name)
        if length < 2:  # noqa: PLR2004 - the length counts its own two bytes
            raise refusals.damaged(content.name)
        if marker in _SIZES and not has_size:
            height, width = struct.unpack(">HH", content.read(offset + 3, 4).ljust(4, b"\0"))
            _check_pixels(content, width, height)
            has_size = True
        offset += length
        if marker == _DATA:
            offset = _after_data(content, offset)
    else:
        raise refusals.damaged(content.name)
    if not has_size:
        raise refusals.damaged(content.name)
    _refuse_hidden(content, offset)


def check_gif(content: Content) -> None:
    """Walk the blocks to the trailer, and count frames."""
    if content.size < 13:  # noqa: PLR2004 - the header
        raise refusals.cut_off(content.name)
    width, height, flags = struct.unpack("<HHB", content.read(6, 5))
    _check_pixels(content, width, height)
    offset = 13 + _colours(flags)
    frames = pixels = 0
    steps = iter(range(_MAX_BLOCKS))
    while True:
        block = content.read(offset, 1)
        if not block:
            raise refusals.cut_off(content.name)
        if block == b";":
            break
        if block == b",":
            frames += 1
            pixels += max(width * height, _gif_pixels(content, offset))
            offset = _after_gif_frame(content, offset, steps)
            _check_animation(content, frames, pixels)
        elif block == b"!":
            offset = _after_blocks(content, offset + 2, steps)
        elif block == b"\0" and next(steps, None) is not None:  # old programs leave some behind
            offset += 1
        else:
            raise refusals.damaged(content.name)
    if not frames:
        raise refusals.damaged(content.name)
    _refuse_hidden(content, offset + 1)


def check_webp(content: Content) -> None:
    """Walk the chunks, which fill the file that its header announces."""
    end = 8 + int.from_bytes(content.read(4, 4), "little")
    if end > content.size:
        raise refusals.cut_off(content.name)
    offset, frames, size, has_picture = 12, 0, (0, 0), False
    while offset + 8 <= end:
        kind, length = (
            content.read(offset, 4),
            int.from_bytes(content.read(offset + 4, 4), "little"),
        )
        if offset + 8 + length > end:
            raise refusals.damaged(content.name)
        size = _webp_size(kind, content.read(offset + 8, 10)) or size
        has_picture |= kind in {b"VP8 ", b"VP8L", b"ANMF"}
        frames += kind == b"ANMF"
        if frames > content.limits.max_frames:
            raise refusals.too_much_animation(content.name)
        offset += 8 + length + length % 2
    if not has_picture:
        raise refusals.damaged(content.name)
    _check_pixels(content, *size)
    _check_animation(content, frames, frames * size[0] * size[1])
    _refuse_hidden(content, end)


def _png_chunk(content: Content, offset: int) -> tuple[int, bytes]:
    head = content.read(offset, 8)
    if len(head) < 8:  # noqa: PLR2004 - length and kind
        raise refusals.cut_off(content.name)
    length, kind = struct.unpack(">I4s", head)
    if not kind.isalpha():
        raise refusals.damaged(content.name)
    return length, kind


def _jpeg_marker(content: Content, offset: int) -> tuple[int, int]:
    """Return the marker at an offset, and where what follows begins."""
    if offset + 2 > content.size:
        raise refusals.cut_off(content.name)
    # Some cameras leave a few bytes between segments, and any number of 0xFF may precede a marker.
    begin = content.find(_FILLING, offset)
    found = None if begin is None else content.find(_NO_FILLING, begin)
    if found is None:
        raise refusals.cut_off(content.name)
    return content.byte(found), found + 1


def _after_data(content: Content, offset: int) -> int:
    found = content.find(_MARKER, offset)
    if found is None:
        raise refusals.cut_off(content.name)
    return found


def _gif_pixels(content: Content, offset: int) -> int:
    head = content.read(offset, _GIF_FRAME)
    if len(head) < _GIF_FRAME:
        raise refusals.cut_off(content.name)
    width, height = struct.unpack("<HH", head[5:9])
    _check_pixels(content, width, height)
    return int(width * height)


def _after_gif_frame(content: Content, offset: int, steps: Iterator[int]) -> int:
    flags = content.byte(offset + _GIF_FRAME - 1)
    return _after_blocks(content, offset + _GIF_FRAME + _colours(flags) + 1, steps)


def _after_blocks(content: Content, offset: int, steps: Iterator[int]) -> int:
    for _ in steps:
        if offset >= content.size:
            raise refusals.cut_off(content.name)
        length = content.byte(offset)
        offset += 1 + length
        if not length:
            return offset
    raise refusals.damaged(content.name)


def _colours(flags: int) -> int:
    """Return the bytes of the table of colours that these flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int] | None:
    if kind == b"VP8X":
        return (
            int.from_bytes(body[4:7], "little") + 1,
            int.from_bytes(body[7:10], "little") + 1,
        )
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", body[6:10].ljust(4, b"\0"))
        return width & 0x3FFF, height & 0x3FFF
    return None


def _check_pixels(content: Content, width: int, height: int) -> None:
    if not width or not height:
        raise refusals.damaged(content.name)
    if width * height > content.limits.max_pixels:
        raise refusals.too_many_pixels(content.name, width, height, content.limits.max_pixels)


def _check_animation(content: Content, frames: int, pixels: int) -> None:
    limits = content.limits
    if frames > limits.max_frames or (frames > 1 and pixels > limits.max_animation_pixels):
        raise refusals.too_much_animation(content.name)


def _refuse_hidden(content: Content, end: int) -> None:
    """Cameras add their own to the end of a picture, which harms nobody; another file may."""
    if content.find(_HIDDEN, end) is not None:
        raise refusals.two_in_one(content.name)
