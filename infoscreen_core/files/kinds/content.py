"""A file that is being looked at: in small pieces, never whole in memory.

It is not mapped into memory either: a disk that fails, or a file that is cut meanwhile, would end
the program instead of raising an error.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from infoscreen_core.domain.media.limits import FileLimits

HEAD: Final = 65_536
"""Bytes from the start that tell a kind."""
_BLOCK: Final = 65_536
_LONGEST_MATCH: Final = 64
"""Bytes that a pattern which is searched for may match at most."""


@dataclass
class _Block:
    """The piece of a file that was read last, since most that is asked for lies side by side."""

    number: int = -1
    data: bytes = b""


@dataclass(frozen=True)
class Content:
    """The bytes of a file, and what it was called by whoever sent it."""

    path: Path
    name: str
    size: int
    limits: FileLimits
    descriptor: int
    _block: _Block = field(default_factory=_Block)

    @cached_property
    def head(self) -> bytes:
        """The first bytes."""
        return self.read(0, HEAD)

    def read(self, offset: int, length: int) -> bytes:
        """Return at most so many bytes from an offset; fewer at the end, none beyond it."""
        if not 0 <= offset < self.size:
            return b""
        start = offset % _BLOCK
        if start + length <= _BLOCK:
            return self._read_block(offset // _BLOCK)[start : start + length]
        return os.pread(self.descriptor, length, offset)

    def byte(self, offset: int) -> int:
        """Return the byte at an offset within the file."""
        return self._read_block(offset // _BLOCK)[offset % _BLOCK]

    def tail(self, length: int) -> bytes:
        """Return the last bytes."""
        return self.read(max(self.size - length, 0), length)

    def find(self, pattern: re.Pattern[bytes], start: int) -> int | None:
        """Return where a pattern, which matches few bytes, stands first from an offset on."""
        offset = start
        while offset < self.size:
            block = offset // _BLOCK
            found = pattern.search(self._read_block(block), offset % _BLOCK)
            if found:
                return block * _BLOCK + found.start()
            border = (block + 1) * _BLOCK
            edge = max(border - _LONGEST_MATCH, offset)
            across = pattern.search(os.pread(self.descriptor, 2 * _LONGEST_MATCH, edge))
            if across:
                return edge + across.start()
            offset = border
        return None

    def _read_block(self, number: int) -> bytes:
        if self._block.number != number:
            self._block.data = os.pread(self.descriptor, _BLOCK, number * _BLOCK)
            self._block.number = number
        return self._block.data


@contextmanager
def opened(path: Path, name: str, limits: FileLimits) -> Iterator[Content]:
    """Open a file to look at it."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        yield Content(path, name, size, limits, file.fileno())
