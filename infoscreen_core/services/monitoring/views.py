"""Players and workers as readers see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from infoscreen_core.db.outages import Outage
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.fleet_count import ONLINE_STATUSES
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.incidents.words import incident_sentence
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.player import LogLevel, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.screens.standing import Standing, standing_of
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.screens.views import PictureView, RejectionView


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """Something that is or was wrong, and who looks after it."""

    id: int
    kind: IncidentKind
    client_uuid: str | None
    """None: an outage of ours."""
    client_name: str
    """Empty for an outage of ours."""
    group_id: int | None
    """The screen's group when it opened."""
    group_name: str | None
    opened_at: datetime
    closed_at: datetime | None = None
    """None: it is open."""
    closed_name: str | None = None
    """Who closed it; None: it ended by itself, or is open."""
    acknowledged_at: datetime | None = None
    """None: nobody looks after it."""
    acknowledged_by: int | None = None
    acknowledged_name: str | None = None
    note: str = ""
    outage_id: int | None = None
    """The outage of ours that explains it."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """What was seen when it opened."""
    inside: int = 0
    """Of an outage of ours: how many screens' silences it explains."""

    @property
    def began_at(self) -> datetime:
        """When what is wrong began: content is known to be wrong only some time after."""
        since = self.evidence.get("since")
        return datetime.fromisoformat(since) if isinstance(since, str) else self.opened_at

    @property
    def summary(self) -> Sentence:
        """What is wrong, in a sentence."""
        return incident_sentence(self.kind, self.evidence)


@dataclass(frozen=True, slots=True)
class ContentView:
    """Whether a screen shows what is planned, and why we say so."""

    state: Content
    reason: ContentReason
    since: datetime | None = None
    """When the state began; None where that is not on record."""
    planned_title: str | None = None
    """Title of what it was to show when it was judged, if that event still exists."""


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
    rejection: RejectionView | None = None
    status_since: datetime | None = None
    """When the status began; None where that is not on record."""
    content: ContentView | None = None
    """None: it is not in service."""

    @property
    def is_online(self) -> bool:
        """Whether the player gives signs of life."""
        return self.status in ONLINE_STATUSES

    @property
    def standing(self) -> Standing:
        """Whether it counts as a screen."""
        return standing_of(
            is_approved=self.is_approved,
            is_rejected=self.rejection is not None,
            is_active=self.is_active,
        )


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
