"""Words that players use about themselves, and what follows from them."""

from datetime import datetime, timedelta
from enum import StrEnum

from infoscreen_core.domain.text.elapsed import is_ahead


class ProcessStatus(StrEnum):
    """State of the player's display process."""

    RUNNING = "running"
    CRASHED = "crashed"
    STARTING = "starting"
    STOPPED = "stopped"


class RecoveryClass(StrEnum):
    """What can bring a player back when software cannot."""

    SOFTWARE_ONLY = "software_only"
    MANAGED_POE_AVAILABLE = "managed_poe_available"
    MANUAL_ONLY = "manual_only"


class PictureType(StrEnum):
    """Why a picture of the screen was taken."""

    PERIODIC = "periodic"
    EVENT_START = "event_start"
    EVENT_STOP = "event_stop"

    @property
    def is_priority(self) -> bool:
        """Whether it is shown in place of later ones for a while, and kept longer."""
        return self is not PictureType.PERIODIC


class LogLevel(StrEnum):
    """Level of a player's log line."""

    ERROR = "ERROR"
    WARN = "WARN"
    INFO = "INFO"
    DEBUG = "DEBUG"


class ObservedPower(StrEnum):
    """What the TV really does, as its player reports it."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


def later_sign(known: datetime | None, seen: datetime) -> datetime:
    """Return when a player gave its last sign of life, after one at `seen`.

    It never moves backwards, except from the future: that is where the clock was before it was set
    back. `db.queries.telemetry` says the same in SQL.
    """
    return seen if known is None or is_ahead(known, now=seen) else max(known, seen)


def boot_time(*, received_at: datetime, uptime_seconds: float) -> datetime:
    """Return when a machine started that reports to have been up for so long.

    By our clock, not the player's: a machine without a battery learns the time only after booting.
    """
    return received_at - timedelta(seconds=uptime_seconds)


def taken_at(
    *, received_at: datetime, captured_at: datetime | None, clock_behind_seconds: float | None
) -> datetime:
    """Return when a picture was taken, by our clock; never after it came."""
    if captured_at is None:
        return received_at
    return min(captured_at + timedelta(seconds=clock_behind_seconds or 0), received_at)


def screen_name(uuid: str, *, given: str | None, hostname: str | None) -> str:
    """Return a name for people: the given one, else the host name, else the UUID's beginning."""
    return given or hostname or uuid[:8]
