"""Temperature against crashes: do displays crash more often after warm hours?

Each hour of each screen has a mean temperature. What is counted, for steps of `STEP` °C, is how
many such hours there were, and how many crashes began in the hour after one. So cool and warm hours
are compared by their rate, however many of each there were.

It is asked fairly: the warm hours are the warmest quarter, chosen without looking at the crashes,
and a difference counts only when chance alone would hardly make it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from math import sqrt
from typing import Final

STEP: Final = 5
"""°C of a step."""
FEWEST_CRASHES: Final = 10
_FEWEST_EXPECTED: Final = 1.0
"""Crashes to be expected after warm hours, and after the others, if heat made no difference."""
_WARM_SHARE: Final = 0.25
_SURE: Final = 2.0
"""Standard deviations."""


@dataclass(frozen=True, slots=True)
class HeatStep:
    """Hours of one temperature."""

    degrees: int
    """°C from which on; up to `degrees + STEP`."""
    hours: int
    crashes: int
    """How many began in the hour after one of them."""

    @property
    def per_thousand(self) -> float:
        """Crashes after a thousand hours."""
        return 1000 * self.crashes / self.hours if self.hours else 0.0


class Answer(Enum):
    """What the figures say."""

    TOO_FEW = auto()
    """Crashes, or warm hours, to say anything."""
    MORE = auto()
    FEWER = auto()
    SAME = auto()
    """No difference that chance alone could not make."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Warm hours beside the others."""

    answer: Answer
    warm_from: int
    """°C from which on an hour is called warm."""
    warm: HeatStep
    """All of these together; their `degrees` are `warm_from`."""
    other: HeatStep

    @property
    def times(self) -> float | None:
        """How often it crashed after warm hours for once after others; None where it never did."""
        rate = self.other.per_thousand
        return self.warm.per_thousand / rate if rate else None


def compare(steps: Sequence[HeatStep]) -> Comparison:
    """Compare the warmest quarter of the hours, or the warmest step if that has more, with others.

    The steps may come in any order.
    """
    ordered = sorted((one for one in steps if one.hours), key=lambda one: one.degrees, reverse=True)
    allowed = _WARM_SHARE * sum(one.hours for one in ordered)
    count = 1
    while sum(one.hours for one in ordered[: count + 1]) <= allowed and count < len(ordered):
        count += 1
    warm_from = ordered[count - 1].degrees if ordered else 0
    warm, other = _together(ordered[:count], warm_from), _together(ordered[count:], 0)
    return Comparison(_answer(warm, other), warm_from, warm, other)


def _answer(warm: HeatStep, other: HeatStep) -> Answer:
    crashes, hours = warm.crashes + other.crashes, warm.hours + other.hours
    share = warm.hours / hours if hours else 0.0
    expected = crashes * share
    if crashes < FEWEST_CRASHES or min(expected, crashes - expected) < _FEWEST_EXPECTED:
        return Answer.TOO_FEW
    off = (warm.crashes - expected) / sqrt(expected * (1 - share))
    if abs(off) < _SURE:
        return Answer.SAME
    return Answer.MORE if off > 0 else Answer.FEWER


def _together(steps: Sequence[HeatStep], degrees: int) -> HeatStep:
    return HeatStep(degrees, sum(one.hours for one in steps), sum(one.crashes for one in steps))
