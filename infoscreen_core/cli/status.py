"""`infoscreen status`: which workers are at work, their figures, and the room for all of it."""

import sys
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from infoscreen_core.cli.context import JsonFlag, cli_read_session, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.db import outages
from infoscreen_core.db.queries import operations
from infoscreen_core.db.queries.monitoring import records
from infoscreen_core.domain.monitoring.histograms import Histogram
from infoscreen_core.domain.monitoring.liveness import is_at_work
from infoscreen_core.domain.text.elapsed import is_ahead
from infoscreen_core.services import database_clock, write_check
from infoscreen_core.services.monitoring import signs_of_life
from infoscreen_core.services.monitoring.upkeep import storage

if TYPE_CHECKING:
    from infoscreen_core.db.models import WorkerStatus
    from infoscreen_core.db.outages import Outage
    from infoscreen_core.services.monitoring.upkeep.storage import StorageView

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
        now = operations.database_time_now(session) or utc_now()
        rows = [_row(worker, now) for worker in records.list_workers(session)]
        reported = storage.reported_outage(signs_of_life.list_workers(session), now=now)
    outage = reported or _try_small_write()
    room = replace(storage.measured(settings.storage_directories), outage=outage)
    emit(rows, as_json=json, columns=_COLUMNS)
    if not json:
        _tell_figures(rows, room)
    for row in rows:
        if row["trouble"]:
            sys.stderr.write(f"Warning: {row['trouble']}\n")
    if room.trouble:
        sys.stderr.write(f"{storage.explain(room.trouble, room)}\n")
        raise typer.Exit(EXIT_NO_ROOM)


def _tell_figures(rows: list[dict[str, Any]], room: "StorageView") -> None:
    figures = [figure for row in rows for figure in _figures(row)]
    for table in filter(None, (figures, [_room(room)])):
        sys.stdout.write("\n")
        emit(table, as_json=False)
    for sentence in filter(None, map(_clock_sentence, rows)):
        sys.stdout.write(f"\n{sentence}\n")


def _clock_sentence(row: dict[str, Any]) -> str | None:
    """Return what is wrong with the clock of a worker's machine, and what to do, or None."""
    ahead = (
        float((row["metrics"] or {}).get(signs_of_life.CLOCK_AHEAD, 0)) if row["is_alive"] else 0.0
    )
    if not ahead:
        return None
    off = f"{abs(ahead):,g} s {'ahead of' if ahead > 0 else 'behind'} the database's"
    if abs(ahead) > database_clock.MAX_CORRECTION.total_seconds():
        does = "That is too far to say which is right, so it goes by its own; set the wrong one."
    else:
        does = "It goes by the database's; set that machine's clock."
    return f"The clock of the {row['worker']} on {row['host']} is {off}. {does}"


def _try_small_write() -> "Outage | None":
    try:
        with cli_session() as (session, _):
            write_check.write(session)
    except outages.SQLAlchemyError as error:
        return outages.outage_of(error)
    return None


def _room(room: "StorageView") -> dict[str, Any]:
    return {
        "storage": room.directory,
        "is_writable": room.trouble is None,
        "free_megabytes": room.free_megabytes,
        "outage": room.trouble,
    }


def _figures(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of a worker, if it is alive: those of others are outdated."""
    metrics = (row["metrics"] or {}) if row["is_alive"] else {}
    return [
        {"worker": row["worker"], "figure": name, "value": Histogram.read(value) or value}
        for name, value in metrics.items()
    ]


def _row(worker: "WorkerStatus", now: datetime) -> dict[str, Any]:
    silence = (now - worker.seen_at).total_seconds()
    is_known = not is_ahead(worker.seen_at, now=now)
    is_alive = is_at_work(worker.seen_at, now=now)
    trouble = signs_of_life.trouble_of(worker.name, worker.metrics)
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
