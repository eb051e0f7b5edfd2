"""A roll-out: one command for many screens, in waves, which stops by itself when too many fail.

A roll-out moves only along `TRANSITIONS`, like a command along its lifecycle. Whom it reaches next
is `choose`, and whether it must stop is `verdict`: pure rules over what the caller has counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError


class RolloutStatus(StrEnum):
    """Where a roll-out stands."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    """By itself: too many failed."""
    COMPLETED = "completed"
    CANCELED = "canceled"


class RolloutCause(StrEnum):
    """Why a roll-out moves."""

    PAUSED = "paused"
    RESUMED = "resumed"
    CANCELED = "canceled"
    TOO_MANY_FAILURES = "too_many_failures"
    TOO_MANY_MANUAL = "too_many_manual"
    ALL_ENDED = "all_ended"


class StopReason(StrEnum):
    """Why a roll-out stopped by itself."""

    TOO_MANY_FAILURES = "too_many_failures"
    """Too many commands failed or timed out."""
    TOO_MANY_MANUAL = "too_many_manual"
    """Too many screens need somebody on site."""


class HoldReason(StrEnum):
    """Why a running roll-out sends nothing at the moment."""

    WINDOW = "window"
    """Its window of local time is closed."""
    BLIND = "blind"
    """The server itself cannot see its screens."""
    PRIORITY = "priority"
    """All that remain show what is spared, such as an emergency, or have another command under
    way."""


class RolloutSource(StrEnum):
    """What a roll-out came from."""

    BY_HAND = "by_hand"
    MAINTENANCE = "maintenance"
    """A plan; what it does not get done in its window is left out, never made up for."""


class MemberStatus(StrEnum):
    """How far a roll-out is with one screen."""

    WAITING = "waiting"
    ISSUED = "issued"
    """Its command is under way."""
    ENDED = "ended"
    LEFT_OUT = "left_out"


class LeftOut(StrEnum):
    """Why a screen gets no command."""

    PENDING = "pending"
    """It is not approved, or was turned away."""
    OUT_OF_SERVICE = "out_of_service"
    OFFLINE = "offline"
    """It could not be reached when its turn came."""
    LOCKED_OUT = "locked_out"
    """It was restarted too often lately. Only foreseen: such a command is stored as blocked."""
    IN_OTHER_ROLLOUT = "in_other_rollout"
    PRIORITY = "priority"
    """It showed something of priority for so long that it was not waited for."""
    EVENT = "event"
    """It showed an event until its maintenance window ended."""
    MAINTAINED = "maintained"
    """Other maintenance of the same day sent it this command already."""
    REMOVED = "removed"
    """There is no such screen any more."""
    WINDOW_OVER = "window_over"
    """Its maintenance window ended before its turn came."""
    STOPPED = "stopped"
    CANCELED = "canceled"


_S, _C = RolloutStatus, RolloutCause

OPEN: Final = (_S.RUNNING, _S.PAUSED)
TERMINAL: Final = frozenset(set(_S) - set(OPEN))
TRANSITIONS: Final[Mapping[tuple[RolloutStatus, RolloutCause], RolloutStatus]] = MappingProxyType(
    {
        (_S.RUNNING, _C.PAUSED): _S.PAUSED,
        (_S.PAUSED, _C.RESUMED): _S.RUNNING,
        **{(status, _C.CANCELED): _S.CANCELED for status in OPEN},
        **{(status, _C.TOO_MANY_FAILURES): _S.STOPPED for status in OPEN},
        **{(status, _C.TOO_MANY_MANUAL): _S.STOPPED for status in OPEN},
        **{(status, _C.ALL_ENDED): _S.COMPLETED for status in OPEN},
    }
)
"""The whole state machine; a pair that is not here changes nothing."""
STOP_OF: Final = MappingProxyType(
    {
        _C.TOO_MANY_FAILURES: StopReason.TOO_MANY_FAILURES,
        _C.TOO_MANY_MANUAL: StopReason.TOO_MANY_MANUAL,
    }
)
REST_OF: Final = MappingProxyType({_S.STOPPED: LeftOut.STOPPED, _S.CANCELED: LeftOut.CANCELED})
"""Why the screens that still wait are left out when a roll-out ends so."""

DEFAULT_WAVES: Final = (1, 5, 25)
DEFAULT_AT_ONCE: Final = 10
MOST_AT_ONCE: Final = 1000
MOST_WAVES: Final = 50
DEFAULT_FAILED_PERCENT: Final = 5
DEFAULT_FAILED_AT_LEAST: Final = 2
DEFAULT_MANUAL_AT_MOST: Final = 2
PRIORITY_PATIENCE: Final = timedelta(hours=2)
"""How long a screen that shows something of priority is waited for."""
_JUDGED: Final = (
    State.COMPLETED,
    State.FAILED,
    State.TIMED_OUT,
    State.MANUAL_INTERVENTION_REQUIRED,
)
"""The ends that say something about the roll-out. A command that expired never reached its screen,
which was off; one that was blocked or cancelled was never sent."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a roll-out stops by itself, and how many screens it interrupts at once."""

    at_once: int = DEFAULT_AT_ONCE
    failed_percent: int = DEFAULT_FAILED_PERCENT
    """It stops when more than so many of a hundred that ended failed or timed out …"""
    failed_at_least: int = DEFAULT_FAILED_AT_LEAST
    """… and at least so many."""
    manual_at_most: int = DEFAULT_MANUAL_AT_MOST
    """It stops when more screens than these need somebody on site."""

    def __post_init__(self) -> None:
        for name, lowest, highest in (
            ("at_once", 1, MOST_AT_ONCE),
            ("failed_percent", 0, 100),
            ("failed_at_least", 1, MOST_AT_ONCE),
            ("manual_at_most", 0, MOST_AT_ONCE),
        ):
            value = getattr(self, name)
            if not lowest <= value <= highest:
                raise InvalidInputError(
                    "{name} must be from {low} to {high}, not {value}.",
                    field=name,
                    name=name,
                    low=lowest,
                    high=highest,
                    value=value,
                )


