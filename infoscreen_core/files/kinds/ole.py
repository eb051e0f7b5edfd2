"""Old office documents: compound files (MS-CFB), which are a small file system in a file."""

import struct
from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.kinds import refusals
from infoscreen_core.files.kinds.content import Content

SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER: Final = 512
_ENTRY: Final = 128
_STORAGE: Final = 1
_STREAM: Final = 2
_ROOT: Final = 5
_LAST_REGULAR: Final = 0xFFFFFFFA
_FREE: Final = 0xFFFFFFFF
_MAX_ENTRIES: Final = 100_000
_SMALL_STREAM: Final = 4096
_SMALL_PIECE: Final = 64
_MACRO_STORAGES: Final = frozenset({"vba", "_vba_project_cur", "macros", "_vba_project"})
_WORD_ENCRYPTED: Final = 0x0100
_POWERPOINT_ENCRYPTED: Final = 0xF3D1C4DF
_CONTAINER: Final = 0xF
_DOCUMENT: Final = 0x03E8
_DOC_INFO: Final = 0x07D0
_VBA_INFO: Final = 0x03FF
_VBA_ATOM: Final = 0x0400
_MAX_RECORDS: Final = 200_000
_OTHERS: Final = {
    "workbook": "XLS",
    "book": "XLS",
    "visiodocument": "Visio",
    "__properties_version1.0": "MSG",
}
"""What else such files are, by a stream that they have."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A stream or storage of a compound file."""

    name: str
    kind: int
    start: int
    size: int


def check_ole(content: Content) -> MediaType:
    """Return which document a compound file is; raise `InvalidInputError` for a wrong one."""
    if content.size > content.limits.max_compound_bytes:
        raise refusals.too_large(content.name, content.size, content.limits.max_compound_bytes)
    file = _CompoundFile(content)
    names = {one.name.lower(): one for one in file.entries}
    if "encryptedpackage" in names or "encryptedsummary" in names:
        raise refusals.protected(content.name)
    if not _MACRO_STORAGES.isdisjoint(names):
        raise refusals.has_macros(content.name)
    if "powerpoint document" in names:
        _check_powerpoint(file, names["powerpoint document"], names.get("current user"))
        return MediaType.PPT
    if "worddocument" in names:
        _check_word(file, names["worddocument"])
        return MediaType.DOC
    raise refusals.wrong_kind(content.name, _other_kind(names.keys()))


def _check_word(file: "_CompoundFile", entry: _Entry) -> None:
    head = file.open(entry).read(0, 12)
    if len(head) < 12 or head[:2] != b"\xec\xa5":  # noqa: PLR2004 - the flags are its last two bytes
        raise refusals.damaged(file.name)
    if int.from_bytes(head[10:12], "little") & _WORD_ENCRYPTED:
        raise refusals.protected(file.name)


def _check_powerpoint(file: "_CompoundFile", document: _Entry, user: _Entry | None) -> None:
    if user is not None:
        token = int.from_bytes(file.open(user).read(12, 4), "little")
        if token == _POWERPOINT_ENCRYPTED:
            raise refusals.protected(file.name)
    if _has_vba(file.open(document)):
        raise refusals.has_macros(file.name)


def _has_vba(stream: "_Stream") -> bool:
    """Whether a presentation's own records say that it holds macros."""
    steps = iter(range(_MAX_RECORDS))
    documents = [one for one in _records(stream, 0, stream.size, steps) if one.kind == _DOCUMENT]
    found = [one for outer in documents for one in _inner(stream, outer, _DOC_INFO, steps)]
    found = [one for outer in found for one in _inner(stream, outer, _VBA_INFO, steps)]
    found = [one for outer in found for one in _inner(stream, outer, _VBA_ATOM, steps)]
    return any(any(stream.read(one.start + 4, 4)) for one in found)


def _inner(stream: "_Stream", outer: "_Record", kind: int, steps: Iterator[int]) -> list["_Record"]:
    inside = _records(stream, outer.start, outer.end, steps)
    return [one for one in inside if one.kind == kind]


def _records(stream: "_Stream", start: int, end: int, steps: Iterator[int]) -> Iterator["_Record"]:
    """Yield the records that lie side by side in a stretch, as long as there are steps."""
    for _ in steps:
        head = stream.read(start, 8)
        if start + 8 > end or len(head) < 8:  # noqa: PLR2004 - a record's head
            return
        _version, kind, length = struct.unpack("<HHI", head)
        yield _Record(kind, start + 8, min(start + 8 + length, end))
        start += 8 + length


def _other_kind(names: Collection[str]) -> str:
    return next((kind for name, kind in _OTHERS.items() if name in names), "OLE")


