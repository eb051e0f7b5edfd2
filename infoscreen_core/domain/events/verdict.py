"""Which dates of an event will be seen, and which stand behind something else.

A group's screens show one event at a time: the first of what is on, by `schedule.playing_order`.
So a date is hidden exactly while another event is on that comes before it in that order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from infoscreen_core.domain.events.overlaps import iter_overlaps
from infoscreen_core.domain.events.schedule import Lasting, Playable, playing_order

Own = TypeVar("Own", bound=Playable)
Other = TypeVar("Other", bound=Playable)
Own_co = TypeVar("Own_co", bound=Playable, covariant=True)
Other_co = TypeVar("Other_co", bound=Playable, covariant=True)


@dataclass(frozen=True, slots=True)
class Showing(Generic[Own_co, Other_co]):
    """One date, and the others of its group that are on meanwhile, each by start."""

    own: Own_co
    ahead: tuple[Other_co, ...] = ()
    """They come before it on the screens."""
    behind: tuple[Other_co, ...] = ()
    """They come after it."""

    @property
    def is_unseen(self) -> bool:
        """Whether it is never the first of what is on."""
        return self._hidden() >= self.own.end - self.own.start

    @property
    def is_cut(self) -> bool:
        """Whether it is seen, but not all the time."""
        return bool(self.ahead) and not self.is_unseen

    def _hidden(self) -> timedelta:
        hidden, reached = timedelta(), self.own.start
        for other in self.ahead:
            start, end = max(other.start, reached), min(other.end, self.own.end)
            if end > start:
                hidden, reached = hidden + (end - start), end
        return hidden


def showings(own: Iterable[Own], others: Iterable[Other]) -> list[Showing[Own, Other]]:
    """Return how dates stand to others of the same group; both are sorted by start.

    Dates of one event are not compared with each other: its screens show the same either way.
    """
    dates = list(own)
    meeting: dict[tuple[int, datetime], list[Other]] = {}
    for one, other in iter_overlaps(dates, others):
        if one.event_id != other.event_id:
            meeting.setdefault((one.event_id, one.start), []).append(other)
    return [_showing(one, meeting.get((one.event_id, one.start), ())) for one in dates]


def is_free(own: Iterable[Lasting], others: Iterable[Lasting]) -> bool:
    """Whether none of the dates overlaps any of the others; both are sorted by start."""
    return next(iter_overlaps(own, others), None) is None


def _showing(own: Own, met: Sequence[Other]) -> Showing[Own, Other]:
    place = playing_order(own)
    by_start = sorted(met, key=lambda other: other.start)
    return Showing(
        own,
        tuple(other for other in by_start if playing_order(other) < place),
        tuple(other for other in by_start if playing_order(other) > place),
    )
