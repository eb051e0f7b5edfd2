"""Runs jobs that keep the house in order, and puts on record how each went.

Whose turn it is stands in the database (`services.monitoring.jobs`): so a job that was done is not
done again after a takeover, and one that was cut short begins again. A job is a generator: each
step of it is one short piece of work, most often a transaction, and yields how many rows it wrote
or deleted. Doing a piece twice must be harmless.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from infoscreen_core.domain.monitoring.housekeeping import JobName
from infoscreen_core.log import get_logger
from infoscreen_core.services.monitoring.upkeep import jobs
from workers.runtime import Session, SessionFactory

log = get_logger()

LOOK_SECONDS: Final = 10.0
"""How often it is looked whose turn has come."""
Job = Callable[[datetime], Iterator[int]]
"""Begins a run at an instant."""


@dataclass(slots=True)
class _Run:
    """A run under way, or one that ended and is not on record yet."""

    name: JobName
    pieces: Iterator[int]
    row_count: int = 0
    is_over: bool = False
    error: Exception | None = None


class JobRunner:
    """Runs jobs one after the other, in small pieces."""

    def __init__(self, sessions: SessionFactory, work: Mapping[JobName, Job]) -> None:
        self._sessions = sessions
        self._work = work
        self._run: _Run | None = None
        self._next_look = 0.0

    def stop(self) -> None:
        """Leave what is under way to somebody else."""
        self._run = None
        self._next_look = 0.0

    def step(self, *, now: datetime) -> bool:
        """Do one piece of work; False when there is none."""
        if self._run is None:
            return self._begin_if_due(now)
        if self._run.is_over:
            self._record(self._run, now)
        else:
            self._go_on(self._run)
        return True

    def _begin_if_due(self, now: datetime) -> bool:
        # By the monotonic clock: one that is set back would put the next look off.
        moment = time.monotonic()
        if moment < self._next_look:
            return False
        with self._sessions() as session:
            name = jobs.find_due(session, list(self._work), now=now)
        if name is None:
            self._next_look = moment + LOOK_SECONDS
            return False
        with self._sessions.begin() as session:
            jobs.begin(session, name, now=now)
        self._run = _Run(name, self._work[name](now))
        return True

    def _go_on(self, run: _Run) -> None:
        try:
            run.row_count += next(run.pieces)
        except StopIteration:
            run.is_over = True
        except Exception as error:  # noqa: BLE001 - it is put on record, and tried again
            run.is_over, run.error = True, error

    def _record(self, run: _Run, now: datetime) -> None:
        with self._sessions.begin() as session:
            self._note(session, run, now)
        self._run = None
        if run.error:
            log.error("job.failed", job=run.name, exc_info=run.error)
        else:
            log.info("job.done", job=run.name, rows=run.row_count)

    def _note(self, session: Session, run: _Run, now: datetime) -> None:
        if run.error:
            jobs.fail(session, run.name, row_count=run.row_count, error=run.error, now=now)
        else:
            jobs.succeed(session, run.name, row_count=run.row_count, now=now)
