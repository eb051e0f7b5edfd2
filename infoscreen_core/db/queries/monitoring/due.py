"""The players whose turn it is, with all that they are judged by.

Thousands are judged every minute, most of them to find that nothing changed. So they are read as
plain tuples: objects of the ORM would take twice the time of all the rest together.
"""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientStatus
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.player import ObservedPower, PictureType, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth


class DueStatus(NamedTuple):
    """What a player was judged to be last; as in `ClientStatus`."""

    status: Status | None
    reason: StatusReason | None
    since: datetime | None
    judge_at: datetime
    boot_id: str | None
    boot_id_before: str | None
    boot_returned_at: datetime | None
    content: Content | None
    content_reason: ContentReason | None
    content_since: datetime | None
    planned_event_id: int | None
    shown_event_id: int | None
    said_event_id: int | None
    said_since: datetime | None
    judged_group_id: int | None


class DuePlayer(NamedTuple):
    """What is known of a player; as in `Client`."""

    uuid: str
    group_id: int | None
    is_active: bool
    approved_at: datetime | None
    rejected_at: datetime | None
    last_alive: datetime | None
    boot_id: str | None
    clock_behind_seconds: float | None
    process_status: ProcessStatus | None
    current_event_id: int | None
    expected_event_id: int | None
    health_at: datetime | None
    cpu_percent: float | None
    temperature_c: float | None
    disk_free_mb: float | None
    mqtt_reconnect_count: int
    reconnect_window_count: int
    reconnect_window_at: datetime | None
    screen_health_status: ScreenHealth
    last_screenshot_at: datetime | None
    last_screenshot_captured_at: datetime | None
    last_screenshot_type: PictureType | None
    priority_screenshot_at: datetime | None
    priority_screenshot_type: PictureType | None
    service_failed_at: datetime | None
    service_failed_unit: str | None
    power_state: ObservedPower
    power_state_since: datetime | None


_SIZE: Final = len(DueStatus._fields)
_COLUMNS: Final = (
    *(getattr(ClientStatus, name) for name in DueStatus._fields),
    *(getattr(Client, name) for name in DuePlayer._fields),
)


def list_due(session: Session, *, now: datetime, limit: int) -> list[tuple[DueStatus, DuePlayer]]:
    """Return the players that are to be judged, those that wait longest first."""
    query = (
        select(*_COLUMNS)
        .join(Client, Client.uuid == ClientStatus.client_uuid)
        .where(ClientStatus.judge_at <= now)
        .order_by(ClientStatus.judge_at)
        .limit(limit)
    )
    return [
        (DueStatus._make(row[:_SIZE]), DuePlayer._make(row[_SIZE:]))
        for row in session.execute(query)
    ]
