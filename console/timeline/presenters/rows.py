"""Groups over time: which events stand where, in lanes of which the topmost leads."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from console.timeline.presenters.axis import Axis
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.events.schedule import is_background, is_on, on_screen, playing_order
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.services.events.views import OccurrenceView

LEAST_WIDTH: Final = 0.004
"""Narrower blocks are drawn this wide (a share of the axis), and take that room in a lane."""
_ROUNDING: Final = 1e-9
"""Shares are rounded: what begins when another ends does not overlap it."""

Place = tuple[float, float]
Identity = tuple[int, datetime]


@dataclass(frozen=True)
class Block:
    """One occurrence on the axis; `left` and `width` are shares of it, lane 0 is on top."""

    occurrence: OccurrenceView
    left: float
    width: float
    lane: int = 0
    is_cut_before: bool = False
    """It begins before what is shown."""
    is_cut_after: bool = False

    @property
    def is_folded(self) -> bool:
        """Whether it is in the background: a thin line below the lanes, counted on its own."""
        return is_background(self.occurrence)


@dataclass(frozen=True)
class Row:
    """One group's line; what lies in hours that are not shown is only counted."""

    group_id: int
    name: str
    blocks: tuple[Block, ...]
    hidden_count: int = 0

    @property
    def lane_count(self) -> int:
        """How many lanes its blocks need, at least one; those in the background are not counted."""
        return self._count(is_folded=False) or int(not self.line_count)

    @property
    def line_count(self) -> int:
        """How many thin lines what is in the background needs, below the lanes."""
        return self._count(is_folded=True)

    def _count(self, *, is_folded: bool) -> int:
        lanes = (block.lane for block in self.blocks if block.is_folded is is_folded)
        return 1 + max(lanes, default=-1)


@dataclass(frozen=True)
class OnAir:
    """What takes place at an instant; `waiting` is what an emergency keeps off the screens."""

    leading: frozenset[Identity]
    """One for each group in which anything is shown."""
    shown: frozenset[Identity]
    waiting: frozenset[Identity]


@dataclass(frozen=True)
class Narrowing:
    """What a reader looks for: kinds of events (none: all), text in a group's or event's name."""

    kinds: frozenset[EventType] = frozenset()
    text: str = ""
    """Folded."""

    def admits(self, occurrence: OccurrenceView, group_name: str) -> bool:
        """Whether an occurrence is wanted."""
        if self.kinds and occurrence.event_type not in self.kinds:
            return False
        return self.text in group_name.casefold() or self.text in occurrence.title.casefold()


def timeline_rows(
    occurrences: Iterable[OccurrenceView],
    groups: Mapping[int, str],
    axis: Axis,
    zone: ZoneInfo,
    narrowing: Narrowing,
) -> list[Row]:
    """Return the groups in order with their occurrences; a search leaves only its hits.

    `occurrences` may reach beyond the axis; what only happens there is no hit.
    """
    by_group = defaultdict[int, list[OccurrenceView]](list)
    for one in occurrences:
        if one.group_id in groups and narrowing.admits(one, groups[one.group_id]):
            by_group[one.group_id].append(one)
    rows = [
        _row(group_id, name, by_group[group_id], axis, zone) for group_id, name in groups.items()
    ]
    return [
        row
        for row in rows
        if row.blocks or row.hidden_count or narrowing.text in row.name.casefold()
    ]


def shown_span(occurrence: OccurrenceView, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return from when to when it is drawn: an all-day event keeps its dates in every zone."""
    if not occurrence.is_all_day:
        return occurrence.start, occurrence.end
    own = load_zone(occurrence.timezone)
    first, last = (to_local(at, own).date() for at in (occurrence.start, occurrence.end))
    return localize(datetime.combine(first, time()), zone), localize(
        datetime.combine(last, time()), zone
    )


def on_air(occurrences: Iterable[OccurrenceView], now: datetime) -> OnAir:
    """Return what takes place now; pass all occurrences, also those that are filtered out."""
    by_group = defaultdict[int, list[OccurrenceView]](list)
    for one in occurrences:
        if one.takes_place and is_on(one, now):
            by_group[one.group_id].append(one)
    lists = [(on_screen(active), active) for active in by_group.values()]
    shown = {identity(one) for listed, _active in lists for one in listed}
    return OnAir(
        leading=frozenset(identity(listed[0]) for listed, _active in lists),
        shown=frozenset(shown),
        waiting=frozenset(identity(one) for _listed, active in lists for one in active) - shown,
    )


def identity(occurrence: OccurrenceView) -> Identity:
    """Return what tells an occurrence from all others."""
    return occurrence.event_id, occurrence.start


def _row(
    group_id: int, name: str, occurrences: Sequence[OccurrenceView], axis: Axis, zone: ZoneInfo
) -> Row:
    placed = [(one, *shown_span(one, zone)) for one in occurrences]
    touching = [entry for entry in placed if entry[1] < axis.end and entry[2] > axis.start]
    blocks = [_block(one, start, end, axis) for one, start, end in touching]
    seen = [block for block in blocks if block.width > 0]
    return Row(group_id, name, tuple(_in_lanes(seen)), len(blocks) - len(seen))


def _block(occurrence: OccurrenceView, start: datetime, end: datetime, axis: Axis) -> Block:
    left = axis.place(start)
    return Block(
        occurrence,
        left,
        axis.place(end) - left,
        is_cut_before=start < axis.start,
        is_cut_after=end > axis.end,
    )


def _in_lanes(blocks: Iterable[Block]) -> list[Block]:
    # In the order in which players show events, each takes the lane below those it overlaps: the
    # topmost block at an instant is the one that leads on the screens.
    lanes, lines = _Lanes(), _Lanes()
    return [
        replace(
            block,
            lane=(lines if block.is_folded else lanes).take(
                block.left, block.left + max(block.width, LEAST_WIDTH) - _ROUNDING
            ),
        )
        for block in sorted(blocks, key=_lane_order)
    ]


def _lane_order(block: Block) -> tuple[bool, int, datetime, int]:
    """Return the order of players; what does not take place comes last."""
    one = block.occurrence
    return (not one.takes_place, *playing_order(one))


@dataclass
class _Lanes:
    """Where blocks stand already, lane by lane; within one, they are apart from each other."""

    taken: list[list[Place]] = field(default_factory=list)

    def take(self, left: float, right: float) -> int:
        """Give a block the lane below all that it overlaps: of two at once, the first leads."""
        lane = next(
            (n for n in range(len(self.taken), 0, -1) if self._overlaps(n - 1, left, right)), 0
        )
        if lane == len(self.taken):
            self.taken.append([])
        insort(self.taken[lane], (left, right))
        return lane

    def _overlaps(self, lane: int, left: float, right: float) -> bool:
        places = self.taken[lane]
        index = bisect_right(places, (left, right))
        after = index < len(places) and places[index][0] < right
        return after or (index > 0 and places[index - 1][1] > left)
