"""Since when something is wrong with a screen, as far as it can tell by itself."""

from datetime import datetime

from infoscreen_core.domain.monitoring.liveness import StatusReason


def known_beginning(
    reason: StatusReason,
    *,
    registered_at: datetime,
    last_alive: datetime | None,
    service_failed_at: datetime | None,
) -> datetime | None:
    """Return when the incident with this reason began; None where nothing says so."""
    if reason is StatusReason.NEVER_SEEN:
        return registered_at
    if reason is StatusReason.HEARTBEAT_STALE:
        return last_alive
    return service_failed_at if reason is StatusReason.SERVICE_FAILED else None
