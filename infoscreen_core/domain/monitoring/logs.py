"""When a player's log line counts as written, how it is read, and which deliveries are one line."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from infoscreen_core.domain.screens.player import LogLevel

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""A player's clock further off than this is not believed."""


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


def log_instant(*, timestamp: datetime | None, received_at: datetime) -> LogInstant:
    """Return the player's time, or the receive time when there is none or it is too far off."""
    if timestamp is None:
        return LogInstant(received_at, is_skewed=False)
    if abs(timestamp - received_at) > CLOCK_TOLERANCE:
        return LogInstant(received_at, is_skewed=True)
    return LogInstant(timestamp, is_skewed=False)


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


def digest(*parts: str) -> str:
    """Return a hash, 64 hexadecimal digits; it tells ("ab", "c") from ("a", "bc")."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(text.encode()).hexdigest()
