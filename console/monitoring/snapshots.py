"""Readings of the whole operation, which all browsers share: one every few seconds."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from console.runtime import (
    OutageError,
    Session,
    now,
    read_session,
    resources,
    try_small_write,
)
from console.shared import shared
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW
from infoscreen_core.domain.monitoring.logs import LogCount
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.monitoring import fleet as fleet_service
from infoscreen_core.services.monitoring import logs as logs_service
from infoscreen_core.services.monitoring.incidents import list_incidents
from infoscreen_core.services.monitoring.signs_of_life import list_workers
from infoscreen_core.services.monitoring.storage import StorageView, measured, reported_outage
from infoscreen_core.services.monitoring.views import (
    ClientView,
    IncidentView,
    LogLine,
    WorkerView,
)

STATUS_WINDOW_HOURS: Final = LOG_WINDOW // timedelta(hours=1)
FRESH_SECONDS: Final = 2.0
"""Readings that browsers share are at most this old."""
STORAGE_SECONDS: Final = 5.0
"""So often at most the smallest change is tried."""


@dataclass(frozen=True)
class FleetSnapshot:
    """Every player, by its group's place, then by name."""

    taken_at: datetime
    clients: tuple[ClientView, ...]


@shared(seconds=FRESH_SECONDS, entries=1, is_kept_in_outage=True)
def workers() -> list[WorkerView]:
    """Return the workers' signs of life."""
    with read_session() as session:
        return list_workers(session)


@shared(seconds=STORAGE_SECONDS, entries=2)
def storage(*, is_suspect: bool) -> StorageView:
    """Return how much room there is; with a reason to doubt, whether a small change is stored."""
    made = resources()
    outage = reported_outage(workers(), now=now())
    if not outage and (is_suspect or made.reach.trouble) and not made.reach.is_hanging:
        outage = try_small_write()
    return replace(measured(made.settings.storage_directories), outage=outage)


@shared(seconds=FRESH_SECONDS, entries=8, is_kept_in_outage=True)
def fleet(hours: int = STATUS_WINDOW_HOURS) -> FleetSnapshot:
    """Return every player with its status and its log counts over `hours`."""
    taken_at = now()
    with read_session() as session:
        return FleetSnapshot(taken_at, clients_at(session, taken_at, hours=hours))


def incidents() -> dict[str, IncidentView]:
    """Return the incidents on record by the player's UUID, read anew; none in an outage.

    They are newer than those of the fleet, so that whoever takes one sees it at once.
    """
    try:
        with read_session() as session:
            return list_incidents(session)
    except OutageError:
        return {}


def logs(uuid: str, *, hours: int, levels: Collection[LogLevel], limit: int) -> list[LogLine]:
    """Return a player's newest log lines within `hours`."""
    since = now() - timedelta(hours=hours)
    with read_session() as session:
        return logs_service.list_logs(session, uuid, since=since, levels=levels, limit=limit)


def log_counts(
    uuid: str, *, hours: int, step: timedelta, levels: Collection[LogLevel]
) -> list[LogCount]:
    """Return how many lines a player logged within `hours`, by level and stretch of `step`."""
    since = now() - timedelta(hours=hours)
    with read_session() as session:
        return logs_service.count_logs(session, uuid, since=since, step=step, levels=levels)


def clients_at(
    session: Session, at: datetime, *, hours: int = STATUS_WINDOW_HOURS
) -> tuple[ClientView, ...]:
    """Return every player as it is at `at`, with its log counts over `hours` before."""
    grace, ttl = resources().settings.heartbeat_grace, _priority_ttl()
    window = timedelta(hours=hours)
    return tuple(
        fleet_service.list_fleet(session, now=at, grace=grace, window=window, priority_ttl=ttl)
    )


def client_at(session: Session, uuid: str, at: datetime) -> ClientView | None:
    """Return one player as it is at `at`; None when there is none."""
    grace, ttl = resources().settings.heartbeat_grace, _priority_ttl()
    window = timedelta(hours=STATUS_WINDOW_HOURS)
    return fleet_service.find_client(
        session, uuid, now=at, grace=grace, window=window, priority_ttl=ttl
    )


def _priority_ttl() -> timedelta:
    return timedelta(seconds=resources().settings.priority_screenshot_ttl_seconds)
