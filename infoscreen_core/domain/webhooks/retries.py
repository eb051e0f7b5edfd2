"""When a message is tried again, and what an answer means."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

PAUSES: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 600, 1800, 3600, 7200, 14400, 21600, 36000)
)
"""Before the second, third … try; all of them take a little more than a day."""
TRIES: Final = len(PAUSES) + 1
JITTER: Final = 0.1
"""Part of a pause by which it varies, so that what failed together does not come together."""
LONGEST_WISH: Final = timedelta(hours=12)
"""A receiver may ask for a pause of so long at most."""
STOPPED_AFTER: Final = timedelta(days=5)
"""A webhook that nothing reached for so long is switched off."""
ROTATION: Final = timedelta(hours=24)
"""For so long after a change of the secret, messages are signed with both."""
_OK: Final = range(200, 300)
_GONE: Final = 410


class Answer(StrEnum):
    """What a receiver's answer means."""

    TAKEN = "taken"
    REFUSED = "refused"
    """Try again later."""
    GONE = "gone"
    """Never send anything again."""


def meaning(status: int | None) -> Answer:
    """Return what a status means; None: there was no answer. A redirect is a refusal."""
    if status is None:
        return Answer.REFUSED
    if status == _GONE:
        return Answer.GONE
    return Answer.TAKEN if status in _OK else Answer.REFUSED


def next_try(
    tries: int, *, chance: float, wish: timedelta | None = None, now: datetime
) -> datetime | None:
    """Return when to try again after so many tries, None when there were enough.

    `chance`, from 0 to 1, makes the pause a little shorter or longer; `wish` is what the receiver
    asked for.
    """
    if tries >= TRIES:
        return None
    pause = PAUSES[tries - 1] * (1 + JITTER * (2 * chance - 1))
    return now + max(pause, min(wish or timedelta(), LONGEST_WISH))


def is_to_be_stopped(failing_since: datetime | None, *, now: datetime) -> bool:
    """Whether nothing has reached a webhook for so long that it is switched off."""
    return failing_since is not None and now - failing_since >= STOPPED_AFTER
