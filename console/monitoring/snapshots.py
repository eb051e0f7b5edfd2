"""Pictures of the whole operation that all browsers share: read once every few seconds, however many look."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from console.monitoring.presenters.fleet import ClientView
from console.monitoring.presenters.fleet_rows import client_view
from console.monitoring.presenters.logs import LogLine, log_line
from console.monitoring.presenters.system import WorkerView
from console.runtime import now, read_session, resources
from console.shared import shared
from infoscreen_core.db.queries.fleet import (
    FleetRow,
    list_fleet,
)
from infoscreen_core.db.queries.monitoring import (
    LogCount,
    count_logs,
    list_logs,
    list_workers,
)
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW
from infoscreen_core.domain.screens.player import LogLevel

STATUS_WINDOW_HOURS: Final = LOG_WINDOW // timedelta(hours=1)
FRESH_SECONDS: Final = 2.0
"""Readings that browsers share are at most this old."""


@dataclass(frozen=True)
class FleetSnapshot:
    """Every player, by its group's place, then by name."""

    taken_at: datetime
    clients: tuple[ClientView, ...]


@shared(seconds=FRESH_SECONDS, entries=1)
def workers() -> list[WorkerView]:
    """Return the workers' signs of life."""
    with read_session() as session:
        rows = list_workers(session)
    return [WorkerView(row.name, row.seen_at, row.is_broker_connected) for row in rows]


@shared(seconds=FRESH_SECONDS, entries=8)
def fleet(hours: int = STATUS_WINDOW_HOURS) -> FleetSnapshot:
    """Return every player with its status and its log counts over `hours`."""
    taken_at = now()
    with read_session() as session:
        return FleetSnapshot(taken_at, clients_at(session, hours, taken_at))


def logs(uuid: str, *, hours: int, levels: Collection[LogLevel], limit: int) -> list[LogLine]:
    """Return a player's newest log lines within `hours`."""
    with read_session() as session:
        since = now() - timedelta(hours=hours)
        return [log_line(row) for row in list_logs(session, uuid, since=since, levels=levels, limit=limit)]


def log_counts(uuid: str, *, hours: int, step: timedelta, levels: Collection[LogLevel]) -> list[LogCount]:
    """Return how many lines a player logged within `hours`, by level and stretch of `step`."""
    with read_session() as session:
        return count_logs(session, uuid, since=now() - timedelta(hours=hours), step=step, levels=levels)


def clients_at(session: Session, hours: int, at: datetime) -> tuple[ClientView, ...]:
    """Return every player as it is at `at`, with its log counts over `hours` before."""
    grace = resources().settings.heartbeat_grace
    rows = list_fleet(session, now=at, grace=grace, window=timedelta(hours=hours))
    return tuple(view_at(row, at) for row in rows)


def view_at(row: FleetRow, at: datetime) -> ClientView:
    """Return one player as it is at `at`."""
    ttl = timedelta(seconds=resources().settings.priority_screenshot_ttl_seconds)
    return client_view(row, now=at, priority_ttl=ttl)
