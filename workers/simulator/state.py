"""What a simulated player knows, and what it says about itself."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from infoscreen_core.contracts import (
    Dashboard,
    Discovery,
    EventItem,
    Health,
    Heartbeat,
    LogMessage,
    PowerIntent,
    PowerState,
    ServiceFailed,
)
from infoscreen_core.contracts.pictures import (
    Capture,
    DashboardContent,
    DashboardIdentity,
    DashboardMetadata,
    DashboardRuntime,
    DashboardScreenshot,
    ProcessHealth,
)
from infoscreen_core.contracts.telemetry import (
    ActualState,
    BrokerConnection,
    ExpectedState,
    HealthMetrics,
)
from infoscreen_core.domain.events.schedule import playing_order
from infoscreen_core.domain.screens.player import ObservedPower, PictureType, ProcessStatus
from infoscreen_core.domain.screens.power import DesiredPower
from workers.simulator.identity import PlayerIdentity
from workers.simulator.media.show import Show

FAILED_UNIT = "infoscreen-player.service"
_PROCESS_OF_TYPE = {"presentation": "impressive", "video": "vlc"}
_ORDINARY_PROCESS = "chromium"


class PictureFault(StrEnum):
    """What is wrong with the screen, on request."""

    NONE = "none"
    BLACK = "black"
    FROZEN = "frozen"


@dataclass
class PlayerState:
    """Everything that a player loses or keeps when its machine restarts."""

    identity: PlayerIdentity
    group_id: int | None = None
    events: list[EventItem] = field(default_factory=list)
    shown: EventItem | None = None
    booted_at: datetime | None = None
    """When the machine was given power; None while it has none."""
    boot_id: str | None = None
    """A UUID that is different for each boot, as Linux gives it."""
    show: Show | None = None
    """The pages of the shown event's files; None while there are none."""
    is_blank: bool = False
    """Whether none of the shown event's files can be had, so that nothing of it is to be seen."""
    process_status: ProcessStatus = ProcessStatus.RUNNING
    pid: int = 1000
    reconnects: int = 0
    last_disconnect_at: datetime | None = None
    picture_fault: PictureFault = PictureFault.NONE
    is_stuck: bool = False
    """Whether it goes on showing what it shows, whatever its list says."""
    group_intent: PowerIntent | None = None
    own_intent: PowerIntent | None = None
    fixed_power: ObservedPower | None = None
    """What the TV does whatever it is told; None: it obeys."""
    hangs_at_shutdown: bool = False
    """Whether the machine begins reboots and never goes down."""
    is_broken: bool = False
    """Whether its app crashes as soon as it is started, also by a reboot."""

    @property
    def expected(self) -> EventItem | None:
        """What should be shown: highest priority first, then earliest start, then lowest id."""
        return min(self.events, key=playing_order, default=None)

    @property
    def process(self) -> str:
        """The program that shows the present event."""
        kind = self.shown.event_type.value if self.shown else ""
        return _PROCESS_OF_TYPE.get(kind, _ORDINARY_PROCESS)

    @property
    def is_running(self) -> bool:
        """Whether the display process runs."""
        return self.process_status is ProcessStatus.RUNNING

    def start_app(self, *, pid: int) -> ProcessStatus:
        """Give the display process another id, and return how it then does."""
        self.pid = pid
        return ProcessStatus.CRASHED if self.is_broken else ProcessStatus.RUNNING

    @property
    def intent(self) -> PowerIntent | None:
        """The power intent in force: the player's own wins over its group's."""
        return self.own_intent or self.group_intent

    @property
    def is_screen_on(self) -> bool:
        """Whether the TV is on: always, unless an intent says off."""
        return self.intent is None or self.intent.desired_state is DesiredPower.ON

    def uptime_seconds(self, now: datetime) -> float | None:
        """Return for how long the machine has run, to the hundredth, as Linux gives it."""
        return round((now - self.booted_at).total_seconds(), 2) if self.booted_at else None

    def follow_clock(self, step: timedelta) -> None:
        """Go on at the same pace after the machine's clock was set by `step`."""
        if self.booted_at:
            self.booted_at += step
        if self.show:
            self.show = replace(self.show, since=self.show.since + step)

    def boot(self, now: datetime) -> None:
        """Begin a boot of the machine."""
        self.booted_at = now
        self.boot_id = str(uuid5(UUID(self.identity.uuid), now.isoformat()))

    def forget(self, *, pid: int) -> None:
        """Lose what a machine loses without power; the display process gets another id."""
        self.booted_at = self.boot_id = None
        self.events, self.shown, self.group_id = [], None, None
        self.group_intent = self.own_intent = None
        self.process_status = self.start_app(pid=pid)
        self.picture_fault, self.hangs_at_shutdown = PictureFault.NONE, False
        self.reconnects, self.last_disconnect_at = 0, None


