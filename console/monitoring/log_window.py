"""Choosing how far back to look, and at what."""

from console.i18n import _
from console.monitoring.presenters.log_history import BUCKETS, DEFAULT_HOURS
from console.monitoring.presenters.logs import level_label
from console.parts.address import choose_many, choose_one
from console.words.formatting import hours_word
from infoscreen_core.domain.screens.player import LogLevel


def choose_hours() -> int:
    """Let the reader choose a window; it stands in the address as `hours`."""
    options = {str(hours): hours_word(hours) for hours in BUCKETS}
    return int(choose_one(_("Window"), options, key="hours", default=str(DEFAULT_HOURS)))


def choose_levels() -> tuple[LogLevel, ...]:
    """Let the reader choose levels; none chosen means all."""
    options = {level.value: level_label(level) for level in LogLevel}
    chosen = choose_many(_("Level"), options, key="level")
    return tuple(LogLevel(value) for value in chosen) or tuple(LogLevel)
