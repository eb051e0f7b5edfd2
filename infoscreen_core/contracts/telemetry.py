"""What players say about themselves all day: heartbeat, health, log lines, a failed service."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from infoscreen_core.contracts.base import FromPlayer
from infoscreen_core.contracts.fields import (
    ClientUuid,
    Count,
    FreeObject,
    Integer,
    Number,
    Omittable,
    OneOf,
    Seconds,
    WireTimestamp,
)
from infoscreen_core.domain.screens.player import ProcessStatus


class Heartbeat(FromPlayer):
    """The player is alive; sent about every 65 s."""

    model_config = ConfigDict(
        title="Player → server: alive", json_schema_extra={"additionalProperties": True}
    )

    uuid: Omittable[ClientUuid] = None
    timestamp: Omittable[WireTimestamp] = None
    current_process: Annotated[str, Field(max_length=100)] | None = None
    process_pid: Integer | None = None
    process_status: OneOf[ProcessStatus] | None = None
    current_event_id: Integer | None = None
    ip: str | None = None


class ExpectedState(FromPlayer):
    """What the player should show."""

    event_id: Integer | None = None


class ActualState(FromPlayer):
    """The display process as it is."""

    process: Annotated[str, Field(max_length=100)] | None = None
    pid: Integer | None = None
    status: OneOf[ProcessStatus] | None = None


class HealthMetrics(FromPlayer):
    """Figures of the machine: percentages from 0 to 100, degrees Celsius, mebibytes."""

    screen_on: bool | None = None
    last_frame_update: WireTimestamp | None = None
    cpu_percent: Number | None = None
    memory_percent: Number | None = None
    temperature_c: Number | None = None
    disk_free_mb: Number | None = None


class BrokerConnection(FromPlayer):
    """How well the player holds its connection."""

    broker_reachable: Omittable[bool] = None
    reconnect_count: Omittable[Count] = None
    last_disconnect_at: WireTimestamp | None = None


class Health(FromPlayer):
    """The player's health; sent every 5 s."""

    model_config = ConfigDict(
        title="Player → server, every 5 s", json_schema_extra={"additionalProperties": True}
    )

    timestamp: Omittable[WireTimestamp] = None
    expected_state: ExpectedState | None = None
    actual_state: ActualState
    health_metrics: HealthMetrics | None = None
    broker_connection: BrokerConnection | None = None
    boot_id: Annotated[str, Field(max_length=64)] | None = None
    uptime_seconds: Seconds | None = None


class LogMessage(FromPlayer):
    """One line of a player's log; its level stands in the topic."""

    model_config = ConfigDict(
        title="Player → server: one log line; the level is the topic\u2019s last part",
        json_schema_extra={"additionalProperties": True},
    )

    timestamp: Omittable[WireTimestamp] = None
    message: Annotated[str, Field(min_length=1, max_length=16384)]
    context: FreeObject | None = None


class ServiceFailed(FromPlayer):
    """Systemd gave up restarting a unit of the player; retained until the server clears it."""

    model_config = ConfigDict(
        title="Player → server, retained: systemd gave up restarting a unit",
        json_schema_extra={"additionalProperties": True},
    )

    event: Literal["service_failed"]
    unit: Annotated[str, Field(max_length=128)]
    client_uuid: Omittable[ClientUuid] = None
    failed_at: WireTimestamp
