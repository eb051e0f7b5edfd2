"""A file that is being looked at: never read whole into memory."""

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from infoscreen_core.domain.media.limits import FileLimits

HEAD: Final = 65_536
"""Bytes from the start that tell a kind."""


@dataclass(frozen=True)
class Content:
    """The bytes of a file, and what it was called by whoever sent it."""

    path: Path
    name: str
    size: int
    limits: FileLimits
    data: mmap.mmap

    @cached_property
    def head(self) -> bytes:
        """The first bytes."""
        return self.read(0, HEAD)

    def read(self, offset: int, length: int) -> bytes:
        """Return at most so many bytes from an offset; fewer at the end, none beyond it."""
        return self.data[offset : offset + length] if 0 <= offset < self.size else b""

    def tail(self, length: int) -> bytes:
        """Return the last bytes."""
        return self.read(max(self.size - length, 0), length)

    def find(self, wanted: bytes, start: int = 0) -> int:
        """Return where these bytes stand first from an offset on; -1 when nowhere."""
        return self.data.find(wanted, start)

    def search(self, pattern: re.Pattern[bytes], start: int) -> re.Match[bytes] | None:
        """Return where a pattern stands first from an offset on."""
        return pattern.search(self.data, start)


@contextmanager
def opened(path: Path, name: str, limits: FileLimits) -> Iterator[Content]:
    """Open a file that is not empty."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        yield Content(path, name, len(data), limits, data)
