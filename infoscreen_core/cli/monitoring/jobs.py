"""`infoscreen monitoring jobs`: how the jobs went that keep the house in order."""

from typing import Any

from infoscreen_core.cli.context import JsonFlag, cli_read_session, emit
from infoscreen_core.services.monitoring.upkeep.jobs import JobView, list_jobs


def command(*, as_json: JsonFlag = False) -> None:
    """Say of each job of housekeeping when it ran last, how that went, and when it runs next."""
    with cli_read_session() as (session, _settings):
        rows = [_row(job) for job in list_jobs(session)]
    emit(rows, as_json=as_json)


def _row(job: JobView) -> dict[str, Any]:
    return {
        "job": job.name.value,
        "began_at": job.began_at,
        "is_running": job.is_running,
        "seconds": None if job.duration is None else round(job.duration.total_seconds(), 3),
        "rows": job.row_count,
        "error": job.error,
        "succeeded_at": job.succeeded_at,
        "next_at": job.next_at,
    }
