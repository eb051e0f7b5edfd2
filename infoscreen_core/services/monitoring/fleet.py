"""Players with their status, found, paged and counted in the database: what every reader asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import Client, ClientScreenshot
from infoscreen_core.db.queries.clients import ClientRow
from infoscreen_core.db.queries.monitoring import fleet as queries
from infoscreen_core.db.queries.monitoring import players, tallies
from infoscreen_core.db.queries.monitoring.logs import sums as log_sums
from infoscreen_core.domain.monitoring.fleet_count import FleetFigures, figures_of
from infoscreen_core.domain.monitoring.fleet_wish import FleetWish
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW
from infoscreen_core.domain.screens.player import ProcessStatus
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
    """Return those of the players that exist, in this order; six queries for some hundred."""
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
    rows = players.list_rows(session, uuids, now=reading.now, window=reading.window)
    if not rows:
        return []
    found = [row.client.uuid for row in rows]
    pictures = players.latest_pictures(session, found)
    titles = queries.event_titles(
        session,
        (
            event_id
            for row in rows
            for event_id in (row.client.current_event_id, row.content.planned_event_id)
        ),
    )
    return [
        _client_view(row, pictures.get(uuid), titles, reading)
        for uuid, row in zip(found, rows, strict=True)
    ]


def _client_view(
    row: ClientRow,
    picture: ClientScreenshot | None,
    titles: Mapping[int, str],
    reading: Reading,
) -> ClientView:
    client, verdict, logs = row.client, row.verdict, row.logs
    return ClientView(
        uuid=client.uuid,
        name=client.display_name,
        given_name=client.description or "",
        hostname=client.hostname or "",
        ip=client.ip or "",
        software=client.software_version or "",
        model=client.model or "",
        registered_at=client.registration_time,
        group_id=client.group_id,
        group_name=client.group.name if client.group else None,
        status=verdict.status,
        reason=verdict.reason,
        status_since=row.since,
        is_active=client.is_active,
        is_approved=client.approved_at is not None,
        last_alive=client.last_alive,
        shown_title=titles.get(client.current_event_id or 0),
        screen_health=client.screen_health_status,
        error_count=logs.errors,
        warn_count=logs.warnings,
        reconnect_count=client.mqtt_reconnect_count,
        last_disconnect_at=client.mqtt_last_disconnect_at,
        picture=picture_view(picture, client.clock_behind_seconds) if picture else None,
        has_active_priority_picture=is_recent(
            client.priority_screenshot_at, ttl=reading.priority_ttl, now=reading.now
        ),
        is_service_failed=client.service_failed_at is not None,
        is_crashed=client.process_status is ProcessStatus.CRASHED,
        rejection=_rejection(client),
        content=_content(row, titles),
    )


def _content(row: ClientRow, titles: Mapping[int, str]) -> ContentView | None:
    state, reason, since, planned_id = row.content
    if state is None or reason is None:
        return None
    return ContentView(state, reason, since, titles.get(planned_id or 0))


def _rejection(client: Client) -> RejectionView | None:
    if client.approved_at is not None or client.rejected_at is None:
        return None
    return RejectionView(
        client.rejected_at, client.rejected_name or "", client.rejection_reason or ""
    )
