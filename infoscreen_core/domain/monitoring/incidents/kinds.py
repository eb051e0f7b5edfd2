"""The kinds of incidents, the most urgent first."""

from enum import StrEnum
from typing import Final


class IncidentKind(StrEnum):
    """What is wrong."""

    OUTAGE = "outage"
    """We do not see our screens: broker, listener, network or database away."""
    SILENT = "silent"
    PROCESS_CRASHED = "process_crashed"
    SERVICE_FAILED = "service_failed"
    SCREEN_BLACK = "screen_black"
    SCREEN_FROZEN = "screen_frozen"
    WRONG_CONTENT = "wrong_content"
    PICTURE_STALE = "picture_stale"
    DUPLICATE_ID = "duplicate_id"
    RESTART_STORM = "restart_storm"
    HOT = "hot"
    PROCESSOR_BUSY = "processor_busy"
    DISK_NEARLY_FULL = "disk_nearly_full"
    CLOCK_WRONG = "clock_wrong"


URGENCY: Final = {kind: rank for rank, kind in enumerate(IncidentKind)}
"""The order in which somebody should look at open ones."""


def open_key(kind: IncidentKind, client_uuid: str | None) -> str:
    """Return what two open incidents of one kind and screen would share."""
    return f"{client_uuid or '-'}:{kind}"
