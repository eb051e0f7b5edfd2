"""Players and workers as readers see them."""

from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.db.outages import Outage
from infoscreen_core.domain.monitoring.fleet_count import is_incident
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.player import LogLevel, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.screens.standing import Standing, standing_of
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.screens.views import PictureView, RejectionView


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """Since when a screen is down or broken, and who looks after it."""

    began_at: datetime | None
    """None: not known yet."""
    taken_at: datetime | None = None
    """None: nobody looks after it."""
    taken_by: int | None = None
    taken_name: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientView:
    """A player with its status, as lists and cards show it; texts that it never told are empty."""

    uuid: str
    name: str
    """The name that is displayed: the given one, the host name, or the beginning of the UUID."""
    given_name: str
    """The name that people gave it; empty when nobody did."""
    hostname: str
    ip: str
    software: str
    model: str
    registered_at: datetime
    group_id: int | None
    group_name: str | None
    status: Status
    reason: StatusReason
    is_active: bool
    is_approved: bool
    last_alive: datetime | None
    shown_title: str | None
    """Title of the event that the player says it shows, if that event still exists."""
    screen_health: ScreenHealth
    error_count: int
    warn_count: int
    reconnect_count: int
    last_disconnect_at: datetime | None
    picture: PictureView | None
    """The newest one."""
    has_active_priority_picture: bool
    is_service_failed: bool
    is_crashed: bool
    incident: IncidentView | None = None
    """What is wrong since when; None when all is well or nobody asked."""
    rejection: RejectionView | None = None

    @property
    def is_online(self) -> bool:
        """Whether the player gives signs of life."""
        return self.status is not Status.OFFLINE

    @property
    def standing(self) -> Standing:
        """Whether it counts as a screen."""
        return standing_of(
            is_approved=self.is_approved,
            is_rejected=self.rejection is not None,
            is_active=self.is_active,
        )

    @property
    def is_in_service(self) -> bool:
        """Whether it counts: it was approved and nobody switched it off."""
        return self.standing is Standing.IN_SERVICE

    @property
    def is_incident(self) -> bool:
        """Whether it is down or broken, so that people in front of it notice."""
        return is_incident(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineView:
    """What runs on a player and how its machine does, as it reported last."""

    process: str | None
    process_pid: int | None
    process_status: ProcessStatus | None
    expected_title: str | None
    """Title of the event that the player says it should show, if that event still exists."""
    reported_at: datetime | None
    last_frame_at: datetime | None
    cpu_percent: float | None
    memory_percent: float | None
    temperature_c: float | None
    disk_free_mb: float | None
    booted_at: datetime | None
    os_version: str | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One log line of a player."""

    at: datetime
    level: LogLevel
    message: str
    """Without the codes with which it would steer a terminal; the row keeps them."""
    is_clock_skewed: bool


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A worker's last sign of life."""

    name: str
    seen_at: datetime
    is_broker_connected: bool
    trouble: Sentence | None = None
    """What it cannot mend by itself."""
    outage: Outage | None = None
    """What keeps it from storing what it has."""
