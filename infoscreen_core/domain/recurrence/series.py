"""An event in local wall time, and one of the times at which it takes place."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Self

from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.errors import InvalidInputError

MAX_SPAN: Final = timedelta(days=366)
"""The longest one occurrence of a recurring event may last; this bounds how many can overlap."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which an event takes place: aware UTC instants, and the naive local start."""

    start: datetime
    end: datetime
    start_local: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """An event in local wall time; `start_local` and `end_local`, both naive, are its first date's.

    Without a `rule` it is a single event. `exdates` are the starts of skipped occurrences (aware
    instants), `skipped_dates` the local dates on which nothing takes place (holidays). `span` is
    the length on the wall clock. Microseconds are cut off. Raises `InvalidInputError` on `end` when
    it is not after the start, or when one occurrence of a recurring event would last longer than
    `MAX_SPAN`, and on `timezone`.
    """

    start_local: datetime
    end_local: datetime
    timezone: str
    rule: str | None = None
    exdates: frozenset[datetime] = frozenset()
    skipped_dates: frozenset[date] = frozenset()
    span: timedelta = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if (
            self.start_local.tzinfo
            or self.end_local.tzinfo
            or not all(one.tzinfo for one in self.exdates)
        ):
            message = "a series takes naive local times, and aware exception dates"
            raise ValueError(message)
        object.__setattr__(self, "start_local", self.start_local.replace(microsecond=0))
        object.__setattr__(self, "end_local", self.end_local.replace(microsecond=0))
        object.__setattr__(self, "span", _measure_span(self))
        _check_span(self)

    @classmethod
    def from_utc(
        cls, start: datetime, end: datetime, *, timezone: str, rule: str | None = None
    ) -> Self:
        """Return the series of an event that is stored as aware instants."""
        zone = load_zone(timezone)
        local_start, local_end = to_local(start, zone), to_local(end, zone)
        return cls(start_local=local_start, end_local=local_end, timezone=timezone, rule=rule)


def _measure_span(series: Series) -> timedelta:
    """Return the wall-clock length, or the true one where a clock set back shows an earlier end."""
    zone = load_zone(series.timezone)
    span = series.end_local - series.start_local
    if span > timedelta():
        return span
    return localize(series.end_local, zone) - localize(series.start_local, zone)


def _check_span(series: Series) -> None:
    if series.span <= timedelta():
        raise InvalidInputError(
            "The end, {end}, is not after the start, {start}; give a later end.",
            field="end",
            start=series.start_local.replace(fold=0),
            end=series.end_local.replace(fold=0),
        )
    if series.rule is not None and series.span > MAX_SPAN:
        raise InvalidInputError(
            "One occurrence of a recurring event may last {days} days at most; give an earlier "
            "end, or leave "
            "the recurrence rule out.",
            field="end",
            days=MAX_SPAN.days,
        )
