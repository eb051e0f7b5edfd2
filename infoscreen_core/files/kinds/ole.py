"""Old office documents: compound files (MS-CFB), which are a small file system in a file."""

import struct
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
    head = file.read(entry, 12)
    if len(head) < 12 or head[:2] != b"\xec\xa5":  # noqa: PLR2004 - the flags are its last two bytes
        raise refusals.damaged(file.name)
    if int.from_bytes(head[10:12], "little") & _WORD_ENCRYPTED:
        raise refusals.protected(file.name)


def _check_powerpoint(file: "_CompoundFile", document: _Entry, user: _Entry | None) -> None:
    if user is not None:
        token = int.from_bytes(file.read(user, 16)[12:16], "little")
        if token == _POWERPOINT_ENCRYPTED:
            raise refusals.protected(file.name)
    if _has_vba(file.read(document, document.size)):
        raise refusals.has_macros(file.name)


def _has_vba(stream: bytes) -> bool:
    """Whether a presentation's own records say that it holds macros."""
    for kind, start, end in _records(stream, 0, len(stream)):
        if kind != _DOCUMENT:
            continue
        for info, info_start, info_end in _records(stream, start, end):
            if info == _DOC_INFO and any(
                one == _VBA_INFO and _is_with_macros(stream, first, last)
                for one, first, last in _records(stream, info_start, info_end)
            ):
                return True
    return False


def _is_with_macros(stream: bytes, start: int, end: int) -> bool:
    return any(
        kind == _VBA_ATOM and any(stream[first + 4 : first + 8])
        for kind, first, _last in _records(stream, start, end)
    )


def _records(stream: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield kind, and start and end of the content, of the records side by side in a stretch."""
    for _ in range(_MAX_RECORDS):
        if start + 8 > end:
            return
        _version, kind, length = struct.unpack_from("<HHI", stream, start)
        yield kind, start + 8, min(start + 8 + length, end)
        start += 8 + length


def _other_kind(names: Collection[str]) -> str:
    return next((kind for name, kind in _OTHERS.items() if name in names), "OLE")


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
    def _fat(self) -> tuple[int, ...]:
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
        parts = b"".join(self._sector_bytes(one) for one in used)
        return struct.unpack(f"<{len(parts) // 4}I", parts)

    @cached_property
    def entries(self) -> tuple[_Entry, ...]:
        """All streams and storages."""
        data = self._chain(struct.unpack_from("<I", self._header, 48)[0], _MAX_ENTRIES * _ENTRY)
        return tuple(
            entry
            for at in range(0, len(data) - _ENTRY + 1, _ENTRY)
            if (entry := _entry(data[at : at + _ENTRY])).kind in {_STORAGE, _STREAM, _ROOT}
        )

    def read(self, entry: _Entry, length: int) -> bytes:
        """Return at most so many first bytes of a stream."""
        wanted = min(length, entry.size)
        if entry.size >= _SMALL_STREAM:
            return self._chain(entry.start, wanted)[:wanted]
        return self._read_small(entry, wanted)

    def _read_small(self, entry: _Entry, length: int) -> bytes:
        root = next((one for one in self.entries if one.kind == _ROOT), None)
        if root is None:
            raise refusals.damaged(self.name)
        room = self._chain(root.start, root.size)
        start, count = struct.unpack_from("<II", self._header, 60)
        table = self._chain(start, count * self._sector)
        following = struct.unpack(f"<{len(table) // 4}I", table)
        found = bytearray()
        sector = entry.start
        while len(found) < length and sector < len(following):
            found += room[sector * 64 : sector * 64 + 64]
            sector = following[sector]
        return bytes(found[:length])

    def _chain(self, start: int, length: int) -> bytes:
        found = bytearray()
        sector, steps = start, 0
        while sector < _LAST_REGULAR and len(found) < length:
            if sector >= len(self._fat) or steps > len(self._fat):
                raise refusals.damaged(self.name)
            found += self._sector_bytes(sector)
            sector, steps = self._fat[sector], steps + 1
        return bytes(found)

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


def _entry(data: bytes) -> _Entry:
    length, kind = struct.unpack_from("<HB", data, 64)
    name = data[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
    start, size = struct.unpack_from("<II", data, 116)
    return _Entry(name, kind, start, size)
