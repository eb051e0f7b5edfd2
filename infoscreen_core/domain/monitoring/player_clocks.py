"""How right a player's clock is, by what its live reports say.

A message is never older than the delay on its way, so its age (receive time minus the player's
time) is that delay plus what the player's clock is behind. A message that waited, here or in the
player, may be hours old although the clock is right; health and heartbeats come live, every few
seconds, and nobody keeps the former. So they judge the clock, and log lines only heed the verdict:

- An age near zero proves the clock right, whatever else was late.
- A message from the future proves it fast at once: no delay explains that.
- An old report may have been stuck on its way, as when our database was away and the socket filled
  up. What was stuck arrives in a burst; so a clock that was right until now counts as slow only
  when every report has said so for `SETTLING`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""A player's clock further off than this is not believed."""
SETTLING: Final = timedelta(seconds=30)
"""How long reports have to agree that a clock, right until then, is slow."""


@dataclass(frozen=True, slots=True)
class PlayerClock:
    """What is known of a player's clock."""

    behind: timedelta
    """How far it is behind ours by the last report; negative when it is ahead."""
    is_off: bool
    doubted_since: datetime | None = None
    """When the first of the last reports in a row came that call a right clock slow."""

    @property
    def is_right(self) -> bool:
        """Whether no report contradicts that it is right."""
        return not self.is_off and self.doubted_since is None


def known_clock(behind_seconds: float) -> PlayerClock:
    """Return a clock as it was judged before."""
    behind = timedelta(seconds=behind_seconds)
    return PlayerClock(behind, is_off=abs(behind) > CLOCK_TOLERANCE)


def judge_clock(
    before: PlayerClock | None, *, timestamp: datetime, received_at: datetime, may_have_waited: bool
) -> PlayerClock | None:
    """Return what is known after a health or heartbeat; None: as little as before.

    `may_have_waited` says that the report may have waited in the broker.
    """
    age = received_at - timestamp
    if age <= CLOCK_TOLERANCE:
        return PlayerClock(age, is_off=age < -CLOCK_TOLERANCE)
    if may_have_waited:
        return before
    if before is None or before.is_off:
        return PlayerClock(age, is_off=True)
    since = min(before.doubted_since or received_at, received_at)
    if received_at - since >= SETTLING:
        return PlayerClock(age, is_off=True)
    return PlayerClock(before.behind, is_off=False, doubted_since=since)


def is_worth_storing(before: PlayerClock | None, after: PlayerClock) -> bool:
    """Whether a verdict differs from the stored one; a slow drift is none."""
    return (
        before is None
        or before.is_off is not after.is_off
        or abs(after.behind - before.behind) > CLOCK_TOLERANCE
    )
