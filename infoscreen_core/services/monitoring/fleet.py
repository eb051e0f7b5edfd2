"""Players with their status, found, paged and counted in the database: what every reader asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.queries.clients import NO_LOGS, LogCounts, count_logs
from infoscreen_core.db.queries.monitoring import fleet as queries
from infoscreen_core.db.queries.monitoring import tallies
from infoscreen_core.db.queries.monitoring.lists import players
from infoscreen_core.db.queries.monitoring.lists.listed import ListedRow, list_listed
from infoscreen_core.db.queries.monitoring.logs import sums as log_sums
from infoscreen_core.domain.monitoring.fleet_count import FleetFigures, figures_of
from infoscreen_core.domain.monitoring.fleet_wish import FleetWish
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW
from infoscreen_core.domain.screens.player import ProcessStatus, screen_name
from infoscreen_core.domain.screens.screens import is_recent
from infoscreen_core.services.monitoring.views import ClientView, ContentView, MachineView
from infoscreen_core.services.screens.clients import get_client
from infoscreen_core.services.screens.kept_pictures import picture_view
from infoscreen_core.services.screens.views import RejectionView


@dataclass(frozen=True, slots=True)
class Reading:
    """How players are read: at which instant, and what counts as recent then."""

    now: datetime
    window: timedelta
    """Log lines are counted over this time."""
    priority_ttl: timedelta
    """A priority picture is active for this time."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """How many screens in service have what somebody may want to look at."""

    priority_pictures: int
    """Priority pictures that are active."""
    failed: int
    crashed: int


def list_players(
    session: Session,
    wish: FleetWish,
    reading: Reading,
    *,
    first: int = 0,
    limit: int | None = None,
) -> list[ClientView]:
    """Return the players that somebody wants to see, in that order, from the `first` one."""
    uuids = players.list_uuids(
        session, wish, now=reading.now, window=reading.window, first=first, limit=limit
    )
    return list_known(session, uuids, reading)


def list_known(session: Session, uuids: Sequence[str], reading: Reading) -> list[ClientView]:
    """Return those of the players that exist, in this order; two queries for some hundred."""
    found: list[ClientView] = []
    for start in range(0, len(uuids), MAX_NAMED):
        found += _list_some(session, uuids[start : start + MAX_NAMED], reading)
    return found


def find_client(session: Session, uuid: str, reading: Reading) -> ClientView | None:
    """Return one player as lists do, or None."""
    return next(iter(list_known(session, [uuid], reading)), None)


def count_players(session: Session, wish: FleetWish, *, now: datetime) -> int:
    """Return how many players somebody wants to see."""
    return players.count(session, wish, now=now)


def find_uuids(
    session: Session, wish: FleetWish, *, now: datetime, among: Collection[str] | None = None
) -> list[str]:
    """Return the UUIDs of all players that somebody wants to see, as ordered.

    With `among` only those of these players.
    """
    return players.list_uuids(session, wish, now=now, window=LOG_WINDOW, among=among)


def read_figures(session: Session, *, now: datetime) -> FleetFigures:
    """Return how many players there are of each kind: what every page says."""
    return figures_of(tallies.tally(session, now=now))


def read_alarms(session: Session, *, now: datetime, priority_ttl: timedelta) -> Alarms:
    """Return how many screens have what somebody may want to look at."""
    return Alarms(*tallies.count_alarms(session, recent=now - priority_ttl))


def sum_logs(session: Session, *, since: datetime) -> tuple[int, int]:
    """Return how many errors and warnings the screens in service logged since then."""
    return log_sums.sum_logs(session, since=since)


def list_troubled(
    session: Session, group_ids: Collection[int | None], reading: Reading, *, limit: int
) -> list[ClientView]:
    """Return the screens of each group that somebody should look at, at most so many of each."""
    uuids = players.list_troubled(session, group_ids, now=reading.now, limit=limit)
    return list_known(session, uuids, reading)


def list_faces(
    session: Session, group_ids: Collection[int | None], reading: Reading
) -> list[ClientView]:
    """Return for each group the screen whose picture stands for it: the newest, best online."""
    return list_known(session, players.list_faces(session, group_ids, now=reading.now), reading)


def get_machine(session: Session, uuid: str) -> MachineView:
    """Return what a player last reported about itself; raise `NotFoundError` if there is none."""
    client = get_client(session, uuid)
    titles = queries.event_titles(session, [client.expected_event_id])
    return MachineView(
        process=client.current_process,
        process_pid=client.process_pid,
        process_status=client.process_status,
        expected_title=titles.get(client.expected_event_id or 0),
        reported_at=client.health_at,
        last_frame_at=client.last_frame_update,
        cpu_percent=client.cpu_percent,
        memory_percent=client.memory_percent,
        temperature_c=client.temperature_c,
        disk_free_mb=client.disk_free_mb,
        booted_at=client.booted_at,
        os_version=client.os_version,
    )


def _list_some(session: Session, uuids: Sequence[str], reading: Reading) -> list[ClientView]:
    rows = list_listed(session, uuids, now=reading.now)
    if not rows:
        return []
    found = [row.uuid for row in rows]
    logs = count_logs(session, now=reading.now, log_window=reading.window, uuids=found)
    return [_client_view(row, logs.get(row.uuid, NO_LOGS), reading) for row in rows]


def _client_view(row: ListedRow, logs: LogCounts, reading: Reading) -> ClientView:
    return ClientView(
        uuid=row.uuid,
        name=screen_name(row.uuid, given=row.description, hostname=row.hostname),
        given_name=row.description or "",
        hostname=row.hostname or "",
        ip=row.ip or "",
        software=row.software_version or "",
        model=row.model or "",
        registered_at=row.registration_time,
        group_id=row.group_id,
        group_name=row.group_name,
        status=row.status,
        reason=row.reason,
        status_since=row.since,
        is_active=row.is_active,
        is_approved=row.approved_at is not None,
        last_alive=row.last_alive,
        shown_title=row.shown_title,
        screen_health=row.screen_health,
        error_count=logs.errors,
        warn_count=logs.warnings,
        reconnect_count=row.mqtt_reconnect_count,
        last_disconnect_at=row.mqtt_last_disconnect_at,
        picture=picture_view(row.picture, row.clock_behind_seconds) if row.picture else None,
        has_active_priority_picture=is_recent(
            row.priority_screenshot_at, ttl=reading.priority_ttl, now=reading.now
        ),
        is_service_failed=row.service_failed_at is not None,
        is_crashed=row.process_status is ProcessStatus.CRASHED,
        rejection=_rejection(row),
        content=_content(row),
    )


def _content(row: ListedRow) -> ContentView | None:
    if row.content is None or row.content_reason is None:
        return None
    return ContentView(row.content, row.content_reason, row.content_since, row.planned_title)


def _rejection(row: ListedRow) -> RejectionView | None:
    if row.approved_at is not None or row.rejected_at is None:
        return None
    return RejectionView(row.rejected_at, row.rejected_name or "", row.rejection_reason or "")
