"""The instants at which the suite also runs: each once broke a test, or the product."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True)
class Instant:
    """An instant as `--at` takes it, and what is special about it."""

    at: str
    why: str


INSTANTS: Final = (
    Instant(
        "2026-11-29T22:58:00Z", "Sunday, two minutes before Vienna's midnight: day and week turn"
    ),
    Instant("2026-12-31T22:59:30Z", "New Year's Eve, half a minute before Vienna's midnight"),
    Instant(
        "2027-03-28T00:59:30Z", "half a minute before the clocks go forward: a day of 23 hours"
    ),
    Instant("2027-10-31T00:59:30Z", "half a minute before the clocks go back: a day of 25 hours"),
    Instant("2028-02-29T09:00:00Z", "the leap day"),
    Instant(
        "2027-07-20T09:00:00Z",
        "the summer after the last of the three school years that behaviour fixes",
    ),
    Instant("2029-06-01T09:00:00Z", "long after the last of them"),
)


def instant_of_day(now: datetime, instants: Sequence[Instant] = INSTANTS) -> Instant:
    """Return the instant whose turn it is: each day the next one."""
    return instants[now.timetuple().tm_yday % len(instants)]
