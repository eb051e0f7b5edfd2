"""Whether there is room to store anything, and what is said when there is none."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from infoscreen_core.db.outages import Outage
from infoscreen_core.domain.monitoring.liveness import is_at_work
from infoscreen_core.errors import UnavailableError
from infoscreen_core.services.monitoring.views import WorkerView

LOW_BYTES: Final = 50_000_000
FULL_BYTES: Final = 5_000_000
_MEGABYTE: Final = 1_000_000
_LASTING: Final = frozenset({Outage.DISK_FULL, Outage.READ_ONLY, Outage.DAMAGED})
"""What forbids storing until somebody mends it; the rest passes, or concerns reading as well."""


@dataclass(frozen=True, slots=True)
class StorageView:
    """The room that our files have, and why the smallest change could not be stored, if so."""

    directory: str
    free_bytes: int
    outage: Outage | None = None

    @property
    def is_low(self) -> bool:
        """Whether somebody should make room soon."""
        return self.free_bytes < LOW_BYTES

    @property
    def free_megabytes(self) -> int:
        """The room as people read it."""
        return self.free_bytes // _MEGABYTE

    @property
    def trouble(self) -> Outage | None:
        """What keeps us from storing; None when all is well."""
        if self.outage in _LASTING:
            return self.outage
        return Outage.DISK_FULL if self.free_bytes < FULL_BYTES else None


def measured(directories: Iterable[Path]) -> StorageView:
    """Measure the directory with the least room; one that is not there yet counts as its parent."""
    return min(
        (StorageView(str(path), _free_bytes(path)) for path in directories),
        key=lambda view: view.free_bytes,
    )


def reported_outage(workers: Iterable[WorkerView], *, now: datetime) -> Outage | None:
    """Return what keeps a worker that is at work from storing what it has; None when nothing."""
    found = (worker.outage for worker in workers if is_at_work(worker.seen_at, now=now))
    return next((outage for outage in found if outage in _LASTING), None)


def explain(outage: Outage | None, storage: StorageView) -> UnavailableError:
    """Return the sentence for a person whose request met this outage."""
    if _is_for_want_of_room(outage, storage):
        return _no_room(storage)
    if outage is Outage.READ_ONLY:
        return UnavailableError(
            "The database can only be read at present; nothing can be changed. Screens go on "
            "showing what they have. Whoever looks after the server has to make it writable."
        )
    if outage is Outage.DAMAGED:
        return UnavailableError(
            "The database cannot read or write its files: the disk fails, or they are damaged. "
            "Screens go on showing what they have. Whoever looks after the server has to mend it."
        )
    if outage is Outage.BUSY:
        return UnavailableError(
            "The database is busy, and nothing was changed; try again in a moment."
        )
    if outage is Outage.HANGING:
        return UnavailableError(
            "The database hangs: it gives no answer in time. Screens go on showing what they have; "
            "nothing can be changed here until it answers again."
        )
    return UnavailableError(
        "The database does not answer. Screens go on showing what they have; nothing can be seen "
        "or changed here until it is back."
    )


def _is_for_want_of_room(outage: Outage | None, storage: StorageView) -> bool:
    if outage in {Outage.BUSY, Outage.HANGING, Outage.READ_ONLY}:
        return False
    # Files that cannot be opened or grow on a full disk have codes that do not tell.
    return outage is Outage.DISK_FULL or storage.trouble is Outage.DISK_FULL


def _no_room(storage: StorageView) -> UnavailableError:
    if not storage.is_low:  # it is not the disk measured here, but the database server's
        return UnavailableError(
            "The database has no room left on its disk, and nothing can be stored until there is. "
            "Screens go on showing what they have."
        )
    return UnavailableError(
        "The disk is full: {free} MB are left in {directory}. Nothing can be stored until there is "
        "room; screens go on showing what they have.",
        free=storage.free_megabytes,
        directory=storage.directory,
    )


def _free_bytes(path: Path) -> int:
    while not path.exists() and path != path.parent:
        path = path.parent
    disk = os.statvfs(path)
    if not disk.f_blocks:
        return sys.maxsize  # no disk, and so none that fills up
    return disk.f_bavail * disk.f_frsize if disk.f_favail or not disk.f_files else 0
