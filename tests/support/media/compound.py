"""Old office documents (MS-CFB), as small as they can be."""

import struct
from collections.abc import Mapping
from typing import Final

_SECTOR: Final = 512
_END: Final = 0xFFFFFFFE
_FREE: Final = 0xFFFFFFFF
_FAT: Final = 0xFFFFFFFD


def compound(streams: Mapping[str, bytes], *, storages: tuple[str, ...] = ()) -> bytes:
    """Return a compound file with these streams and empty storages side by side."""
    entries = [("Root Entry", 5, _END, 0), *((name, 1, 0, 0) for name in storages)]
    directory_sectors = -(-(len(entries) + len(streams)) // 4)
    data, following, chains = b"", 1 + directory_sectors, [_FAT]
    chains += [*range(2, 1 + directory_sectors), _END]
    for name, body in streams.items():
        padded = body.ljust(max(-(-len(body) // _SECTOR) * _SECTOR, 4096), b"\0")
        count = len(padded) // _SECTOR
        entries.append((name, 2, following, len(padded)))
        chains += [*range(following + 1, following + count), _END]
        following += count
        data += padded
    table = struct.pack("<128I", *chains, *[_FREE] * (128 - len(chains)))
    directory = b"".join(_entry(*entry) for entry in entries)
    return _header() + table + directory.ljust(directory_sectors * _SECTOR, b"\0") + data


def word(*, is_encrypted: bool = False) -> bytes:
    """Return a document of Word 97."""
    flags = 0x0100 if is_encrypted else 0
    return compound({"WordDocument": b"\xec\xa5" + bytes(8) + flags.to_bytes(2, "little")})


def powerpoint(*, is_encrypted: bool = False, has_macros: bool = False) -> bytes:
    """Return a presentation of PowerPoint 97."""
    token = 0xF3D1C4DF if is_encrypted else 0xE391C05F
    atom = _record(0x0400, struct.pack("<III", 1, int(has_macros), 2))
    info = _record(0x07D0, _record(0x03FF, atom, is_container=True), is_container=True)
    stream = _record(0x03E8, _record(0x03E9, bytes(40)) + info, is_container=True)
    user = bytes(12) + token.to_bytes(4, "little")
    parts = {"PowerPoint Document": stream if has_macros else _record(0x03E8, b"")}
    return compound({**parts, "Current User": user})


def _record(kind: int, data: bytes, *, is_container: bool = False) -> bytes:
    return struct.pack("<HHI", 0xF if is_container else 0, kind, len(data)) + data


def _header() -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    return head.ljust(76, b"\0") + struct.pack("<109I", 0, *[_FREE] * 108)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HB", len(text) + 2, kind)
    return head.ljust(116, b"\0") + struct.pack("<IIxxxx", start, size)
