"""The course of a power cycle: a screen's plug is switched off and, always, on again.

A cycle moves only along `TRANSITIONS`, as commands do (`domain.commands.lifecycle`). Whoever
carries it out may die at any moment, so each state has an instant at which something happens in any
case (`next_at` of its row), and once an order to switch off may have left us, every way leads
through `switching_on`: nothing ends there before the plug says that it is on, or was not heard for
so long that a person has to look. The plugs are asked to switch themselves on again, so that not
even a dead server leaves a screen dark.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from infoscreen_core.domain.text.elapsed import is_ahead


class PlugKind(StrEnum):
    """Which language a plug speaks."""

    SHELLY_GEN2 = "shelly_gen2"
    TASMOTA = "tasmota"


class Problem(StrEnum):
    """Why a plug could not be asked, or did not do what it was asked for."""

    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    UNREACHABLE = "unreachable"
    UNAUTHORISED = "unauthorised"
    NO_RELAY = "no_relay"
    WRONG_KIND = "wrong_kind"
    WRONG_ANSWER = "wrong_answer"
    UNREADABLE_SECRET = "unreadable_secret"  # noqa: S105 - what is wrong with one
    STILL_OFF = "still_off"


FINAL_PROBLEMS: Final = frozenset(
    {
        Problem.NOT_ALLOWED,
        Problem.UNAUTHORISED,
        Problem.NO_RELAY,
        Problem.WRONG_KIND,
        Problem.UNREADABLE_SECRET,
    }
)
"""What does not pass by itself: somebody has to change the set-up."""


class State(StrEnum):
    """Where a power cycle stands."""

    REQUESTED = "requested"
    SWITCHING_OFF = "switching_off"
    OFF = "off"
    SWITCHING_ON = "switching_on"
    COMPLETED = "completed"
    FAILED = "failed"
    BLOCKED_SAFETY = "blocked_safety"
    CANCELED = "canceled"


class Cause(StrEnum):
    """Why a power cycle moves."""

    CLAIMED = "claimed"
    NOT_REACHED = "not_reached"
    """The plug got nothing from us; it is tried again."""
    REFUSED = "refused"
    """The plug got no order, and would get none either next time."""
    SWITCHED_OFF = "switched_off"
    """The plug took the order to switch off and, later, on by itself."""
    UNCERTAIN = "uncertain"
    """Nobody knows whether it took the order: no answer came, or who asked died."""
    OFF_TIME_OVER = "off_time_over"
    CONFIRMED_ON = "confirmed_on"
    """The plug has switched itself on."""
    SWITCHED_ON = "switched_on"
    """It had not, and we switched it on."""
    UNPROVEN = "unproven"
    """It is on, and whether it ever was off is unknown."""
    GAVE_UP = "gave_up"
    """It could not be asked for so long that a person has to look."""
    EMERGENCY = "emergency"
    EXPIRED = "expired"
    CANCELED = "canceled"


_S, _C = State, Cause

TERMINAL: Final = frozenset({_S.COMPLETED, _S.FAILED, _S.BLOCKED_SAFETY, _S.CANCELED})
OPEN: Final = tuple(state for state in State if state not in TERMINAL)
ALL_STATES: Final = frozenset(State)

TRANSITIONS: Final = MappingProxyType(
    {
        (_S.REQUESTED, _C.CLAIMED): _S.SWITCHING_OFF,
        (_S.REQUESTED, _C.EMERGENCY): _S.BLOCKED_SAFETY,
        (_S.REQUESTED, _C.EXPIRED): _S.FAILED,
        (_S.REQUESTED, _C.CANCELED): _S.CANCELED,
        (_S.SWITCHING_OFF, _C.NOT_REACHED): _S.REQUESTED,
        (_S.SWITCHING_OFF, _C.REFUSED): _S.FAILED,
        (_S.SWITCHING_OFF, _C.SWITCHED_OFF): _S.OFF,
        (_S.SWITCHING_OFF, _C.UNCERTAIN): _S.OFF,
        (_S.OFF, _C.OFF_TIME_OVER): _S.SWITCHING_ON,
        (_S.SWITCHING_ON, _C.NOT_REACHED): _S.SWITCHING_ON,
        (_S.SWITCHING_ON, _C.CONFIRMED_ON): _S.COMPLETED,
        (_S.SWITCHING_ON, _C.SWITCHED_ON): _S.COMPLETED,
        (_S.SWITCHING_ON, _C.UNPROVEN): _S.FAILED,
        (_S.SWITCHING_ON, _C.GAVE_UP): _S.FAILED,
    }
)
"""The whole state machine; a pair that is not here changes nothing."""

TIMESTAMP_OF: Final = MappingProxyType(
    {
        _S.SWITCHING_OFF: "switching_off_at",
        _S.OFF: "off_at",
        _S.SWITCHING_ON: "switching_on_at",
        _S.COMPLETED: "completed_at",
        _S.FAILED: "failed_at",
        _S.BLOCKED_SAFETY: "failed_at",
        _S.CANCELED: "canceled_at",
    }
)
"""The column that keeps when a state was reached first."""

EXPIRY: Final = timedelta(seconds=240)
"""How long a request may wait: whoever wants a screen back now does not want it dark in an hour."""
CLAIM: Final = timedelta(seconds=30)
"""How long one conversation with a plug may take, and a little; then who held it counts as dead."""
SETTLING: Final = timedelta(seconds=3)
"""From the end of the pause to the first look, so that the plug has switched itself on by then.

