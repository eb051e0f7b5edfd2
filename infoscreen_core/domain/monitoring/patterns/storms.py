"""Reconnect storms: times in which many screens connected anew at once.

One screen that connects anew has trouble of its own. Many that do so within the same five minutes
have it in common: a switch, an access point, the broker. So the figures of five minutes are looked
at for each group and for all screens together, and what is a storm is kept (`find_stretches`);
readers join what follows one another (`join`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.health import STRETCH
from infoscreen_core.domain.monitoring.spans import Span

FEWEST_SCREENS: Final = 3
LEAST_SHARE: Final = 0.2
"""Of the screens in a group, or of all."""
_CALM: Final = STRETCH
"""So long nothing happens within a storm at most."""
_TIED: Final = timedelta(minutes=10)
"""How long after an outage of ours screens connecting anew are its consequence."""


class Reconnected(NamedTuple):
    """A screen that connected anew within five minutes."""

    at: datetime
    """When the five minutes began."""
    group_id: int | None
    times: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Five minutes in which many screens connected anew."""

    at: datetime
    group_id: int | None
    """None: all screens together."""
    screens: int
    members: int
    """How many screens there were."""
    reconnects: int


@dataclass(frozen=True, slots=True)
class Blindness:
    """Time in which the server itself could not see its screens."""

    span: Span
    cause: BlindCause


@dataclass(frozen=True, slots=True)
class Storm:
    """Stretches that follow one another, of one group or of all screens together."""

    span: Span
    group_id: int | None
    screens: int
    """How many connected anew within five minutes, at most."""
    members: int
    reconnects: int
    outage: Blindness | None = None
    """The outage of ours that it followed, if any."""


def find_stretches(
    reconnected: Iterable[Reconnected], members: Mapping[int | None, int]
) -> list[Stretch]:
    """Return what is a storm, in order; `members` are the screens of each group (None: of none).

    Screens without a group count only among all.
    """
    screens, times = Counter[tuple[datetime, int | None]](), Counter[tuple[datetime, int | None]]()
    for at, group_id, count in reconnected:
        for whom in {None, group_id}:
            screens[at, whom] += 1
            times[at, whom] += count
    sizes = {**members, None: sum(members.values())}
    found = (
        Stretch(at, whom, count, sizes.get(whom, count), times[at, whom])
        for (at, whom), count in screens.items()
    )
    return sorted(filter(_is_storm, found), key=lambda one: (one.at, one.group_id or 0))


def join(stretches: Sequence[Stretch], blind: Sequence[Blindness]) -> list[Storm]:
    """Return storms in order, each tied to the outage of ours that it followed."""
    open_ones: dict[int | None, Storm] = {}
    found: list[Storm] = []
    for one in sorted(stretches, key=lambda stretch: stretch.at):
        storm, span = open_ones.get(one.group_id), Span(one.at, one.at + STRETCH)
        if storm is not None and span.start <= storm.span.end + _CALM:
            open_ones[one.group_id] = _grown(storm, one, span)
            continue
        if storm is not None:
            found.append(storm)
        open_ones[one.group_id] = Storm(
            span, one.group_id, one.screens, one.members, one.reconnects
        )
    tied = (_tied(one, blind) for one in [*found, *open_ones.values()])
    return sorted(tied, key=lambda one: (one.span.start, one.group_id or 0))


def _is_storm(one: Stretch) -> bool:
    return one.screens >= FEWEST_SCREENS and one.screens >= LEAST_SHARE * one.members


def _grown(storm: Storm, one: Stretch, span: Span) -> Storm:
    return replace(
        storm,
        span=Span(storm.span.start, span.end),
        screens=max(storm.screens, one.screens),
        members=max(storm.members, one.members),
        reconnects=storm.reconnects + one.reconnects,
    )


def _tied(storm: Storm, blind: Sequence[Blindness]) -> Storm:
    touching = [
        one
        for one in blind
        if one.span.start < storm.span.end and one.span.end + _TIED > storm.span.start
    ]
    if not touching:
        return storm
    return replace(storm, outage=max(touching, key=lambda one: one.span.length))
