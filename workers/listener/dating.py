"""When what players say was said: by their own time, unless their clock is off."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from infoscreen_core.contracts import PowerState
from infoscreen_core.domain.monitoring.logs.lines import LogInstant, log_instant
from infoscreen_core.domain.monitoring.player_clocks import (
    CLOCK_TOLERANCE,
    PlayerClock,
    judge_clock,
)
from infoscreen_core.services.monitoring.reports import LogEntry, PowerReport
from workers.mqtt.connection import ReceivedMessage

Clocks = Mapping[str, PlayerClock]
"""What is known of players' clocks, by UUID."""


_SLOWEST: Final = -CLOCK_TOLERANCE


def judge_clocks(
    stamps: Mapping[str, tuple[datetime, ReceivedMessage]], known: Clocks
) -> dict[str, PlayerClock]:
    """Return what players' reports, and their timestamps, say anew of their clocks."""
    judged = {}
    for uuid, (timestamp, message) in stamps.items():
        before = known.get(uuid)
        # First what nearly all reports say, every few seconds: the clock is as right as it was.
        if (
            before
            and before.is_right
            and _SLOWEST <= message.received_at - timestamp <= CLOCK_TOLERANCE
        ):
            continue
        clock = judge_clock(
            before,
            timestamp=timestamp,
            received_at=message.received_at,
            may_have_waited=message.may_have_waited,
        )
        if clock is not None and clock != before:
            judged[uuid] = clock
    return judged


def date_logs(logs: Iterable[tuple[LogEntry, ReceivedMessage]], clocks: Clocks) -> None:
    """Write into log lines when they count as written, and whether that blames the clock."""
    for entry, message in logs:
        instant = _instant(entry["client_uuid"], message, entry["timestamp"], clocks)
        entry["ordered_at"], entry["is_clock_skewed"] = instant.at, instant.is_skewed


def date_power_reports(
    said: Iterable[tuple[str, ReceivedMessage, PowerState]], clocks: Clocks
) -> list[PowerReport]:
    """Return what TVs do, each with its time."""
    # Never ahead of our clock: once a fast one is set right, its new reports would count as older.
    return [
        PowerReport(
            uuid,
            model.state,
            min(_instant(uuid, message, model.reported_at, clocks).at, message.received_at),
            model.intent_id,
            message.received_at,
        )
        for uuid, message, model in said
    ]


def _instant(
    uuid: str, message: ReceivedMessage, timestamp: datetime | None, clocks: Clocks
) -> LogInstant:
    return log_instant(
        timestamp=timestamp,
        received_at=message.received_at,
        clock=clocks.get(uuid),
        may_have_waited=message.may_have_waited,
    )
