"""How often a figure was how large: kept by a worker, and told with its sign of life."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Final, Self

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds for durations of what is quick."""
LONG_SECONDS: Final = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0)
"""Bounds for durations of foreign programs."""
NUMBERS: Final = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0)
"""Bounds for sizes of batches."""
_ROUND: Final = 6


class Histogram:
    """Counts figures by upper bounds, the last of which is infinity.

    One thread notes, another may tell: what is told is then at most one figure behind.
    """

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        """How many figures lie between a bound and the one before it."""
        self.total = 0.0
        """The sum of all figures."""

    @property
    def number(self) -> int:
        """How many figures there were."""
        return sum(self.counts)

    def note(self, figure: float) -> None:
        """Count one figure."""
        self.counts[bisect_left(self.bounds, figure)] += 1
        self.total += figure

    def cumulative(self) -> list[tuple[float, int]]:
        """Return how many figures were at most each bound."""
        below, found = 0, []
        for bound, count in zip((*self.bounds, float("inf")), self.counts, strict=True):
            below += count
            found.append((bound, below))
        return found

    def said(self) -> dict[str, Any]:
        """Return it as it stands in a sign of life."""
        return {
            "bounds": list(self.bounds),
            "counts": list(self.counts),
            "sum": round(self.total, _ROUND),
        }

    @classmethod
    def read(cls, said: object) -> Self | None:
        """Return what `said` wrote; None for anything else."""
        if not isinstance(said, dict) or said.keys() != {"bounds", "counts", "sum"}:
            return None
        found = cls(said["bounds"])
        if len(said["counts"]) != len(found.counts):
            return None
        found.counts, found.total = list(said["counts"]), float(said["sum"])
        return found

    def __str__(self) -> str:
        mean = self.total / self.number if self.number else 0.0
        return f"{self.number} times, {mean:.3g} on average"
