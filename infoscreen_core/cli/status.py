"""`infoscreen status`: which workers are at work, their figures, and the room for all of it."""

import sys
from dataclasses import replace
from datetime import datetime
from typing import Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from infoscreen_core.cli.context import JsonFlag, cli_read_session, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import WorkerStatus
from infoscreen_core.db.outages import Outage, outage_of
from infoscreen_core.db.queries.monitoring import list_workers
from infoscreen_core.db.queries.operations import database_time_now
from infoscreen_core.domain.monitoring.liveness import is_at_work
from infoscreen_core.domain.text.elapsed import is_ahead
from infoscreen_core.services import write_check
from infoscreen_core.services.database_clock import MAX_CORRECTION
from infoscreen_core.services.monitoring import signs_of_life
from infoscreen_core.services.monitoring.signs_of_life import CLOCK_AHEAD, trouble_of
from infoscreen_core.services.monitoring.storage import (
    StorageView,
    explain,
    measured,
    reported_outage,
)

EXIT_NO_ROOM = 3
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
    """Show each worker's last sign of life and its figures, and whether anything can be stored.

    Code 3 means that nothing can; standard error says why.
    """
    with cli_read_session() as (session, settings):
        now = database_time_now(session) or utc_now()
        rows = [_row(worker, now) for worker in list_workers(session)]
        reported = reported_outage(signs_of_life.list_workers(session), now=now)
    outage = reported or _try_small_write()
    storage = replace(measured(settings.storage_directories), outage=outage)
    emit(rows, as_json=json, columns=_COLUMNS)
    if not json:
        _tell_figures(rows, storage)
    for row in rows:
        if row["trouble"]:
            sys.stderr.write(f"Warning: {row['trouble']}\n")
    if storage.trouble:
        sys.stderr.write(f"{explain(storage.trouble, storage)}\n")
        raise typer.Exit(EXIT_NO_ROOM)


def _tell_figures(rows: list[dict[str, Any]], storage: StorageView) -> None:
    figures = [figure for row in rows for figure in _figures(row)]
    for table in filter(None, (figures, [_room(storage)])):
        sys.stdout.write("\n")
        emit(table, as_json=False)
    for sentence in filter(None, map(_clock_sentence, rows)):
        sys.stdout.write(f"\n{sentence}\n")


def _clock_sentence(row: dict[str, Any]) -> str | None:
    """Return what is wrong with the clock of a worker's machine, and what to do, or None."""
    ahead = float((row["metrics"] or {}).get(CLOCK_AHEAD, 0)) if row["is_alive"] else 0.0
    if not ahead:
        return None
    off = f"{abs(ahead):,g} s {'ahead of' if ahead > 0 else 'behind'} the database's"
    if abs(ahead) > MAX_CORRECTION.total_seconds():
        does = "That is too far to say which is right, so it goes by its own; set the wrong one."
    else:
        does = "It goes by the database's; set that machine's clock."
    return f"The clock of the {row['worker']} on {row['host']} is {off}. {does}"


def _try_small_write() -> Outage | None:
    try:
        with cli_session() as (session, _):
            write_check.write(session)
    except SQLAlchemyError as error:
        return outage_of(error)
    return None


def _room(storage: StorageView) -> dict[str, Any]:
    return {
        "storage": storage.directory,
        "is_writable": storage.trouble is None,
        "free_megabytes": storage.free_megabytes,
        "outage": storage.trouble,
    }


def _figures(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of a worker, if it is alive: those of others are outdated."""
    metrics = (row["metrics"] or {}) if row["is_alive"] else {}
    return [
        {"worker": row["worker"], "figure": name, "value": value} for name, value in metrics.items()
    ]


def _row(worker: WorkerStatus, now: datetime) -> dict[str, Any]:
    silence = (now - worker.seen_at).total_seconds()
    is_known = not is_ahead(worker.seen_at, now=now)
    is_alive = is_at_work(worker.seen_at, now=now)
    trouble = trouble_of(worker.name, worker.metrics)
    return {
        "worker": worker.name,
        "is_alive": is_alive,
        "is_broker_connected": worker.is_broker_connected,
        "seen_at": worker.seen_at,
        "seen_seconds_ago": max(round(silence, 1), 0.0) if is_known else None,
        "started_at": worker.started_at,
        "pid": worker.pid,
        "host": worker.host,
        "metrics": worker.metrics,
        "trouble": str(trouble) if is_alive and trouble else None,
    }
