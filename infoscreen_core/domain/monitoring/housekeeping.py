"""The jobs that keep the house in order, and when each runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from infoscreen_core.domain.monitoring.health import HOUR, stretch_start

RETRY: Final = timedelta(minutes=10)
"""How long after a failure a job is tried again."""
_INTO_THE_HOUR: Final = timedelta(minutes=6)
"""By then the figures of the hour before are written."""


class JobName(StrEnum):
    """Every job; they run once an hour, in this order."""

    HEALTH_HOURS = "health_hours"
    """Rolls the health of five minutes up to hours."""
    WEEKS = "weeks"
    """Counts how well screens served, by the week."""
    PATTERNS = "patterns"
    """Counts reconnect storms, and crashes by temperature."""
    PLAYS = "plays"
    """Adds up what screens showed, by the day."""
    OLD_HEALTH = "old_health"
    OLD_LOGS = "old_logs"
    OLD_LOG_COUNTS = "old_log_counts"
    OLD_DEAD_LETTERS = "old_dead_letters"
    OLD_STATUSES = "old_statuses"
    OLD_UPLOADS = "old_uploads"
    """Removes uploads that nobody went on with for a day."""
    OLD_MEDIA = "old_media"
    """Removes contents of files that the library has no more, and counts what it holds."""
    OLD_PICTURES = "old_pictures"
    """Removes picture files that belong to nobody; the listener does, since they are its files."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What one transaction did, and where the next goes on: after this player."""

    row_count: int
    last_uuid: str | None
    """None: it was the last portion."""


def next_run(now: datetime) -> datetime:
    """Return when a job that ends now runs again."""
    return stretch_start(now - _INTO_THE_HOUR, HOUR) + HOUR + _INTO_THE_HOUR


def next_try(now: datetime) -> datetime:
    """Return when a job that failed now is tried again."""
    return now + RETRY


def is_due(next_at: datetime | None, *, now: datetime) -> bool:
    """Whether a job's turn has come. A turn too far ahead was set while the clock was wrong."""
    return next_at is None or next_at <= now or next_at > now + HOUR + _INTO_THE_HOUR
