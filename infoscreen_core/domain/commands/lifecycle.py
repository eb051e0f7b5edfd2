"""The course of a remote command: states, causes, and one table of transitions.

A command moves only along `TRANSITIONS`, which maps a state and a cause to the next state. A cause
is either something that happened (the broker confirmed, the player acknowledged, somebody
cancelled) or time that has passed, for which `time_rules.due` has one rule per state. Everything
here is pure; callers read the facts, ask, and store the answer.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from infoscreen_core.domain.text.elapsed import is_ahead


class Action(StrEnum):
    """What a command does to the player."""

    REBOOT_HOST = "reboot_host"
    SHUTDOWN_HOST = "shutdown_host"
    RESTART_APP = "restart_app"


class State(StrEnum):
    """Where a command stands."""

    QUEUED = "queued"
    PUBLISH_IN_PROGRESS = "publish_in_progress"
    PUBLISHED = "published"
    ACK_RECEIVED = "ack_received"
    EXECUTION_STARTED = "execution_started"
    AWAITING_RECONNECT = "awaiting_reconnect"
    RECOVERED = "recovered"
    COMPLETED = "completed"
    FAILED = "failed"
    EXPIRED = "expired"
    TIMED_OUT = "timed_out"
    CANCELED = "canceled"
    BLOCKED_SAFETY = "blocked_safety"
    MANUAL_INTERVENTION_REQUIRED = "manual_intervention_required"


class Cause(StrEnum):
    """Why a command moves."""

    CLAIMED = "claimed"
    PUBACK = "puback"
    PUBLISH_UNCONFIRMED = "publish_unconfirmed"
    PUBLISH_FAILED = "publish_failed"
    ACK_ACCEPTED = "ack_accepted"
    ACK_STARTED = "ack_started"
    ACK_COMPLETED = "ack_completed"
    ACK_UNPROVEN = "ack_unproven"
    """The player says that it has rebooted, but not yet in which boot it runs."""
    ACK_FAILED = "ack_failed"
    ACK_TIMEOUT = "ack_timeout"
    EXECUTION_TIMEOUT = "execution_timeout"
    WENT_DOWN = "went_down"
    SEEN_AGAIN = "seen_again"
    STEADY = "steady"
    STAYED_SILENT = "stayed_silent"
    RECONNECT_CEILING = "reconnect_ceiling"
    NOT_REBOOTED = "not_rebooted"
    """The player goes on in the boot that it was in before."""
    EXPIRED = "expired"
    CANCELED = "canceled"


_S, _C = State, Cause

TERMINAL: Final = frozenset(
    {
        _S.COMPLETED,
        _S.FAILED,
        _S.EXPIRED,
        _S.TIMED_OUT,
        _S.CANCELED,
        _S.BLOCKED_SAFETY,
        _S.MANUAL_INTERVENTION_REQUIRED,
    }
)

UNSENT = (_S.QUEUED, _S.PUBLISH_IN_PROGRESS)
_SENT = (*UNSENT, _S.PUBLISHED)
BEFORE_EXECUTION = (*_SENT, _S.ACK_RECEIVED)
OPEN: Final = tuple(state for state in State if state not in TERMINAL)

TRANSITIONS: Final = MappingProxyType(
    {
        (_S.QUEUED, _C.CLAIMED): _S.PUBLISH_IN_PROGRESS,
        (_S.PUBLISH_IN_PROGRESS, _C.PUBACK): _S.PUBLISHED,
        (_S.PUBLISH_IN_PROGRESS, _C.PUBLISH_UNCONFIRMED): _S.QUEUED,
        **{(state, _C.ACK_ACCEPTED): _S.ACK_RECEIVED for state in _SENT},
        **{(state, _C.ACK_STARTED): _S.EXECUTION_STARTED for state in BEFORE_EXECUTION},
        **{(state, _C.ACK_COMPLETED): _S.COMPLETED for state in OPEN},
        **{
            (state, _C.ACK_UNPROVEN): _S.RECOVERED
            for state in (*BEFORE_EXECUTION, _S.EXECUTION_STARTED, _S.AWAITING_RECONNECT)
        },
        **{(state, _C.ACK_FAILED): _S.FAILED for state in OPEN},
        **{(state, _C.PUBLISH_FAILED): _S.FAILED for state in OPEN},
        (_S.PUBLISHED, _C.ACK_TIMEOUT): _S.TIMED_OUT,
        (_S.ACK_RECEIVED, _C.EXECUTION_TIMEOUT): _S.TIMED_OUT,
        (_S.EXECUTION_STARTED, _C.EXECUTION_TIMEOUT): _S.TIMED_OUT,
        (_S.EXECUTION_STARTED, _C.WENT_DOWN): _S.AWAITING_RECONNECT,
        (_S.AWAITING_RECONNECT, _C.SEEN_AGAIN): _S.RECOVERED,
        # Only for restart_app, whose host stays up: its process was seen down, and runs again.
        (_S.EXECUTION_STARTED, _C.SEEN_AGAIN): _S.RECOVERED,
        (_S.AWAITING_RECONNECT, _C.RECONNECT_CEILING): _S.MANUAL_INTERVENTION_REQUIRED,
        (_S.AWAITING_RECONNECT, _C.NOT_REBOOTED): _S.FAILED,
        (_S.RECOVERED, _C.NOT_REBOOTED): _S.FAILED,
        (_S.RECOVERED, _C.STEADY): _S.COMPLETED,
        (_S.RECOVERED, _C.RECONNECT_CEILING): _S.MANUAL_INTERVENTION_REQUIRED,
        (_S.EXECUTION_STARTED, _C.STAYED_SILENT): _S.COMPLETED,
        **{(state, _C.EXPIRED): _S.EXPIRED for state in BEFORE_EXECUTION},
        (_S.QUEUED, _C.CANCELED): _S.CANCELED,
    }
)
"""The whole state machine; a pair that is not here changes nothing."""

TIMESTAMP_OF: Final = MappingProxyType(
    {
        _S.PUBLISH_IN_PROGRESS: "claimed_at",
        _S.PUBLISHED: "published_at",
        _S.ACK_RECEIVED: "acked_at",
        _S.EXECUTION_STARTED: "execution_started_at",
        _S.AWAITING_RECONNECT: "awaiting_reconnect_at",
        _S.RECOVERED: "recovered_at",
        _S.COMPLETED: "completed_at",
        _S.CANCELED: "canceled_at",
        _S.FAILED: "failed_at",
        _S.EXPIRED: "failed_at",
        _S.TIMED_OUT: "failed_at",
        _S.BLOCKED_SAFETY: "failed_at",
        _S.MANUAL_INTERVENTION_REQUIRED: "failed_at",
    }
)
"""The column that keeps when a state was reached first."""

ERROR_OF: Final = MappingProxyType(
    {
        _C.PUBLISH_FAILED: ("mqtt_publish_failed", "The broker did not take the command."),
        _C.ACK_TIMEOUT: ("ack_timeout", "The screen was alive but did not acknowledge in time."),
        _C.EXECUTION_TIMEOUT: (
            "execution_timeout",
            "The screen acknowledged but did not carry it out in time.",
        ),
        _C.RECONNECT_CEILING: (
            "reconnect_timeout",
            "The screen did not come back after its reboot.",
        ),
        _C.NOT_REBOOTED: (
            "not_rebooted",
            "The screen took the command but did not reboot: it is still in the boot of before.",
        ),
        _C.EXPIRED: ("expired", "The screen did not act before the command expired."),
    }
)
"""`error_code` and `error_message` of the causes that end a command badly."""

LOCKOUT_ERROR_CODE: Final = "lockout_threshold"
KNOWN_ERROR_CODES: Final = frozenset(
    {
        "invalid_schema",
        "missing_field",
        "stale_command",
        "duplicate_command",
        "permission_denied_local",
        "execution_timeout",
        "execution_failed",
        "broker_unavailable",
        "internal_error",
        LOCKOUT_ERROR_CODE,
        *(code for code, _message in ERROR_OF.values()),
    }
)
"""The codes of this server and of the contract; other codes from players are kept as they came."""

CLAIM_LIMIT: Final = timedelta(seconds=8)
"""How long a claim or a publication may stay unconfirmed before it is taken back."""
ACK_LIMIT: Final = timedelta(seconds=20)
"""From publication to acknowledgement, for a player that is alive at the deadline."""
ACK_SLACK: Final = timedelta(seconds=5)
"""A sign of life up to this long after the deadline still proves the player alive at it."""
START_LIMIT: Final = MappingProxyType(
    {
        Action.RESTART_APP: timedelta(seconds=15),
        Action.REBOOT_HOST: timedelta(seconds=25),
        Action.SHUTDOWN_HOST: timedelta(seconds=25),
    }
)
"""From the acknowledgement to the start of execution."""
FINISH_LIMIT: Final = timedelta(seconds=150)
"""How long an app restart may take once begun; a shutdown gets the grace period on top."""
GOES_DOWN_AFTER: Final = timedelta(seconds=10)
"""When a reboot that has begun counts as down in any case."""
SILENT_FROM: Final = timedelta(seconds=5)
"""When a reboot that has begun counts as down already, if the player is silent for `STEADY_GAP`."""
RECONNECT_CEILING: Final = timedelta(seconds=150)
"""With `RECONNECT_COOLDOWN`, how long a player may stay away before somebody must look at it."""
RECONNECT_COOLDOWN: Final = timedelta(seconds=60)
OLD_BOOT_LIMIT: Final = timedelta(seconds=40)
"""When a machine that should be down, but reports the boot of before, did not reboot; stopping what
runs on it may take some time."""
STEADY_FOR: Final = timedelta(seconds=20)
"""How long a player must be back before its reboot counts as completed."""
STEADY_GAP: Final = timedelta(seconds=10)
"""Longest silence that still counts as steady (players report health every 5 s)."""
RESTARTS: Final = frozenset({Action.REBOOT_HOST, Action.RESTART_APP})
"""The actions that the lockout counts and blocks."""
LOCKOUT_COUNT: Final = 3
LOCKOUT_WINDOW: Final = timedelta(minutes=15)
LOCKOUT_MESSAGE: Final = (
    f"The screen already had {LOCKOUT_COUNT} restarts within "
    f"{LOCKOUT_WINDOW.seconds // 60} minutes."
)
"""`error_message` of a command that the lockout stopped."""
DEFAULT_EXPIRY: Final = timedelta(seconds=240)
MIN_EXPIRY: Final = timedelta(seconds=180)
MAX_EXPIRY: Final = timedelta(seconds=360)


def advance(state: State, cause: Cause) -> State | None:
    """Return where `cause` leads from `state`, or None when it changes nothing."""
    return TRANSITIONS.get((state, cause))


def is_locked_out(restarts_issued_at: Iterable[datetime], *, now: datetime) -> bool:
    """Whether a player has had so many restarts lately that one more is blocked.

    `restarts_issued_at` holds its commands among `RESTARTS`, without those that were blocked.
    """
    return lockout_ends_at(restarts_issued_at, now=now) is not None


def lockout_ends_at(restarts_issued_at: Iterable[datetime], *, now: datetime) -> datetime | None:
    """Return until when a player's restarts are blocked; None: one more is allowed now."""
    counted = sorted(
        issued_at
        for issued_at in restarts_issued_at
        if now - issued_at < LOCKOUT_WINDOW and not is_ahead(issued_at, now=now)
    )
    return counted[-LOCKOUT_COUNT] + LOCKOUT_WINDOW if len(counted) >= LOCKOUT_COUNT else None


def seen_again(
    boot_before: str | None, boot_now: str | None, reported: str | None, *, away: timedelta
) -> Cause | None:
    """Return what it means that a player is heard which has been expected back for `away`.

    `boot_before` is the boot in which it was sent the reboot, `boot_now` the last one it named, and
    `reported` the one it named just now; None where it names none. Being heard is being back,
    except in the boot of before: so far the machine has not gone down.
    """
    if boot_before is None or boot_now != boot_before:
        return Cause.SEEN_AGAIN
    return Cause.NOT_REBOOTED if reported == boot_before and away >= OLD_BOOT_LIMIT else None


def mermaid_diagram() -> str:
    """Return the state machine as a Mermaid diagram, as `docs/command-lifecycle.md` shows it."""
    lines = [
        f"    {origin} --> {target}: {cause}" for (origin, cause), target in TRANSITIONS.items()
    ]
    ends = [f"    {state} --> [*]" for state in State if state in TERMINAL]
    return "\n".join(
        ["stateDiagram-v2", "    [*] --> queued", "    [*] --> blocked_safety", *lines, *ends]
    )
