"""When a player's log line counts as written, how it is read, and which deliveries are one line.

Lines may come twice: the broker repeats what was not acknowledged, and a player repeats to the
broker what the broker did not confirm. Yet two equal lines may also be two. What tells them apart
(`line_occasion`) is on the message itself, so a redelivery finds its line again after any crash,
however much of the batch was stored or acknowledged:

- A timestamp with a fraction of a second is a line's own: what repeats it is the same line.
- Lines stamped in whole seconds may be equal and still be several. The packet id tells them apart:
  the broker keeps it when it repeats a message, and gives another message another one. That leaves
  a player's own repetition, which has a new packet id. It comes once the player has connected
  again, so a line that is equal to one received more than `SAME_SECOND` ago is a repetition.
- Without a timestamp it is the packet id on its day.
- Quality of service 0 repeats nothing: each message is a line.

What remains: a player's repetition of a line stamped in whole seconds is taken for a second line
when nothing tells when the first one came: within `SAME_SECOND` of it, when both waited in the
broker together, or when the listener was started in between. And two lines that a player stamps
with the same fraction of a second are taken for one.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Final

from infoscreen_core.domain.monitoring.player_clocks import CLOCK_TOLERANCE, PlayerClock
from infoscreen_core.domain.screens.player import LogLevel

LONGEST_WAIT: Final = timedelta(days=14)
"""No message waits longer: a broker forgets the sessions of those that stay away."""
HOURS_OF_DAY: Final = 24
"""Of numbered hours, those of a day in UTC."""
SAME_SECOND: Final = timedelta(seconds=1.2)
"""How far apart lines may arrive that were written within one second."""


# ECMA-48, as ANSI terminals read it: control sequences (colours among them), strings such as window
# titles up to their terminator, and two-character escapes; also with the 8-bit introducers.
_TERMINAL_CODES: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)


@dataclass(frozen=True, slots=True)
class LogInstant:
    """When a line counts as written; `is_skewed` when the player's clock was not believed."""

    at: datetime
    is_skewed: bool


@dataclass(frozen=True, slots=True)
class LogCount:
    """How many lines of one level a player logged in one stretch of time."""

    start: datetime
    """Where the stretch begins; its length is the caller's."""
    level: LogLevel
    count: int


def log_instant(
    *,
    timestamp: datetime | None,
    received_at: datetime,
    clock: PlayerClock | None = None,
    may_have_waited: bool = False,
) -> LogInstant:
    """Return the player's time, or the receive time when there is none or its clock is off.

    An old message of a player whose `clock` is right has waited. When nothing is known of the
    clock, it is believed only if the message may have waited in the broker.
    """
    if timestamp is None:
        return LogInstant(received_at, is_skewed=False)
    age = received_at - timestamp
    is_known_right = may_have_waited if clock is None else not clock.is_off
    if abs(age) <= CLOCK_TOLERANCE or (is_known_right and timedelta() < age <= LONGEST_WAIT):
        return LogInstant(timestamp, is_skewed=False)
    return LogInstant(received_at, is_skewed=True)


def hour_number(at: datetime) -> int:
    """Return the hour in which a line counts, numbered from 1970-01-01 00:00 UTC."""
    return int(at.timestamp() // 3600)


@lru_cache(maxsize=16_384)  # a quarter has 2,160, and each comes once for every level
def hour_start(number: int) -> datetime:
    """Return when the hour of this number begins, in UTC."""
    return datetime.fromtimestamp(number * 3600, UTC)


def without_terminal_codes(text: str) -> str:
    """Return what a terminal would show of the text: colours and cursor movements are left out."""
    return _TERMINAL_CODES.sub("", text)


def occasion(*, timestamp: datetime | None, packet_id: int, received_at: datetime) -> str:
    """Return what tells a message from an equal one, yet is the same when it is redelivered.

    That is the player's timestamp; without one, the packet id on its day (the broker keeps it over
    a redelivery, and does not use it again for 65,535 messages). Quality of service 0 has no packet
    id and is never redelivered: there the receive time serves.
    """
    if timestamp is not None:
        return f"at {timestamp.isoformat()}"
    if packet_id:
        return f"packet {packet_id} {received_at.date().isoformat()}"
    return f"received {received_at.isoformat()}"


def is_in_whole_seconds(timestamp: datetime | None) -> bool:
    """Whether equal lines with this timestamp may be several."""
    return timestamp is not None and not timestamp.microsecond


def line_occasion(*, timestamp: datetime | None, packet_id: int, received_at: datetime) -> str:
    """Return what tells a log line from an equal one, yet is the same when it is redelivered."""
    moment = occasion(timestamp=timestamp, packet_id=packet_id, received_at=received_at)
    if not is_in_whole_seconds(timestamp):
        return moment
    apart = f"packet {packet_id}" if packet_id else f"received {received_at.isoformat()}"
    return f"{moment} {apart}"


def digest(*parts: str) -> str:
    """Return a hash, 64 hexadecimal digits; it tells ("ab", "c") from ("a", "bc")."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(text.encode()).hexdigest()
