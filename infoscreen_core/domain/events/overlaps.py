"""Things that are on at the same time although only one of them can be seen."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from infoscreen_core.domain.events.schedule import Lasting


class Slot(NamedTuple):
    """A stretch of time on a track; on each track, people expect one thing at a time."""

    track: Hashable
    start: datetime
    end: datetime


Own = TypeVar("Own", bound=Lasting)
Other = TypeVar("Other", bound=Lasting)


def clashing(slots: Sequence[Slot]) -> frozenset[int]:
    """Return the indexes of slots that overlap another one of their track; touching is fine."""
    by_track: dict[Hashable, list[int]] = {}
    for place, slot in enumerate(slots):
        by_track.setdefault(slot.track, []).append(place)
    return frozenset(
        place for places in by_track.values() for place in _clashing_on_track(slots, places)
    )


def iter_overlaps(own: Iterable[Own], others: Iterable[Other]) -> Iterator[tuple[Own, Other]]:
    """Iterate over overlapping pairs by the start of the first; both inputs are sorted by start."""
    coming = iter(others)
    waiting = next(coming, None)
    begun: list[Other] = []
    for one in own:
        while waiting is not None and waiting.start < one.end:
            begun.append(waiting)
            waiting = next(coming, None)
        begun = [other for other in begun if other.end > one.start]
        yield from ((one, other) for other in begun if other.start < one.end)


def _clashing_on_track(slots: Sequence[Slot], places: Iterable[int]) -> Iterator[int]:
    """Iterate over the overlapping ones, each compared with the one before it that ends last."""
    last: int | None = None
    for place in sorted(places, key=lambda one: slots[one].start):
        if last is not None and slots[place].start < slots[last].end:
            yield from (last, place)
        if last is None or slots[place].end > slots[last].end:
            last = place
