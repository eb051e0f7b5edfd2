"""Which players are on the crashed list, and why: those that recovery may bring back."""

from datetime import datetime, timedelta
from enum import StrEnum

from infoscreen_core.domain.screens.player import ProcessStatus


class CrashReason(StrEnum):
    """Why an active player is on the crashed list."""

    PROCESS_CRASHED = "process_crashed"
    HEARTBEAT_STALE = "heartbeat_stale"


def find_crash_reason(
    *,
    is_active: bool,
    process_status: ProcessStatus | None,
    last_alive: datetime | None,
    now: datetime,
    grace: timedelta,
) -> CrashReason | None:
    """Return why a player is on the crashed list, or None; a crashed process wins.

    A sign of life from the future, before the clock was set back, proves no silence.
    `db.queries.commands.recovery` asks the same in SQL, to find those whose turn it is.
    """
    if not is_active:
        return None
    if process_status is ProcessStatus.CRASHED:
        return CrashReason.PROCESS_CRASHED
    is_heard = last_alive is not None and now - last_alive <= grace
    return None if is_heard else CrashReason.HEARTBEAT_STALE
