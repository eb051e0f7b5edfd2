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

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    Client,
    ClientGroup,
    ClientLog,
    ClientScreenshot,
    ClientStatus,
    ClientStatusChange,
)
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.player import LogLevel, PictureType, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth

_BATCH = 5000
_FLIPS = (
    (Status.HEALTHY, StatusReason.ALL_WELL),
    (Status.OFFLINE, StatusReason.HEARTBEAT_STALE),
    (Status.HEALTHY, StatusReason.ALL_WELL),
    (Status.WARNING, StatusReason.ERROR_LOGS),
)
_LEVELS = (*[LogLevel.INFO] * 16, LogLevel.WARN, LogLevel.WARN, LogLevel.ERROR, LogLevel.DEBUG)


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
    """Over which flips and log lines are spread."""


def player_uuid(number: int) -> str:
    """The UUID of a player, from 0; spread, like real ones."""
    return str(UUID(bytes=sha256(f"player {number}".encode()).digest()[:16], version=4))


def add_fleet(session: Session, size: Size, *, now: datetime) -> None:
    """Write a fleet of this size, as it is at `now`."""
    _write(session, ClientGroup, _groups(size, now))
    _write(session, Client, _players(size, now))
    _write(session, ClientStatus, _statuses(size, now))
    _write(session, ClientStatusChange, _flips(size, now))
    _write(session, ClientScreenshot, _pictures(size, now))
    _write(session, ClientLog, _logs(size, now))


def _write(session: Session, model: Any, rows: Iterator[dict[str, Any]]) -> None:  # noqa: ANN401 - a mapped class
    table: Table = model.__table__
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            session.connection().execute(insert(table), batch)
            batch.clear()
    if batch:
        session.connection().execute(insert(table), batch)


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
            "group_id": None if number % 50 == 49 else number % size.groups + 1,
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
        yield {
            "client_uuid": player_uuid(number),
            "status": status,
            "reason": reason,
            "since": now - timedelta(hours=1 + number % 48),
            "judge_at": now + timedelta(days=1),
        }


def _flips(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    random = Random(1)
    for number in range(size.players):
        for flip in range(size.flips):
            status, reason = _FLIPS[flip % len(_FLIPS)]
            age = timedelta(days=size.days) * (1 - (flip + random.random()) / size.flips)
            yield {
                "client_uuid": player_uuid(number),
                "at": now - age,
                "status": status,
                "reason": reason,
            }


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


def _logs(size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    random = Random(2)
    for number in range(size.logs):
        at = now - timedelta(days=size.days) * (1 - (number + 1) / size.logs)
        yield {
            "client_uuid": player_uuid(random.randrange(size.players)),
            "level": _LEVELS[number % len(_LEVELS)],
            "message": f"Decoder lost frame {number} of /media/{number % 400}.mp4",
            "received_at": at,
            "ordered_at": at,
            "is_clock_skewed": False,
            "digest": f"{number:064}",
        }
