"""Where converters work: a folder for each, below the media folder, that dies with its converter.

A lock on a file beside it says whether the converter lives: the system gives it up however the
converter ends. So what a killed one left is swept by whoever comes next, and by nobody before.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LOCK = ".lock"


@dataclass(frozen=True)
class Workshop:
    """The folder of one converter."""

    folder: Path
    lock: int
    """The descriptor of the file whose lock says that we live."""

    @classmethod
    def open(cls, root: Path, name: str) -> "Workshop":
        """Make the folder of the converter with this name, which no other has."""
        root.mkdir(parents=True, exist_ok=True)
        folder = root / name
        while True:
            lock = os.open(_lock_of(folder), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_there(_lock_of(folder), lock):
                folder.mkdir(mode=0o700)
                return cls(folder, lock)
            os.close(lock)  # somebody swept it in between

    @contextmanager
    def bench(self, name: str) -> Iterator[Path]:
        """Yield an empty folder for one piece of work, and remove it afterwards."""
        bench = self.folder / name
        shutil.rmtree(bench, ignore_errors=True)
        bench.mkdir()
        try:
            yield bench
        finally:
            shutil.rmtree(bench, ignore_errors=True)

    def sweep(self) -> int:
        """Remove the folders of converters that are dead; return how many."""
        others = [path for path in self.folder.parent.iterdir() if path.is_dir()]
        return sum(_sweep(one) for one in others if one != self.folder)

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        _lock_of(self.folder).unlink(missing_ok=True)
        os.close(self.lock)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)


def _is_there(path: Path, descriptor: int) -> bool:
    """Whether the file that was opened still has this name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _sweep(folder: Path) -> bool:
    """Remove a folder whose converter is dead; return whether it is."""
    lock = os.open(_lock_of(folder), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # it lives, or the disk cannot say
        return False
    else:
        shutil.rmtree(folder, ignore_errors=True)
        _lock_of(folder).unlink(missing_ok=True)
        return True
    finally:
        os.close(lock)
