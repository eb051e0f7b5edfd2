"""Players in JSON."""

from datetime import datetime

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


class ClientModel(ApiModel):
    """A player with all that is known of it; what it never told is null."""

    model_config = ConfigDict(title="Client", use_attribute_docstrings=True)

    uuid: str = Field(examples=[UUID])
    name: str = Field(examples=["Aula links"])
    """What it is called: the given name, else its host name, else the UUID's beginning."""
    description: str | None = Field(examples=["Aula links"])
    """The name that people gave it."""
    hostname: str | None = Field(examples=["player-17"])
    ip: str | None = Field(examples=["10.20.0.17"])
    macs: list[str] = Field(examples=[["dc:a6:32:01:02:03"]])
    type: str | None
    model: str | None = Field(examples=["Raspberry Pi 5"])
    os_version: str | None
    software_version: str | None = Field(examples=["2.4.1"])
    boot_source: str | None
    recovery_class: RecoveryClass | None
    watchdog_enabled: bool | None
    group_id: int | None = Field(examples=[2])
    group_name: str | None = Field(examples=["Aula"])
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
    current_process: str | None = Field(examples=["chromium"])
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
