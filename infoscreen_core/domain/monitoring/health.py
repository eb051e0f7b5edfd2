"""A player's health over time: what its figures were in each stretch of five minutes, or an hour.

Of each figure a stretch keeps the lowest, the mean, the highest, and how many were heard; a figure
that was not heard has none. Stretches of the same length begin at the same instants for all
players, by the server's clock: a player's own says nothing here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from infoscreen_core.domain.text.local_time import localize, to_local

STRETCH: Final = timedelta(minutes=5)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
_MONDAY: Final = datetime(1970, 1, 5)  # noqa: DTZ001 - a wall time, in any zone
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Metric(StrEnum):
    """What is kept over time; the values begin the names of columns."""

    CPU = "cpu"
    """Percent."""
    MEMORY = "memory"
    """Percent."""
    TEMPERATURE = "temperature"
    """Degrees Celsius."""
    DISK = "disk"
    """Free mebibytes."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One metric in one stretch."""

    low: float
    mean: float
    high: float
    count: int
    """How many values these are made of, at least 1."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A player's health from `at` until the next stretch begins."""

    at: datetime
    figures: Mapping[Metric, Figures]
    """Only of what was heard."""
    reconnects: int
    """How often the player connected anew."""


def stretch_start(
    at: datetime, length: timedelta = STRETCH, zone: ZoneInfo | None = None
) -> datetime:
    """Return when the stretch began that an instant lies in.

    With a zone, days and weeks are those of its calendar; a week begins on Monday.
    """
    if zone is None or length < DAY:
        return _EPOCH + length * ((at - _EPOCH) // length)
    return localize(_MONDAY + length * ((to_local(at, zone) - _MONDAY) // length), zone)


def hour_of(number: int) -> datetime:
    """Return when an hour began, by its number since 1970."""
    return _EPOCH + HOUR * number


def fold(
    stretches: Iterable[Stretch], length: timedelta, zone: ZoneInfo | None = None
) -> list[Stretch]:
    """Put stretches, in order, together to longer ones; those without any are left out.

    Where they begin, `stretch_start` says. `db.queries.monitoring.health.roll_up` does the same in
    SQL.
    """
    grouped = groupby(stretches, key=lambda stretch: stretch_start(stretch.at, length, zone))
    return [_together(at, list(parts)) for at, parts in grouped]


def _together(at: datetime, parts: Sequence[Stretch]) -> Stretch:
    heard = {
        metric: [part.figures[metric] for part in parts if metric in part.figures]
        for metric in Metric
    }
    return Stretch(
        at,
        {metric: _merged(figures) for metric, figures in heard.items() if figures},
        sum(part.reconnects for part in parts),
    )


def _merged(figures: Sequence[Figures]) -> Figures:
    count = sum(one.count for one in figures)
    return Figures(
        min(one.low for one in figures),
        sum(one.mean * one.count for one in figures) / count,
        max(one.high for one in figures),
        count,
    )
