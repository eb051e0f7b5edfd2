"""What players logged, and how the fleet does, in JSON."""

from datetime import datetime
from typing import Any, Final

from pydantic import ConfigDict, Field

from console.web.api.base import ApiModel
from console.web.api.models.clients import EXAMPLE, UUID, ClientModel
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.player import LogLevel, PictureType


class LogLineModel(ApiModel):
    """One line that a player logged."""

    model_config = ConfigDict(
        title="LogLine",
        use_attribute_docstrings=True,
        json_schema_extra={
            "examples": [
                {
                    "id": 4711,
                    "clientUuid": UUID,
                    "clientName": "Aula links",
                    "groupName": "Aula",
                    "level": "ERROR",
                    "message": "The page did not load in time.",
                    "context": {"url": "https://www.example.org/plan"},
                    "at": "2026-11-23T06:58:00Z",
                    "saidAt": "2026-11-23T06:58:00Z",
                    "receivedAt": "2026-11-23T06:58:01Z",
                    "isClockSkewed": False,
                }
            ]
        },
    )

    id: int
    client_uuid: str
    client_name: str
    group_name: str | None
    level: LogLevel
    message: str
    context: dict[str, Any] | None
    """What the player added."""
    at: datetime
    """When it counts as written: what lists are ordered by."""
    said_at: datetime | None
    """By the player's own clock."""
    received_at: datetime
    is_clock_skewed: bool
    """Whether the player's clock was off, so that the time of receipt counts."""


class LogSummaryModel(ApiModel):
    """How many lines of each level a player logged in the window."""

    model_config = ConfigDict(
        title="LogSummary",
        json_schema_extra={
            "examples": [
                {
                    "clientUuid": UUID,
                    "name": "Aula links",
                    "groupId": 2,
                    "groupName": "Aula",
                    "errorCount": 1,
                    "warnCount": 4,
                    "infoCount": 260,
                    "debugCount": 0,
                }
            ]
        },
    )

    client_uuid: str
    name: str
    group_id: int | None
    group_name: str | None
    error_count: int
    warn_count: int
    info_count: int
    debug_count: int


class LatestLine(ApiModel):
    """The newest line of its kind."""

    at: datetime
    level: LogLevel
    message: str


class LatestPicture(ApiModel):
    """A player's newest picture; it lies at `/screenshots/{uuid}.jpg`."""

    at: datetime
    type: PictureType
    age_seconds: int


_LINE: Final[dict[str, Any]] = {
    "at": "2026-11-23T06:58:00Z",
    "level": "ERROR",
    "message": "The page did not load in time.",
}
_WATCHED_EXAMPLE: Final[dict[str, Any]] = {
    **EXAMPLE,
    "currentEventTitle": "Speiseplan",
    "latestScreenshot": {
        "at": "2026-11-23T06:59:30Z",
        "type": "periodic",
        "ageSeconds": 30,
    },
    "latestLog": _LINE,
    "latestError": _LINE,
    "errorCount": 1,
    "warnCount": 4,
}


class WatchedClient(ClientModel):
    """A player with what it last logged and showed; counts are those of the window."""

    model_config = ConfigDict(
        title="WatchedClient", json_schema_extra={"examples": [_WATCHED_EXAMPLE]}
    )

    current_event_title: str | None
    latest_screenshot: LatestPicture | None
    latest_log: LatestLine | None
    latest_error: LatestLine | None
    error_count: int
    warn_count: int


class OverviewTotals(ApiModel):
    """Figures over all screens in service, not only over those of the page."""

    clients: int
    statuses: dict[Status, int]
    pending: int
    error_logs: int
    warn_logs: int
    active_priority_screenshots: int
    service_failed: int
    crashed: int


class Overview(ApiModel):
    """How the fleet does."""

    hours: int = Field(examples=[24])
    generated_at: datetime
    totals: OverviewTotals
    clients: list[WatchedClient]
