"""Players in JSON."""

from datetime import datetime
from typing import Any, Final

from pydantic import ConfigDict, Field

from console.web.api.base import ApiModel, Id, InputModel, Instant
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.crashes import CrashReason
from infoscreen_core.domain.screens.player import (
    ObservedPower,
    PictureType,
    ProcessStatus,
    RecoveryClass,
)
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.services.screens.clients import DESCRIPTION_LIMIT, REASON_LIMIT

MOST_CLIENTS = 1000
UUID = "0b5f9a7e-3c1d-4e2a-9f60-1a2b3c4d5e6f"


EXAMPLE: Final[dict[str, Any]] = {
    "uuid": UUID,
    "name": "Aula links",
    "description": "Aula links",
    "hostname": "player-17",
    "ip": "10.20.0.17",
    "macs": ["dc:a6:32:01:02:03"],
    "type": "raspberry",
    "model": "Raspberry Pi 5",
    "osVersion": "Debian 12",
    "softwareVersion": "2.4.1",
    "bootSource": "ssd",
    "recoveryClass": "software_only",
    "watchdogEnabled": True,
    "groupId": 2,
    "groupName": "Aula",
    "isActive": True,
    "isApproved": True,
    "standing": "in_service",
    "registrationTime": "2026-09-01T06:30:00Z",
    "approvedAt": "2026-09-01T06:45:00Z",
    "rejectedAt": None,
    "lastAlive": "2026-11-23T07:00:00Z",
    "isAlive": True,
    "status": "healthy",
    "statusReason": "all_well",
    "statusSince": "2026-11-22T18:04:11Z",
    "crashReason": None,
    "content": "as_planned",
    "contentReason": "reported",
    "bootedAt": "2026-11-20T04:00:02Z",
    "clockBehindSeconds": 0.2,
    "currentProcess": "chromium",
    "processPid": 1234,
    "processStatus": "running",
    "currentEventId": 41,
    "expectedEventId": 41,
    "healthAt": "2026-11-23T06:59:58Z",
    "cpuPercent": 12.5,
    "memoryPercent": 48.0,
    "temperatureC": 51.3,
    "diskFreeMb": 20480.0,
    "mqttReconnectCount": 3,
    "mqttLastDisconnectAt": "2026-11-20T04:00:40Z",
    "screenHealthStatus": "OK",
    "lastScreenshotAt": "2026-11-23T06:59:30Z",
    "lastScreenshotType": "periodic",
    "lastScreenshotHash": "9e107d9d372bb6826bd81d3542a419d6",
    "priorityScreenshotAt": "2026-11-23T06:45:01Z",
    "priorityScreenshotType": "event_start",
    "hasActivePriorityScreenshot": False,
    "serviceFailedAt": None,
    "serviceFailedUnit": None,
    "powerState": "on",
    "powerStateAt": "2026-11-23T06:30:00Z",
}


class ClientModel(ApiModel):
    """A player with all that is known of it; what it never told is null."""

    model_config = ConfigDict(
        title="Client",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [EXAMPLE]},
    )

    uuid: str
    name: str
    """What it is called: the given name, else its host name, else the UUID's beginning."""
    description: str | None
    """The name that people gave it."""
    hostname: str | None
    ip: str | None
    macs: list[str]
    type: str | None
    model: str | None
    os_version: str | None
    software_version: str | None
    boot_source: str | None
    recovery_class: RecoveryClass | None
    watchdog_enabled: bool | None
    group_id: int | None
    group_name: str | None
    is_active: bool
    is_approved: bool
    standing: Standing
    """What it is to the school."""
    registration_time: datetime
    approved_at: datetime | None
    rejected_at: datetime | None
    last_alive: datetime | None
    """When it was last heard of, by the server's clock."""
    is_alive: bool
    """Whether that was within the grace period."""
    status: Status
    status_reason: StatusReason
    """Why it has its status."""
    status_since: datetime | None
    crash_reason: CrashReason | None
    """Why it stands on the crashed list; null: it does not."""
    content: Content | None
    """Whether it shows what is planned; null: it is not in service."""
    content_reason: ContentReason | None
    booted_at: datetime | None
    clock_behind_seconds: float | None
    current_process: str | None
    process_pid: int | None
    process_status: ProcessStatus | None
    current_event_id: int | None
    """What it says it shows."""
    expected_event_id: int | None
    health_at: datetime | None
    """When it last reported how its machine does."""
    cpu_percent: float | None
    memory_percent: float | None
    temperature_c: float | None
    disk_free_mb: float | None
    mqtt_reconnect_count: int
    mqtt_last_disconnect_at: datetime | None
    screen_health_status: ScreenHealth
    last_screenshot_at: datetime | None
    last_screenshot_type: PictureType | None
    last_screenshot_hash: str | None
    """MD5, hexadecimal."""
    priority_screenshot_at: datetime | None
    priority_screenshot_type: PictureType | None
    has_active_priority_screenshot: bool
    service_failed_at: datetime | None
    service_failed_unit: str | None
    power_state: ObservedPower
    power_state_at: datetime | None


class ClientChange(InputModel):
    """What is to change of a player; what is left out stays as it is."""

    model_config = ConfigDict(
        title="ClientChange",
        json_schema_extra={"examples": [{"description": "Aula links", "groupId": 2}]},
    )

    description: str | None = Field(default=None, max_length=DESCRIPTION_LIMIT)
    group_id: Id | None = None
    is_active: bool = True


class ClientDescription(InputModel):
    """The name that people give a screen; null or empty takes it away."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"description": "Aula links"}]})

    description: str | None = Field(max_length=DESCRIPTION_LIMIT)


class ClientsOfGroup(InputModel):
    """Players, and the group that they are put into; null: into none."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"clientUuids": [UUID], "groupId": 2}]}
    )

    client_uuids: list[str] = Field(min_length=1, max_length=MOST_CLIENTS)
    group_id: Id | None


class Approval(InputModel):
    """The group that a player gets as it is let in; null or left out: none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"groupId": 2}]})

    group_id: Id | None = None


class Acknowledgement(InputModel):
    """What somebody notes about a failed service; `failedAt` says which failure was seen."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Power supply changed."}]})

    note: str = Field(default="", max_length=REASON_LIMIT)
    failed_at: Instant | None = None


class ClientsMoved(ApiModel):
    """The players that were put into a group."""

    success: bool = Field(examples=[True])
    message: str = Field(examples=["Screens whose group was set: 1."])
    clients: list[ClientModel]


class PictureKept(ApiModel):
    """That a picture was kept, and what it is."""

    success: bool = Field(examples=[True])
    message: str = Field(examples=["The picture is kept."])
    md5: str = Field(examples=["9e107d9d372bb6826bd81d3542a419d6"])
    width: int = Field(examples=[1920])
    height: int = Field(examples=[1080])
