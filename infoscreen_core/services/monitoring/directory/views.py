"""Players as programs read them: everything that is known of each, in one flat view."""

from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.crashes import CrashReason
from infoscreen_core.domain.screens.player import (
    LogLevel,
    ObservedPower,
    PictureType,
    ProcessStatus,
    RecoveryClass,
)
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.screens.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerEntry:
    """A player with all that is known of it; what it never told is None."""

    uuid: str
    name: str
    """The name that is displayed: the given one, the host name, or the beginning of the UUID."""
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
    registration_time: datetime
    approved_at: datetime | None
    rejected_at: datetime | None
    last_alive: datetime | None
    is_alive: bool
    status: Status
    status_reason: StatusReason
    status_since: datetime | None
    """When the status began; None where that is not on record."""
    crash_reason: CrashReason | None
    """Why it is on the crashed list; None: it is not."""
    content: Content | None
    """Whether it shows what is planned; None: it is not in service."""
    content_reason: ContentReason | None
    booted_at: datetime | None
    clock_behind_seconds: float | None
    """How far its clock is behind ours; None while nobody knows."""
    current_process: str | None
    process_pid: int | None
    process_status: ProcessStatus | None
    current_event_id: int | None
    """What it says it shows."""
    expected_event_id: int | None
    health_at: datetime | None
    """Of the telemetry that the figures of its machine stem from."""
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


@dataclass(frozen=True, slots=True)
class LineEntry:
    """One line that a player logged; `at` is when it counts as written."""

    at: datetime
    level: LogLevel
    message: str


@dataclass(frozen=True, slots=True)
class PictureEntry:
    """A player's newest picture."""

    at: datetime
    type: PictureType
    age_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEntry:
    """How many lines of each level a player logged in a window."""

    client_uuid: str
    name: str
    group_id: int | None
    group_name: str | None
    error_count: int
    warn_count: int
    info_count: int
    debug_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedEntry:
    """A player as an overview of the fleet shows it; counts are those of the window."""

    player: PlayerEntry
    current_event_title: str | None
    """None: it shows none, or one that is gone."""
    picture: PictureEntry | None
    latest_log: LineEntry | None
    latest_error: LineEntry | None
    error_count: int
    warn_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Figures over all screens in service; log lines are those of the window."""

    clients: int
    statuses: dict[Status, int]
    """By status; every status is there."""
    pending: int
    """Players that wait for approval."""
    error_logs: int
    warn_logs: int
    active_priority_screenshots: int
    service_failed: int
    crashed: int
