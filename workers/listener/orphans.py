"""Removes picture files that belong to nobody, a directory at a time, between the batches."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from infoscreen_core.domain.monitoring.housekeeping import JobName
from infoscreen_core.domain.monitoring.retention import ORPHAN_AGE
from infoscreen_core.log import get_logger
from infoscreen_core.services.screens import pictures
from workers.housekeeping import JobRunner
from workers.runtime import SessionFactory

log = get_logger()


class PictureSweep:
    """The listener's job, since the files are its own; see `workers.housekeeping`."""

    def __init__(self, sessions: SessionFactory, directory: Path) -> None:
        self._sessions = sessions
        self._directory = directory
        self._runner = JobRunner(sessions, {JobName.OLD_PICTURES: self._sweep})

    def step(self, *, now: datetime) -> bool:
        """Do one small piece of work; False when there is none."""
        return self._runner.step(now=now)

    def _sweep(self, now: datetime) -> Iterator[int]:
        for directory in self._directories():
            try:
                yield self._remove_orphans(directory, now)
            except FileNotFoundError:
                yield 0  # the player was removed meanwhile, and its pictures with it

    def _directories(self) -> list[Path]:
        if not self._directory.exists():
            return []  # no picture was ever kept
        return [entry for entry in self._directory.iterdir() if _is_uuid(entry.name)]

    def _remove_orphans(self, directory: Path, now: datetime) -> int:
        with self._sessions() as session:
            kept = pictures.find_kept_files(session, directory.name)
        if kept is None:
            shutil.rmtree(directory)
            log.info("pictures.directory_removed", client_uuid=directory.name)
            return 1
        oldest = (now - ORPHAN_AGE).timestamp()
        files = [file for file in directory.iterdir() if file.name not in kept]
        orphans = [file for file in files if file.stat().st_mtime < oldest]
        for file in orphans:
            file.unlink(missing_ok=True)
        return len(orphans)


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