@dataclass(frozen=True, slots=True)
class Waves:
    """How many screens are reached before the next ones are: 1, then 5, then 25, then the rest."""

    sizes: tuple[int, ...] = DEFAULT_WAVES
    is_repeated: bool = False
    """Whether the last size goes on until the end: `(10,)` for waves of constant size."""

    def __post_init__(self) -> None:
        if not 0 < len(self.sizes) <= MOST_WAVES or min(self.sizes) < 1:
            raise _no_waves(",".join(map(str, self.sizes)))

    def numbers(self, count: int, *, canaries: int = 0) -> list[int]:
        """Return the wave, from 1 on, of each of `count` screens; canaries have one of their own.

        The canaries are the first of them.
        """
        waves = [1] * min(canaries, count)
        number = 1 if waves else 0
        for size in self.sizes:
            number += 1
            waves += [number] * size
        while self.is_repeated and len(waves) < count:
            number += 1
            waves += [number] * self.sizes[-1]
        rest = count - len(waves)
        return waves[:count] if rest <= 0 else [*waves, *[number + 1] * rest]


def read_waves(text: str) -> tuple[int, ...]:
    """Return sizes written as `1,5,25`; raise `InvalidInputError` for anything else."""
    try:
        return Waves(tuple(int(part) for part in text.split(","))).sizes
    except ValueError:
        raise _no_waves(text) from None


def _no_waves(text: str) -> InvalidInputError:
    return InvalidInputError(
        "The waves cannot be “{value}”; give 1 to {most} sizes of at least 1, such as 1,5,25. The "
        "rest follows the last.",
        field="waves",
        value=shown(text),
        most=MOST_WAVES,
    )


def advance(status: RolloutStatus, cause: RolloutCause) -> RolloutStatus | None:
    """Return where `cause` leads from `status`, or None when it changes nothing."""
    return TRANSITIONS.get((status, cause))


def verdict(ends: Mapping[State, int], limits: Limits) -> RolloutCause | None:
    """Return why a roll-out must stop, by how many of its commands ended how; None if it may go on.

    Of those whose screens were reached, too many failed or timed out; or too many screens did not
    come back and need somebody on site, which has a limit of its own.
    """
    failed = ends.get(State.FAILED, 0) + ends.get(State.TIMED_OUT, 0)
    judged = sum(ends.get(state, 0) for state in _JUDGED)
    if failed >= limits.failed_at_least and failed * 100 > judged * limits.failed_percent:
        return RolloutCause.TOO_MANY_FAILURES
    if ends.get(State.MANUAL_INTERVENTION_REQUIRED, 0) > limits.manual_at_most:
        return RolloutCause.TOO_MANY_MANUAL
    return None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A screen that waits for its turn, and what is known of it at this moment."""

    client_uuid: str
    left_out: LeftOut | None
    """Why it gets no command at all."""
    is_busy: bool
    """Whether its turn is waited for: another command is under way, or nobody can tell yet."""
    has_priority: bool
    """Whether it shows something of priority, and is left for later."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is done with the screens whose turn it is."""

    issued: tuple[str, ...]
    left_out: Mapping[str, LeftOut]
    put_off: tuple[str, ...]


def choose(candidates: Sequence[Candidate], *, room: int) -> Choice:
    """Return who of those whose turn it is gets a command now: at most `room` of them, in order.

    Those behind the last one that gets a command are not looked at yet.
    """
    issued: list[str] = []
    left_out: dict[str, LeftOut] = {}
    put_off: list[str] = []
    for one in candidates:
        if len(issued) >= room:
            break
        if one.left_out is not None:
            left_out[one.client_uuid] = one.left_out
        elif one.has_priority:
            put_off.append(one.client_uuid)
        elif not one.is_busy:
            issued.append(one.client_uuid)
    return Choice(tuple(issued), MappingProxyType(left_out), tuple(put_off))


def mermaid_diagram() -> str:
    """Return the state machine as a Mermaid diagram, as `docs/command-lifecycle.md` shows it."""
    lines = [
        f"    {origin} --> {target}: {cause}" for (origin, cause), target in TRANSITIONS.items()
    ]
    ends: Iterable[str] = (f"    {status} --> [*]" for status in _S if status in TERMINAL)
    return "\n".join(["stateDiagram-v2", "    [*] --> running", *lines, *ends])
