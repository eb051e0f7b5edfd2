"""Room that is kept for the broker's last save, in case the disk is full when `up` ends.

mosquitto holds the messages of an outage in memory and writes them down when it ends. On a full
disk that fails: what it had acknowledged would be lost, and that the listener subscribed. So a file
takes some room while there is plenty, and gives it back just before the broker ends.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 32 * 1024 * 1024
_SHARE: Final = 8
"""An eighth of what is free, so that the reserve is never what fills a small disk."""


class Reserve:
    """The file; it is there while `up` runs."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "up.reserve"

    def take(self) -> None:
        """Take the room, unless it is taken; without any to spare, go without."""
        with suppress(OSError):
            if self._path.exists():
                return
            size = min(MOST_BYTES, _free_bytes(self._path.parent) // _SHARE)
            with self._path.open("xb") as file:
                self._path.chmod(0o600)
                os.posix_fallocate(file.fileno(), 0, max(size, 1))

    def give_back(self) -> None:
        """Make the room free; what is free on the disk then is the broker's."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def _free_bytes(directory: Path) -> int:
    disk = os.statvfs(directory)
    return disk.f_bavail * disk.f_frsize
