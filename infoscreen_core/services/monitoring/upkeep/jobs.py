"""The record of the jobs that keep the house in order: who runs them, says here how it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import JobRun
from infoscreen_core.db.queries.monitoring import jobs as queries
from infoscreen_core.domain.monitoring.housekeeping import JobName, is_due, next_run, next_try

_LONGEST_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class JobView:
    """A job's last run, as people see it; all but the name is None while it never ran."""

    name: JobName
    began_at: datetime | None = None
    duration: timedelta | None = None
    """None while it runs, or when its program was ended meanwhile."""
    row_count: int | None = None
    """Rows, or files, that it wrote or deleted."""
    error: str | None = None
    """Why it failed, in technical words; None: it went well, or runs."""
    succeeded_at: datetime | None = None
    """When the last run began that ended well."""
    next_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self.began_at is not None and self.duration is None


def list_jobs(session: Session) -> list[JobView]:
    """Return every job with its last run."""
    runs = queries.list_runs(session, list(JobName))
    return [_view(name, runs.get(name)) for name in JobName]


def find_due(session: Session, names: Sequence[JobName], *, now: datetime) -> JobName | None:
    """Return the first of these jobs whose turn has come, or None."""
    runs = queries.list_runs(session, names)
    for name in names:
        run = runs.get(name)
        if run is None or is_due(run.next_at, now=now):
            return name
    return None


def begin(session: Session, name: JobName, *, now: datetime) -> None:
    """Note that a job begins. Its turn stays: should the program be ended, it begins again."""
    queries.begin(session, name, now=now)


def succeed(session: Session, name: JobName, *, row_count: int, now: datetime) -> None:
    """Note that a job ended well."""
    run = _end(session, name, row_count, now)
    run.succeeded_at, run.next_at = run.ran_at, next_run(now)


def fail(
    session: Session, name: JobName, *, row_count: int, error: Exception, now: datetime
) -> None:
    """Note that a job failed, and why; it is tried again soon."""
    run = _end(session, name, row_count, now)
    reason = getattr(error, "orig", None) or error
    run.error = f"{type(error).__name__}: {reason}"[:_LONGEST_ERROR]
    run.next_at = next_try(now)


def _end(session: Session, name: JobName, row_count: int, now: datetime) -> JobRun:
    run = session.get_one(JobRun, name)
    run.duration_seconds = max((now - run.ran_at).total_seconds(), 0.0)
    run.row_count = row_count
    return run


def _view(name: JobName, run: JobRun | None) -> JobView:
    if run is None:
        return JobView(name)
    seconds = run.duration_seconds
    return JobView(
        name,
        began_at=run.ran_at,
        duration=None if seconds is None else timedelta(seconds=seconds),
        row_count=run.row_count,
        error=run.error,
        succeeded_at=run.succeeded_at,
        next_at=run.next_at,
    )
