"""ZIP packages: how large they are unpacked, and that all of them is there.

Nothing of a package is ever written to disk under its own name. The directory at the end decides
what is in it, so that the order of the parts, and lengths that follow their data, do not matter.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from infoscreen_core.domain.media.limits import MEBIBYTE, FileLimits
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.files.kinds import refusals

LOCAL: Final = b"PK\x03\x04"
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x06"
_END_SIZE: Final = 22
_END_64_SIZE: Final = 56 + 20
"""Of the record for large packages, and of what points to it."""
_LOCAL_SIZE: Final = 30
_LONGEST_PATH: Final = 1024
_MAX_COMMENT: Final = 65_535
_MAX_DIRECTORY: Final = 32 * MEBIBYTE
_CHUNK: Final = MEBIBYTE
_IN_MEMORY: Final = 8 * MEBIBYTE
_SMALL: Final = 64 * MEBIBYTE
"""Up to this size unpacked, how well it was packed does not matter."""
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1
_MORE_16: Final = 0xFFFF
_MORE_32: Final = 0xFFFFFFFF
"""What stands where a number does not fit, and has to be read elsewhere."""


@dataclass
class Budget:
    """What may still be unpacked of a file, packages in packages included."""

    name: str
    limits: FileLimits
    members: int = 0
    unpacked: int = 0

    def take(self, members: Sequence[zipfile.ZipInfo], packed: int) -> None:
        """Count a package's parts; raise when they are too many or too large."""
        own = sum(one.file_size for one in members)
        self.members += len(members)
        self.unpacked += own
        if self.members > self.limits.max_members:
            raise refusals.too_many_members(self.name, self.limits.max_members)
        if self.unpacked > self.limits.max_unpacked_bytes:
            raise refusals.unpacks_too_large(self.name, self.limits.max_unpacked_bytes)
        if own > _SMALL and own > packed * self.limits.max_ratio:
            raise refusals.grows_too_much(self.name, self.limits.max_ratio)


@dataclass(frozen=True)
class Package:
    """An opened package whose directory was found in order."""

    opened: zipfile.ZipFile
    members: tuple[zipfile.ZipInfo, ...]
    budget: Budget

    @property
    def names(self) -> frozenset[str]:
        """The names of its parts."""
        return frozenset(one.filename for one in self.members)

    def read(self, name: str, limit: int) -> bytes:
        """Return a part, or so many bytes of it."""
        with unharmed(self.budget.name), self.opened.open(name) as part:
            return part.read(limit)


@contextmanager
def opened_package(file: IO[bytes], size: int, budget: Budget) -> Iterator[Package]:
    """Open a package and check its directory."""
    _check_end(file, size, budget)
    with unharmed(budget.name), zipfile.ZipFile(file) as opened:
        members = tuple(opened.infolist())
        _check_members(members, opened.start_dir, budget)
        budget.take(members, size)
        yield Package(opened, members, budget)


def check_parts(package: Package, depth: int = 1) -> None:
    """Unpack every part to nowhere: each must be whole, and packages in it within the budget."""
    budget = package.budget
    for member in package.members:
        with unharmed(budget.name), package.opened.open(member) as part:
            first = part.read(_CHUNK)
            if first.startswith(LOCAL):
                if depth >= budget.limits.max_nesting:
                    raise refusals.nested_too_deep(budget.name, budget.limits.max_nesting)
                _check_nested(first, part, budget, depth)
            else:
                while part.read(_CHUNK):
                    pass


@contextmanager
def unharmed(name: str) -> Iterator[None]:
    """Turn what reading a broken package raises into a sentence."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise refusals.damaged(name) from None
    except (struct.error, UnicodeDecodeError, OverflowError, KeyError, ValueError) as error:
        if isinstance(error, InvalidInputError):
            raise
        raise refusals.damaged(name) from None


def is_package(tail: bytes) -> bool:
    """Whether a file that ends like this is a package, whatever it begins like."""
    at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail):
        return False
    comment = int.from_bytes(tail[at + 20 : at + 22], "little")
    return at + _END_SIZE + comment == len(tail)


def _check_nested(first: bytes, part: IO[bytes], budget: Budget, depth: int) -> None:
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        chunk = first
        while chunk:
            copy.write(chunk)
            chunk = part.read(_CHUNK)
        size = copy.tell()
        with opened_package(copy, size, budget) as package:
            check_parts(package, depth + 1)


def _check_end(file: IO[bytes], size: int, budget: Budget) -> None:
    """Look at the end record before the directory is read, which may be of any size."""
    start = max(size - _END_SIZE - _MAX_COMMENT, 0)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail):
        raise refusals.cut_off(budget.name)
    count, length, offset, comment = struct.unpack("<HIIH", tail[at + 10 : at + _END_SIZE])
    if at + _END_SIZE + comment != len(tail):
        raise refusals.damaged(budget.name)
    end = start + at
    if count == _MORE_16 or _MORE_32 in (length, offset):
        count, length, offset, end = _read_end_64(file, end, budget)
    if count > budget.limits.max_members:
        raise refusals.too_many_members(budget.name, budget.limits.max_members)
    if length > _MAX_DIRECTORY:
        raise refusals.too_many_members(budget.name, budget.limits.max_members)
    if offset + length != end and not _is_end_64(file, offset + length, end):
        raise refusals.damaged(budget.name)


def _is_end_64(file: IO[bytes], at: int, end: int) -> bool:
    """Whether a record for large packages lies there, which some programs always write."""
    file.seek(at)
    return end - at == _END_64_SIZE and file.read(4) == _END_64


def _read_end_64(file: IO[bytes], end: int, budget: Budget) -> tuple[int, int, int, int]:
    """Return number of entries, length and offset of the directory, and where the record begins."""
    file.seek(max(end - _END_64_SIZE, 0))
    record = file.read(_END_64_SIZE)
    if len(record) < _END_64_SIZE or not record.startswith(_END_64):
        raise refusals.damaged(budget.name)
    count, length, offset = struct.unpack("<QQQ", record[32:56])
    return count, length, offset, end - _END_64_SIZE


def _check_members(members: Sequence[zipfile.ZipInfo], directory_at: int, budget: Budget) -> None:
    if len({one.filename for one in members}) != len(members):
        raise refusals.damaged(budget.name)
    if any(len(one.filename) > _LONGEST_PATH for one in members):
        raise refusals.damaged(budget.name)
    if any(one.flag_bits & _ENCRYPTED for one in members):
        raise refusals.protected(budget.name)
    for one in members:
        _check_path(one.orig_filename, budget.name)
        if one.compress_type not in _METHODS:
            raise refusals.damaged(budget.name)
    _check_places(members, directory_at, budget.name)


def _check_places(members: Sequence[zipfile.ZipInfo], directory_at: int, name: str) -> None:
    """Parts lie one after another from the first byte on: none shares its bytes with another."""
    end = 0
    for one in sorted(members, key=lambda one: one.header_offset):
        if one.header_offset < end or (end == 0 and one.header_offset):
            raise refusals.damaged(name) if end else refusals.two_in_one(name)
        end = one.header_offset + _LOCAL_SIZE + len(one.orig_filename) + one.compress_size
    if end > directory_at:
        raise refusals.damaged(name)


def _check_path(path: str, name: str) -> None:
    is_absolute = path.startswith(("/", "\\")) or path[1:2] == ":"
    if is_absolute or "\0" in path or ".." in path.replace("\\", "/").split("/"):
        raise refusals.leads_out(name, path)
