"""A fleet of any size with a past: players, groups, statuses and their flips, pictures, log lines.

Written in bulk, the same for the same numbers: for benchmarks, and for plans of queries.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from infoscreen_core.db.models import (
    Client,
    ClientGroup,
    ClientScreenshot,
    ClientStatus,
    ClientStatusChange,
)
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.player import PictureType, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from tests.support.big_fleet.logs import add_logs
from tests.support.big_fleet.past import add_commands, add_health, add_incidents, add_weeks
from tests.support.big_fleet.sql import Moments, write

_FLIPS = (
    (Status.HEALTHY, StatusReason.ALL_WELL),
    (Status.OFFLINE, StatusReason.HEARTBEAT_STALE),
    (Status.HEALTHY, StatusReason.ALL_WELL),
    (Status.WARNING, StatusReason.ERROR_LOGS),
)
_CONTENT = {
    Status.HEALTHY: (Content.AS_PLANNED, ContentReason.REPORTED),
    Status.WARNING: (Content.AS_PLANNED, ContentReason.REPORTED),
    Status.CRITICAL: (Content.BEHIND, ContentReason.BLACK),
    Status.OFFLINE: (Content.UNKNOWN, ContentReason.OFFLINE),
}
"""What a judge finds of screens that are so; without it each would be one that nobody judged."""


@dataclass(frozen=True)
class Size:
    """How big the fleet is, and how long its past."""

    players: int
    groups: int
    flips: int = 0
    """Changes of its status of each player."""
    pictures: int = 0
    """Kept pictures of each player."""
    logs: int = 0
    """Log lines altogether."""
    days: int = 90
    """Over which all of this is spread."""
    incidents: int = 0
    """Of each player, that are over; whoever is not well has one that is open besides."""
    commands: int = 0
    """Of each player, that were carried out."""
    curves: int = 0
    """Players whose health is on record; a page shows that of one."""


def player_uuid(number: int) -> str:
    """The UUID of a player, from 0; spread, like real ones."""
    return str(UUID(bytes=sha256(f"player {number}".encode()).digest()[:16], version=4))


def add_fleet(engine: Engine, size: Size, *, now: datetime) -> None:
    """Write a fleet of this size, as it is at `now`, into an empty database, and commit it."""
    moments = Moments.before(now, size.days)
    uuids = [player_uuid(number) for number in range(size.players)]
    with engine.connect() as connection:
        _prefer_speed(connection)
        write(connection, ClientGroup, _groups(size, now))
        write(connection, Client, _players(size, now))
        write(connection, ClientStatus, _statuses(size, now))
        write(connection, ClientStatusChange, _flips(size, now))
        add_weeks(connection, moments, _records(size, now))
        write(connection, ClientScreenshot, _pictures(size, now))
        add_incidents(connection, moments, size.incidents, uuids, _open_incidents(size))
        add_commands(connection, moments, size.commands, uuids)
        add_health(connection, moments, uuids[: size.curves])
        connection.commit()
        add_logs(connection, moments, size.logs, uuids)
        connection.commit()
        connection.invalidate()  # with its settings and its temporary tables


def _prefer_speed(connection: Connection) -> None:
    """Give up what keeps data safe while they are written; nobody needs half a fleet."""
    if connection.dialect.name != "sqlite":
        return
    raw = connection.connection.driver_connection
    assert raw is not None
    for pragma in ("synchronous=OFF", "cache_size=-400000", "temp_store=FILE"):
        raw.execute(f"PRAGMA {pragma}")


def _groups(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(1, size.groups + 1):
        yield {
            "id": number,
            "name": f"Haus {number // 20 + 1} Raumgruppe {number:04}",
            "sort_order": number,
            "created_at": now,
            "is_active": True,
        }


def _kind(number: int) -> tuple[Status, StatusReason]:
    """Of a hundred players three are offline, one is critical, four have a warning."""
    place = number % 100
    if place in {7, 41, 83}:
        return Status.OFFLINE, StatusReason.HEARTBEAT_STALE
    if place == 59:
        return Status.CRITICAL, StatusReason.SCREEN_BLACK
    if place in {3, 23, 61, 97}:
        return Status.WARNING, StatusReason.ERROR_LOGS
    return Status.HEALTHY, StatusReason.ALL_WELL


def _players(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(size.players):
        status, _reason = _kind(number)
        is_black = status is Status.CRITICAL
        yield {
            "uuid": player_uuid(number),
            "description": f"Raum {number:05} Übergang" if number % 3 else None,
            "hostname": f"player-{number:05}",
            "group_id": _group_of(size, number),
            "is_active": True,
            "registration_time": now - timedelta(days=size.days),
            "approved_at": now - timedelta(days=size.days),
            "last_alive": now - timedelta(hours=2 if status is Status.OFFLINE else 0),
            "ip": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}",
            "software_version": f"2.4.{number % 7}",
            "model": "Raspberry Pi 5",
            "os_version": "Debian GNU/Linux 12 (bookworm)",
            "macs": "dc:a6:32:00:00:01,dc:a6:32:00:00:02",
            "boot_id": player_uuid(number),
            "current_process": "chromium",
            "process_status": ProcessStatus.RUNNING,
            "health_at": now,
            "cpu_percent": 12.5,
            "memory_percent": 44.0,
            "temperature_c": 51.0,
            "disk_free_mb": 9000.0,
            "mqtt_reconnect_count": number % 5,
            "reconnect_window_count": number % 5,
            "screen_health_status": ScreenHealth.BLACK if is_black else ScreenHealth.OK,
            "last_screenshot_at": now - timedelta(seconds=number % 60) if size.pictures else None,
        }


def _statuses(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(size.players):
        status, reason = _kind(number)
        content, why = _CONTENT[status]
        since = now - timedelta(hours=1 + number % 48)
        yield {
            "client_uuid": player_uuid(number),
            "status": status,
            "reason": reason,
            "since": since,
            "judge_at": now + timedelta(days=1),
            "content": content,
            "content_reason": why,
            "content_since": since,
        }


def _open_incidents(size: Size) -> dict[str, IncidentKind]:
    if not size.incidents:
        return {}
    kinds = {Status.OFFLINE: IncidentKind.SILENT, Status.CRITICAL: IncidentKind.SCREEN_BLACK}
    troubled = ((number, _kind(number)[0]) for number in range(size.players))
    return {player_uuid(number): kinds[status] for number, status in troubled if status in kinds}


def _flips(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(size.players):
        for at, (status, reason) in _course(size, number, now):
            yield {
                "client_uuid": player_uuid(number),
                "at": at,
                "status": status,
                "reason": reason,
            }


def _records(
    size: Size, now: datetime
) -> Iterator[tuple[str, int | None, list[tuple[datetime, bool]]]]:
    for number in range(size.players if size.flips else 0):
        course = [(at, one[0] is Status.OFFLINE) for at, one in _course(size, number, now)]
        yield player_uuid(number), _group_of(size, number), course


def _course(
    size: Size, number: int, now: datetime
) -> Iterator[tuple[datetime, tuple[Status, StatusReason]]]:
    random = Random(number)
    for flip in range(size.flips):
        age = timedelta(days=size.days) * (1 - (flip + random.random()) / size.flips)
        yield now - age, _FLIPS[flip % len(_FLIPS)]


def _group_of(size: Size, number: int) -> int | None:
    return None if number % 50 == 49 else number % size.groups + 1


def _pictures(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for age in reversed(range(size.pictures)):
        for number in range(size.players):
            yield {
                "client_uuid": player_uuid(number),
                "type": PictureType.PERIODIC,
                "filename": f"{age}.jpg",
                "received_at": now - timedelta(minutes=age, seconds=number % 60),
                "md5": "0" * 32,
                "size": 150_000,
                "width": 1920,
                "height": 1080,
                "screen_health": ScreenHealth.OK,
            }