@dataclass(frozen=True, slots=True)
class _Record:
    """A part of a presentation; `start` and `end` are those of its content."""

    kind: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Stream:
    """A stream, read piece by piece; its pieces lie anywhere in the file."""

    content: Content
    places: "array[int]"
    """Where each piece lies."""
    piece: int
    """Bytes of each."""
    size: int

    def read(self, offset: int, length: int) -> bytes:
        """Return at most so many bytes from an offset."""
        found = bytearray()
        end = min(offset + length, self.size)
        while offset < end:
            number, skipped = divmod(offset, self.piece)
            if number >= len(self.places):
                break
            wanted = min(self.piece - skipped, end - offset)
            part = self.content.read(self.places[number] + skipped, wanted)
            if len(part) < wanted:
                raise refusals.cut_off(self.content.name)
            found += part
            offset += wanted
        return bytes(found)


class _CompoundFile:
    """Reads the directory of a compound file, and streams; raises when the file is cut off."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.name = content.name
        header = content.read(0, _HEADER)
        if len(header) < _HEADER:
            raise refusals.cut_off(content.name)
        shift, mini_shift = struct.unpack_from("<HH", header, 30)
        if shift not in {9, 12} or mini_shift != 6:  # noqa: PLR2004 - the two versions there are
            raise refusals.damaged(content.name)
        self._sector = 1 << shift
        self._header = header
        self._check_end()

    @cached_property
    def _fat(self) -> "array[int]":
        """The sector after each sector."""
        numbers = list(struct.unpack_from("<109I", self._header, 76))
        following, count = struct.unpack_from("<II", self._header, 68)
        seen = set[int]()
        for _ in range(min(count, self._content.size // self._sector)):
            if following >= _LAST_REGULAR or following in seen:
                break
            seen.add(following)
            more = struct.unpack(f"<{self._sector // 4}I", self._sector_bytes(following))
            numbers += more[:-1]
            following = more[-1]
        wanted = struct.unpack_from("<I", self._header, 44)[0]
        used = [one for one in numbers if one < _LAST_REGULAR][:wanted]
        table = array("I")
        for one in used:
            table.frombytes(self._sector_bytes(one))
        return table

    @cached_property
    def entries(self) -> tuple[_Entry, ...]:
        """All streams and storages."""
        start = struct.unpack_from("<I", self._header, 48)[0]
        stream = self._stream(start, _MAX_ENTRIES * _ENTRY)
        data = stream.read(0, len(stream.places) * self._sector)
        return tuple(
            entry
            for at in range(0, len(data) - _ENTRY + 1, _ENTRY)
            if (entry := _entry(data[at : at + _ENTRY])).kind in {_STORAGE, _STREAM, _ROOT}
        )

    def open(self, entry: _Entry) -> _Stream:
        """Return a stream to read from."""
        if entry.size >= _SMALL_STREAM:
            return self._stream(entry.start, entry.size)
        return self._open_small(entry)

    def _open_small(self, entry: _Entry) -> _Stream:
        """Small streams share one, in pieces of 64 bytes, which has a table of its own."""
        root = next((one for one in self.entries if one.kind == _ROOT), None)
        if root is None:
            raise refusals.damaged(self.name)
        room = self._stream(root.start, root.size)
        start, count = struct.unpack_from("<II", self._header, 60)
        table = self._stream(start, count * self._sector)
        following = array("I", table.read(0, table.size)[: len(table.places) * self._sector])
        places = array("Q")
        for sector in _chained(following, entry.start, entry.size // _SMALL_PIECE + 1, self.name):
            piece, skipped = divmod(sector * _SMALL_PIECE, self._sector)
            if piece >= len(room.places):
                raise refusals.damaged(self.name)
            places.append(room.places[piece] + skipped)
        return _Stream(self._content, places, _SMALL_PIECE, entry.size)

    def _stream(self, start: int, size: int) -> _Stream:
        sectors = _chained(self._fat, start, size // self._sector + 1, self.name)
        places = array("Q", ((one + 1) * self._sector for one in sectors))
        return _Stream(self._content, places, self._sector, size)

    def _sector_bytes(self, number: int) -> bytes:
        data = self._content.read((number + 1) * self._sector, self._sector)
        if len(data) < self._sector:
            raise refusals.cut_off(self.name)
        return data

    def _check_end(self) -> None:
        """The last sector in use has to be there, whole."""
        last = max((i for i, following in enumerate(self._fat) if following != _FREE), default=-1)
        if (last + 2) * self._sector > self._content.size:
            raise refusals.cut_off(self.name)


def _chained(table: "array[int]", start: int, most: int, name: str) -> Iterator[int]:
    """Yield the sectors from one on, as a table says which follows which."""
    sector = start
    for _ in range(min(most, len(table))):
        if sector >= _LAST_REGULAR:
            return
        if sector >= len(table):
            raise refusals.damaged(name)
        yield sector
        sector = table[sector]


def _entry(data: bytes) -> _Entry:
    length, kind = struct.unpack_from("<HB", data, 64)
    name = data[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
    start, size = struct.unpack_from("<II", data, 116)
    return _Entry(name, kind, start, size)