def discovery(state: PlayerState, now: datetime) -> Discovery:
    """Return the discovery: what the player tells about itself after each connect."""
    boot = {"boot_id": state.boot_id, "uptime_seconds": state.uptime_seconds(now)}
    return state.identity.discovery().model_copy(update=boot)


def heartbeat(state: PlayerState, now: datetime) -> Heartbeat:
    """Return the heartbeat: the process that runs and the event it shows."""
    return Heartbeat(
        uuid=state.identity.uuid,
        timestamp=now,
        current_process=state.process if state.is_running else None,
        process_pid=state.pid if state.is_running else None,
        process_status=state.process_status,
        current_event_id=_shown_id(state),
        ip=state.identity.ip,
    )


def health(state: PlayerState, now: datetime) -> Health:
    """Return the five-second report; its figures vary around a level of the player's own."""
    level = int(state.identity.token[:4], 16) / 0xFFFF
    wave = (now.minute * 60 + now.second) % 97 / 97
    return Health(
        timestamp=now,
        expected_state=ExpectedState(event_id=state.expected.id if state.expected else None),
        actual_state=ActualState(
            process=state.process if state.is_running else None,
            pid=state.pid if state.is_running else None,
            status=state.process_status,
        ),
        health_metrics=HealthMetrics(
            screen_on=state.is_screen_on,
            last_frame_update=now if state.is_running else None,
            cpu_percent=round(9 + 22 * level + 6 * wave, 1),
            memory_percent=round(31 + 18 * level + 2 * wave, 1),
            temperature_c=round(44 + 11 * level + 3 * wave, 1),
            disk_free_mb=round(21_000 + 60_000 * level),
        ),
        broker_connection=BrokerConnection(
            broker_reachable=True,
            reconnect_count=state.reconnects,
            last_disconnect_at=state.last_disconnect_at,
        ),
        boot_id=state.boot_id,
        uptime_seconds=state.uptime_seconds(now),
    )


def dashboard(state: PlayerState, picture: bytes, kind: PictureType, now: datetime) -> Dashboard:
    """Return status and picture, version 2."""
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    return Dashboard(
        message=DashboardIdentity(
            client_id=state.identity.uuid, status="ok" if state.is_running else "degraded"
        ),
        content=DashboardContent(
            screenshot=DashboardScreenshot(
                data=base64.b64encode(picture).decode(),
                filename=f"{stamp}_{kind.value}.jpg",
                timestamp=now,
                size=len(picture),
            )
        ),
        runtime=DashboardRuntime(
            system_info={"hostname": state.identity.hostname, "ip": state.identity.ip},
            process_health=ProcessHealth(
                current_process=state.process if state.is_running else None,
                process_pid=state.pid if state.is_running else None,
                process_status=state.process_status,
                current_event_id=_shown_id(state),
            ),
        ),
        metadata=DashboardMetadata(
            schema_version="2.0",
            published_at=now,
            capture=Capture(
                type=kind.value,
                captured_at=now,
                age_s=0.0,
                triggered=kind is not PictureType.PERIODIC,
            ),
        ),
    )


def log_line(
    state: PlayerState, message: str, now: datetime, context: Mapping[str, Any]
) -> LogMessage:
    """Return a line of the player's log; `context` is what it says besides the usual."""
    return LogMessage(
        timestamp=now,
        message=message,
        context={
            "hostname": state.identity.hostname,
            "event_id": _shown_id(state),
            "process": state.process,
            **context,
        },
    )


def service_failed(state: PlayerState, now: datetime) -> ServiceFailed:
    """Return the report that systemd gave up restarting a unit."""
    return ServiceFailed(
        event="service_failed", unit=FAILED_UNIT, client_uuid=state.identity.uuid, failed_at=now
    )


def power_state(state: PlayerState, now: datetime) -> PowerState:
    """Return the report on whether the TV is on."""
    return PowerState(
        state=state.fixed_power or (ObservedPower.ON if state.is_screen_on else ObservedPower.OFF),
        reported_at=now,
        intent_id=state.intent.intent_id if state.intent else None,
        method="cec",
    )


def _shown_id(state: PlayerState) -> int | None:
    return state.shown.id if state.shown and not state.is_blank else None
