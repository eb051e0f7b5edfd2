"""Plays added up: by day, group, event and file, and from those by whatever is asked for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from infoscreen_core.domain.monitoring.plays.plays import Play, Sureness
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import localize, to_local

ALL: Final = 0
"""Stands for all events or files together, and for no group."""
_DAY: Final = timedelta(days=1)
_TICK: Final = timedelta(microseconds=1)


class By(StrEnum):
    """What sums are about."""

    EVENT = "event"
    MEDIA = "media"
    GROUP = "group"
    DAY = "day"


class Cell(NamedTuple):
    """What a tally is about; `ALL` events or files stand for whatever was shown."""

    day: date
    group_id: int
    event_id: int
    media_id: int


@dataclass(slots=True)
class Tally:
    """Seconds of all screens of a group together, on one day."""

    name: str | None = None
    seen: float = 0.0
    reported: float = 0.0
    unknown: float = 0.0
    screens: int = 0
    """How many screens showed it."""
    plays: int = 0
    """How often it was on, on all screens together."""

    def add(self, play: Play) -> None:
        """Add a play, or the part of it that belongs here."""
        seconds = play.span.length.total_seconds()
        if play.sureness is Sureness.SEEN:
            self.seen += seconds
        elif play.sureness is Sureness.REPORTED:
            self.reported += seconds
        else:
            self.unknown += seconds


class Sums(NamedTuple):
    """The sums of one event, file, group or day; `key` is its id or date. Seconds are whole."""

    key: Any
    name: str | None
    seen: int
    reported: int
    unknown: int
    screens: int
    """The most on one day."""
    plays: int

    @property
    def shown(self) -> int:
        """Seconds in which it was shown."""
        return self.seen + self.reported


class PlayCount:
    """Tallies that grow screen by screen."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.tallies: defaultdict[Cell, Tally] = defaultdict(Tally)

    def add(self, group_id: int | None, plays: Iterable[Play]) -> None:
        """Add all plays of one screen in the time that is counted."""
        showing: set[Cell] = set()
        for play in plays:
            for day, part in days_of(play.span, self._zone):
                piece = play if part is play.span else replace(play, span=part)
                for cell, name in _cells(day, group_id or ALL, piece):
                    self._add(cell, name, piece, showing)
        for cell in showing:
            self.tallies[cell].screens += 1

    def _add(self, cell: Cell, name: str | None, piece: Play, showing: set[Cell]) -> None:
        tally = self.tallies[cell]
        tally.add(piece)
        tally.name = name or tally.name
        if piece.sureness.is_shown:
            tally.plays += 1
            showing.add(cell)


def days_of(span: Span, zone: ZoneInfo) -> Iterator[tuple[date, Span]]:
    """Yield the local days that a span touches, each with the part of it that lies there."""
    first, last = to_local(span.start, zone).date(), to_local(span.end - _TICK, zone).date()
    if first == last:
        yield first, span
        return
    midnights = [
        start_of(first + number * _DAY, zone) for number in range(1, (last - first).days + 1)
    ]
    for number, (start, end) in enumerate(pairwise([span.start, *midnights, span.end])):
        yield first + number * _DAY, Span(start, end)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return when a local day begins."""
    return localize(datetime.combine(day, time()), zone)


def add_up(
    tallies: Mapping[Cell, Tally],
    by: By,
    *,
    event_id: int | None = None,
    media_id: int | None = None,
) -> list[Sums]:
    """Return sums of what was counted, the longest shown first; by day, in their order.

    What `db.queries.monitoring.plays.sum_days` does with stored tallies.
    """
    days: defaultdict[Any, defaultdict[date, list[Tally]]] = defaultdict(lambda: defaultdict(list))
    for cell, tally in tallies.items():
        if _is_of(cell.event_id, event_id, is_key=by is By.EVENT) and _is_of(
            cell.media_id, media_id, is_key=by is By.MEDIA
        ):
            days[_key(cell, by)][cell.day].append(tally)
    sums = [_sums(key, list(of_key.values())) for key, of_key in days.items()]
    if by is By.DAY:
        return sorted(sums, key=lambda one: one.key)
    return sorted(sums, key=lambda one: (-one.shown, one.key))


def _cells(day: date, group_id: int, play: Play) -> Iterator[tuple[Cell, str | None]]:
    for event_id in (play.event_id, ALL):
        yield Cell(day, group_id, event_id, ALL), play.title if event_id else None
        for media_id, name in {one.media_id: one.name for one in play.files}.items():
            if media_id is not None:
                yield Cell(day, group_id, event_id, media_id), name


def _key(cell: Cell, by: By) -> Any:  # noqa: ANN401 - an id or a date
    return {
        By.EVENT: cell.event_id,
        By.MEDIA: cell.media_id,
        By.GROUP: cell.group_id,
        By.DAY: cell.day,
    }[by]


def _is_of(found: int, wanted: int | None, *, is_key: bool) -> bool:
    if wanted is not None:
        return found == wanted
    return found != ALL if is_key else found == ALL


def _sums(key: Any, days: Sequence[Sequence[Tally]]) -> Sums:  # noqa: ANN401 - an id or a date
    every = [tally for of_day in days for tally in of_day]
    names = [tally.name for tally in every if tally.name is not None]
    return Sums(
        key,
        max(names, default=None),
        sum(round(tally.seen) for tally in every),
        sum(round(tally.reported) for tally in every),
        sum(round(tally.unknown) for tally in every),
        max(sum(tally.screens for tally in of_day) for of_day in days),
        sum(tally.plays for tally in every),
    )