It must not come earlier: a Tasmota plug that is asked anything cuts its pause short.
"""
ON_LIMIT: Final = timedelta(minutes=30)
"""How long it is tried to see, or switch, a plug on."""
FIRST_RETRY: Final = timedelta(seconds=2)
LAST_RETRY: Final = timedelta(seconds=60)
LOCKOUT_COUNT: Final = 3
LOCKOUT_WINDOW: Final = timedelta(minutes=60)
DEFAULT_SECONDS_OFF: Final = 10
MIN_SECONDS_OFF: Final = 3
MAX_SECONDS_OFF: Final = 120
LONGEST_WAIT: Final = timedelta(seconds=MAX_SECONDS_OFF) + CLAIM + SETTLING
"""No instant at which something is due lies further ahead, unless the clock was set back."""


def advance(state: State, cause: Cause) -> State | None:
    """Return where `cause` leads from `state`, or None when it changes nothing."""
    return TRANSITIONS.get((state, cause))


def is_due(next_at: datetime, *, now: datetime) -> bool:
    """Whether it is time, also when the clock was set back since `next_at` was written."""
    return next_at <= now or next_at - now > LONGEST_WAIT


def has_expired(requested_at: datetime, *, now: datetime) -> bool:
    """Whether a request has waited too long to be carried out."""
    return now - requested_at >= EXPIRY or is_ahead(requested_at, now=now)


def retry_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts in vain: twice as long each time."""
    return min(FIRST_RETRY * (1 << min(max(attempts - 1, 0), 10)), LAST_RETRY)


def gives_up(switching_on_at: datetime, *, now: datetime) -> bool:
    """Whether it was tried long enough to find or switch a plug on."""
    return now - switching_on_at >= ON_LIMIT


def is_locked_out(off_at: Iterable[datetime], *, now: datetime) -> bool:
    """Whether a screen's power was cut so often lately that once more is too much."""
    return (
        sum(now - at < LOCKOUT_WINDOW and not is_ahead(at, now=now) for at in off_at)
        >= LOCKOUT_COUNT
    )


def mermaid_diagram() -> str:
    """Return the state machine as a Mermaid diagram, as `docs/managed-power.md` shows it."""
    lines = [
        f"    {origin} --> {target}: {cause}" for (origin, cause), target in TRANSITIONS.items()
    ]
    ends = [f"    {state} --> [*]" for state in State if state in TERMINAL]
    return "\n".join(
        ["stateDiagram-v2", "    [*] --> requested", "    [*] --> blocked_safety", *lines, *ends]
    )
