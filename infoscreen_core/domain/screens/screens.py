"""What a picture of the screen says about the screen's health."""

from datetime import datetime, timedelta
from enum import StrEnum

from infoscreen_core.domain.text.elapsed import is_within


class ScreenHealth(StrEnum):
    """What a player's pictures show; UNKNOWN before the first."""

    OK = "OK"
    BLACK = "BLACK"
    FROZEN = "FROZEN"
    UNKNOWN = "UNKNOWN"


BLACK_MAX_MEAN = 8.0
BLACK_MAX_DEVIATION = 4.0
FROZEN_REPEATS = 5


def is_recent(received_at: datetime | None, *, ttl: timedelta, now: datetime) -> bool:
    """Whether a priority picture is recent enough to be shown in place of the latest one."""
    return received_at is not None and is_within(received_at, ttl, now=now)


def judge_picture(
    *, mean: float, deviation: float, same_count: int, is_motion_expected: bool
) -> ScreenHealth:
    """Return what one picture says about the screen; black wins over frozen.

    Args:
        mean: mean luminance, 0 to 255.
        deviation: standard deviation of the luminance.
        same_count: how many periodic pictures in a row, this one included, had the same hash.
        is_motion_expected: a video, or a presentation that advances by itself over several pages,
            is planned.
    """
    if mean < BLACK_MAX_MEAN and deviation < BLACK_MAX_DEVIATION:
        return ScreenHealth.BLACK
    if is_motion_expected and same_count >= FROZEN_REPEATS:
        return ScreenHealth.FROZEN
    return ScreenHealth.OK
