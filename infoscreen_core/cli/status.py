"""`infoscreen status`: which workers are at work, and their figures."""

import sys
from datetime import datetime
from typing import Any

from infoscreen_core.cli.context import JsonFlag, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import WorkerStatus
from infoscreen_core.db.queries.monitoring import list_workers
from infoscreen_core.domain.monitoring.liveness import is_at_work

_COLUMNS = (
    "worker",
    "is_alive",
    "is_broker_connected",
    "seen_seconds_ago",
    "pid",
    "host",
    "started_at",
)


def command(*, json: JsonFlag = False) -> None:
    """Show each worker's last sign of life and its figures."""
    with cli_session() as (session, _):
        rows = [_row(worker, utc_now()) for worker in list_workers(session)]
    emit(rows, as_json=json, columns=_COLUMNS)
    if not json and (figures := [figure for row in rows for figure in _figures(row)]):
        sys.stdout.write("\n")
        emit(figures, as_json=False)


def _figures(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of a worker, if it is alive: those of others are outdated."""
    metrics = (row["metrics"] or {}) if row["is_alive"] else {}
    return [
        {"worker": row["worker"], "figure": name, "value": value} for name, value in metrics.items()
    ]


def _row(worker: WorkerStatus, now: datetime) -> dict[str, Any]:
    silence = now - worker.seen_at
    return {
        "worker": worker.name,
        "is_alive": is_at_work(worker.seen_at, now=now),
        "is_broker_connected": worker.is_broker_connected,
        "seen_at": worker.seen_at,
        "seen_seconds_ago": round(silence.total_seconds(), 1),
        "started_at": worker.started_at,
        "pid": worker.pid,
        "host": worker.host,
        "metrics": worker.metrics,
    }
