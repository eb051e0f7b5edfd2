"""How well commands do: what counts as a success, and how long screens take to be back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Final

from infoscreen_core.domain.commands.lifecycle import RESTARTS, TERMINAL, State

NEVER_SENT: Final = frozenset({State.CANCELED, State.BLOCKED_SAFETY})
"""Ends of commands that no screen has ever seen; they say nothing about screens."""
JUDGED: Final = TERMINAL - NEVER_SENT
"""Ends by which success is measured."""
FAILURES: Final = JUDGED - {State.COMPLETED}
BACK_AFTER: Final = RESTARTS
"""The actions after which a screen comes back by itself; a shutdown is to last."""


class Division(StrEnum):
    """By what screens are told apart, as they are now."""

    NONE = "none"
    MODEL = "model"
    GROUP = "group"
    VERSION = "version"
    """Of the player's software."""


@dataclass(frozen=True, slots=True)
class Success:
    """How many commands did what they were to do."""

    done: int
    judged: int
    never_sent: int
    """Cancelled or blocked: left out of the rate."""

    @property
    def percent(self) -> float | None:
        """The share of those judged that were done, 0 to 100; None when there are none."""
        return 100 * self.done / self.judged if self.judged else None


def success_of(ends: Mapping[State, int]) -> Success:
    """Return the rate for numbers of commands by the state in which they are."""
    return Success(
        done=ends.get(State.COMPLETED, 0),
        judged=sum(ends.get(state, 0) for state in JUDGED),
        never_sent=sum(ends.get(state, 0) for state in NEVER_SENT),
    )


@dataclass(frozen=True, slots=True)
class Waits:
    """How long it took from the request until the screen was back: commands by whole seconds."""

    counts: Mapping[int, int]

    @property
    def total(self) -> int:
        """Of how many commands it is known."""
        return sum(self.counts.values())

    def within(self, share: float) -> int:
        """Return the fewest seconds within which this share of them (0 to 1) was back."""
        rank = max(ceil(share * self.total), 1)
        for seconds in sorted(self.counts):
            rank -= self.counts[seconds]
            if rank <= 0:
                return seconds
        return 0

    def bars(self, width: int) -> dict[int, int]:
        """Return the commands in stretches of `width` seconds, by where these begin."""
        found: dict[int, int] = {}
        for seconds, count in sorted(self.counts.items()):
            start = max(seconds, 0) // width * width
            found[start] = found.get(start, 0) + count
        return found


def together(waits: Iterable[Waits]) -> Waits:
    """Return several as one."""
    counts: dict[int, int] = {}
    for one in waits:
        for seconds, count in one.counts.items():
            counts[seconds] = counts.get(seconds, 0) + count
    return Waits(counts)
