"""How a player's reconnect counter is watched: growth within an hour.

A window begins with the first reconnect and ends an hour later, so of reconnects that go on for
longer it tells a part: `may_lack` says when the record of the player's health has to be asked too.
"""

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
    is_open = window.count > window.window_count
    if count > window.count and not (is_open and _is_recent(window.window_at, now)):
        return ReconnectWindow(count, window.count, now)
    return ReconnectWindow(count, window.window_count, window.window_at)


def growth_in_window(window: ReconnectWindow, *, now: datetime) -> int:
    """Return the reconnects in a window that began within the last hour; of others none."""
    if window.window_at is None or not _is_recent(window.window_at, now):
        return 0
    return max(0, window.count - window.window_count)


def may_lack(window: ReconnectWindow, *, now: datetime) -> bool:
    """Whether the player may have reconnected in the last hour without `growth_in_window`."""
    at = window.window_at
    has_grown = window.count > window.window_count
    return has_grown and at is not None and is_within(at, 2 * RECONNECT_WINDOW, now=now)


def _is_recent(at: datetime, now: datetime) -> bool:
    return is_within(at, RECONNECT_WINDOW, now=now)


def more_reconnects(window: ReconnectWindow, count: int) -> int:
    """Return how many reconnects are new when a player reports `count`; see `count_reconnects`."""
    if window.window_at is None:
        return 0
    return count if count < window.count else count - window.count
