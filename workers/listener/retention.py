"""Deletes what is too old, a few rows at a time, between the batches."""

import shutil
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from infoscreen_core.domain.monitoring.retention import ORPHAN_AGE, SWEEP_ROWS
from infoscreen_core.log import get_logger
from infoscreen_core.services.monitoring import retention
from infoscreen_core.services.screens import pictures
from infoscreen_core.settings import Settings
from workers.runtime import SessionFactory

log = get_logger()

SWEEP_SECONDS: Final = 3600.0
_Job = Callable[[datetime], int]


class RetentionSweep:
    """Deletes old logs, dead letters and ownerless pictures, at the start and then every hour."""

    def __init__(self, settings: Settings, sessions: SessionFactory, directory: Path) -> None:
        self.deleted = 0
        """Rows and files deleted so far."""
        self._settings = settings
        self._sessions = sessions
        self._directory = directory
        self._jobs: deque[_Job] = deque()
        self._next_sweep = 0.0

    def begin(self) -> None:
        """Start a sweep, unless one is under way."""
        if not self._jobs:
            self._jobs.extend(
                (
                    self._sweep_logs,
                    self._sweep_log_families,
                    self._sweep_log_counts,
                    self._sweep_dead_letters,
                    self._sweep_statuses,
                    self._sweep_directories,
                )
            )

    def step(self, *, now: datetime) -> bool:
        """Do one small piece of work; False when there is none."""
        self._begin_if_due()
        if not self._jobs:
            return False
        count = self._jobs[0](now)
        self.deleted += count
        if count < SWEEP_ROWS:
            self._jobs.popleft()
        return True

    def _begin_if_due(self) -> None:
        # By the monotonic clock: one that is set back would put the next sweep off.
        moment = time.monotonic()
        if moment >= self._next_sweep:
            self._next_sweep = moment + SWEEP_SECONDS
            self.begin()

    def _sweep_logs(self, now: datetime) -> int:
        days = self._settings.log_retention_days
        with self._sessions.begin() as session:
            return retention.delete_old_logs(session, days=days, now=now)

    def _sweep_log_families(self, now: datetime) -> int:
        days = self._settings.log_retention_days
        with self._sessions.begin() as session:
            return retention.delete_old_log_families(session, days=days, now=now)

    def _sweep_log_counts(self, now: datetime) -> int:
        days = self._settings.log_count_retention_days
        with self._sessions.begin() as session:
            return retention.delete_old_log_counts(session, days=days, now=now)

    def _sweep_dead_letters(self, now: datetime) -> int:
        days = self._settings.dead_letter_retention_days
        with self._sessions.begin() as session:
            return retention.delete_old_dead_letters(session, days=days, now=now)

    def _sweep_statuses(self, now: datetime) -> int:
        days = self._settings.status_retention_days
        with self._sessions.begin() as session:
            return retention.delete_old_statuses(session, days=days, now=now)

    def _sweep_directories(self, _now: datetime) -> int:
        """Plan one job per player's directory: their sum may take long."""
        try:
            names = [entry.name for entry in self._directory.iterdir() if _is_uuid(entry.name)]
        except FileNotFoundError:
            return 0  # no picture was ever kept
        except OSError as error:
            log.warning("pictures.sweep_failed", error=str(error))
            return 0
        self._jobs.extend(partial(self._sweep_directory, name) for name in names)
        return 0

    def _sweep_directory(self, client_uuid: str, now: datetime) -> int:
        try:
            return self._remove_orphans(client_uuid, now)
        except OSError as error:  # tidying up is no reason to stop listening
            log.warning("pictures.sweep_failed", client_uuid=client_uuid, error=str(error))
            return 0

    def _remove_orphans(self, client_uuid: str, now: datetime) -> int:
        directory = self._directory / client_uuid
        with self._sessions() as session:
            kept = pictures.find_kept_files(session, client_uuid)
        if kept is None:
            shutil.rmtree(directory)
            log.info("pictures.directory_removed", client_uuid=client_uuid)
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
