"""Whether a player is alive, how it is doing, and why we say so."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Final

from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.text.elapsed import is_within

LOG_WINDOW: Final = timedelta(hours=24)
"""Logs this recent count for a player's status, unless another window was chosen."""
WARN_LOG_COUNT: Final = 5
RECONNECT_GROWTH: Final = 3
RECONNECT_WINDOW: Final = timedelta(hours=1)
OUTAGE_SHARE: Final = Fraction(4, 5)
OUTAGE_MIN_CLIENTS: Final = 3
OUTAGE_WINDOW: Final = timedelta(seconds=60)
OUTAGE_SILENCE: Final = timedelta(seconds=90)
"""Not heard for so long counts as fallen silent there: some players only send heartbeats, one every
65 s, and those that were switched on together send theirs together."""
OUTAGE_OVER_SHARE: Final = Fraction(2, 3)

WORKER_GRACE: Final = timedelta(seconds=10)


class Status(StrEnum):
    """How a player is doing, worst first; rules give any but `UNKNOWN`."""

    UNKNOWN = "unknown"
    """Nobody can tell: never on record, and said to readers only."""
    OFFLINE = "offline"
    CRITICAL = "critical"
    WARNING = "warning"
    HEALTHY = "healthy"


class StatusReason(StrEnum):
    """Why a player has its status."""

    NOT_JUDGED = "not_judged"
    """New, so nobody has judged it yet; never on record, like `UNKNOWN`."""
    JUDGE_AWAY = "judge_away"
    """Nobody has judged it for too long; never on record either."""
    PENDING = "pending"
    REJECTED = "rejected"
    DEACTIVATED = "deactivated"
    NEVER_SEEN = "never_seen"
    HEARTBEAT_STALE = "heartbeat_stale"
    PROCESS_CRASHED = "process_crashed"
    SERVICE_FAILED = "service_failed"
    SCREEN_BLACK = "screen_black"
    SCREEN_FROZEN = "screen_frozen"
    ERRORS_WHILE_NOT_RUNNING = "errors_while_not_running"
    PROCESS_NOT_RUNNING = "process_not_running"
    ERROR_LOGS = "error_logs"
    WARN_LOGS = "warn_logs"
    UNEXPECTED_EVENT = "unexpected_event"
    RECONNECTS = "reconnects"
    ALL_WELL = "all_well"


@dataclass(frozen=True)
class ClientFacts:
    """What is known of one player when it is judged."""

    is_active: bool
    is_approved: bool
    last_alive: datetime | None
    process_status: ProcessStatus | None
    screen_health: ScreenHealth
    service_failed_at: datetime | None
    errors_last_hour: int
    errors_in_window: int
    warns_in_window: int
    expected_event_id: int | None
    current_event_id: int | None
    reconnects_last_hour: int
    is_rejected: bool = False


@dataclass(frozen=True)
class Verdict:
    """A status, why, and the figures that words may want to name."""

    status: Status
    reason: StatusReason
    details: dict[str, int] = field(default_factory=dict)


def is_alive(
    *, is_active: bool, last_alive: datetime | None, now: datetime, grace: timedelta
) -> bool:
    """Whether the player is active and was heard from within the grace period."""
    return is_active and last_alive is not None and is_within(last_alive, grace, now=now)


def is_at_work(seen_at: datetime, *, now: datetime) -> bool:
    """Whether a worker gave a sign of life lately; it does so every two seconds."""
    return is_within(seen_at, WORKER_GRACE, now=now)


def judge_client(facts: ClientFacts, *, now: datetime, grace: timedelta) -> Verdict:
    """Return the player's status; the first rule that matches wins."""
    if not is_alive(is_active=facts.is_active, last_alive=facts.last_alive, now=now, grace=grace):
        return Verdict(Status.OFFLINE, _offline_reason(facts))
    return _critical(facts) or _warning(facts) or _healthy(facts)


def find_broker_outage(last_seen: Iterable[datetime], *, now: datetime) -> datetime | None:
    """Return when so many players fell silent together that broker or network must be the cause.

    `last_seen` holds the last sign of life of every player that was alive five minutes ago. It is
    an outage when at least 80 % of them, and at least 3, were last heard from within one window of
    60 s and not since. It began with the first sign in that window; None: there is none.
    """
    times = sorted(last_seen)
    needed = max(OUTAGE_MIN_CLIENTS, ceil(len(times) * OUTAGE_SHARE))
    silent = [at for at in times if now - at > OUTAGE_SILENCE]
    together = zip(silent, silent[needed - 1 :], strict=False)
    return next((first for first, last in together if last - first <= OUTAGE_WINDOW), None)


def is_outage_over(last_seen: Iterable[datetime], *, began_at: datetime) -> bool:
    """Whether two thirds of the players that an outage silenced have been heard from since."""
    times = list(last_seen)
    return sum(at > began_at for at in times) >= len(times) * OUTAGE_OVER_SHARE


def _offline_reason(facts: ClientFacts) -> StatusReason:
    if not facts.is_active:
        return StatusReason.DEACTIVATED
    return StatusReason.NEVER_SEEN if facts.last_alive is None else StatusReason.HEARTBEAT_STALE


def _critical(facts: ClientFacts) -> Verdict | None:
    reason = next((reason for reason, holds in _critical_rules(facts) if holds), None)
    return Verdict(Status.CRITICAL, reason, {"errors": facts.errors_last_hour}) if reason else None


def _critical_rules(facts: ClientFacts) -> tuple[tuple[StatusReason, bool], ...]:
    return (
        (StatusReason.PROCESS_CRASHED, facts.process_status is ProcessStatus.CRASHED),
        (StatusReason.SERVICE_FAILED, facts.service_failed_at is not None),
        (StatusReason.SCREEN_BLACK, facts.screen_health is ScreenHealth.BLACK),
        (StatusReason.SCREEN_FROZEN, facts.screen_health is ScreenHealth.FROZEN),
        (
            StatusReason.ERRORS_WHILE_NOT_RUNNING,
            facts.errors_last_hour >= 1 and not _is_running(facts),
        ),
    )


def _warning(facts: ClientFacts) -> Verdict | None:
    reason = next((reason for reason, holds in _warning_rules(facts) if holds), None)
    details = {
        "errors": facts.errors_in_window,
        "warns": facts.warns_in_window,
        "reconnects": facts.reconnects_last_hour,
    }
    return Verdict(Status.WARNING, reason, details) if reason else None


def _warning_rules(facts: ClientFacts) -> tuple[tuple[StatusReason, bool], ...]:
    return (
        (StatusReason.PROCESS_NOT_RUNNING, not _is_running(facts)),
        (StatusReason.ERROR_LOGS, facts.errors_in_window >= 1),
        (StatusReason.WARN_LOGS, facts.warns_in_window >= WARN_LOG_COUNT),
        (StatusReason.UNEXPECTED_EVENT, _shows_unexpected_event(facts)),
        (StatusReason.RECONNECTS, facts.reconnects_last_hour >= RECONNECT_GROWTH),
    )


def _shows_unexpected_event(facts: ClientFacts) -> bool:
    # Players that do not say what they expect cannot contradict themselves.
    return facts.expected_event_id is not None and facts.expected_event_id != facts.current_event_id


def _healthy(facts: ClientFacts) -> Verdict:
    if facts.is_approved:
        return Verdict(Status.HEALTHY, StatusReason.ALL_WELL)
    return Verdict(
        Status.HEALTHY, StatusReason.REJECTED if facts.is_rejected else StatusReason.PENDING
    )


def _is_running(facts: ClientFacts) -> bool:
    return facts.process_status is ProcessStatus.RUNNING
