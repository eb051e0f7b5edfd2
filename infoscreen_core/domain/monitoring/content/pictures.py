"""How old what a screen's newest picture shows is: by when it was taken, not by when it came."""

from datetime import datetime, timedelta

from infoscreen_core.domain.screens.player import PictureType, ProcessStatus
from infoscreen_core.domain.text.elapsed import is_within


def staleness(
    taken: datetime,
    *,
    received_at: datetime,
    kind: PictureType | None,
    process_status: ProcessStatus | None,
    now: datetime,
    allowed: timedelta,
) -> float | None:
    """Return how old what the picture shows is, as a share of what is allowed: stale from 1 on.

    A player that sends pictures from time to time is expected to go on; one that sends them only
    when something begins or ends is not, nor one that does not run: then None.
    """
    if process_status is not ProcessStatus.RUNNING:
        return None
    is_recent = is_within(received_at, allowed, now=now)
    if kind is not PictureType.PERIODIC and not is_recent:
        return None
    return (now - taken) / allowed
