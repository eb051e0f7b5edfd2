"""How a player's reconnect counter is watched: growth within an hour."""

from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.domain.monitoring.liveness import RECONNECT_WINDOW
from infoscreen_core.domain.text.elapsed import is_within


@dataclass(frozen=True, slots=True)
class ReconnectWindow:
    """The counter now, and as it was when the window opened; the difference is the growth."""

    count: int
    window_count: int
    window_at: datetime | None


def count_reconnects(window: ReconnectWindow, *, count: int, now: datetime) -> ReconnectWindow:
    """Return the window after the player reported `count`."""
    if window.window_at is None:  # the first report: earlier reconnects concern nobody
        return ReconnectWindow(count, count, now)
    if count < window.count:  # the player restarted and counts from zero
        return ReconnectWindow(count, 0, now)
    if count > window.count and not is_within(window.window_at, RECONNECT_WINDOW, now=now):
        return ReconnectWindow(count, window.count, now)
    return ReconnectWindow(count, window.window_count, window.window_at)


def more_reconnects(window: ReconnectWindow, count: int) -> int:
    """Return how many reconnects are new when a player reports `count`; see `count_reconnects`."""
    if window.window_at is None:
        return 0
    return count if count < window.count else count - window.count
