"""The last run of each job."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import JobRun


def list_runs(session: Session, names: Collection[str]) -> dict[str, JobRun]:
    """Return the last run of these jobs by name; what never ran is not among them."""
    query = select(JobRun).where(JobRun.name.in_(names))
    return {run.name: run for run in session.scalars(query)}


def find_run(session: Session, name: str) -> JobRun | None:
    """Return the last run of a job, or None."""
    return session.get(JobRun, name)


def find_success(session: Session, name: str) -> datetime | None:
    """Return when the last run began that ended well, or None."""
    return session.scalar(select(JobRun.succeeded_at).where(JobRun.name == name))


def begin(session: Session, name: str, *, now: datetime) -> None:
    """Note that a job begins."""
    session.merge(JobRun(name=name, ran_at=now, duration_seconds=None, row_count=None, error=None))
