"""The figures over many players: the same ones in every sentence, tile, filter and list."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from infoscreen_core.domain.monitoring.content.states import Content
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.standing import Standing

DOWN_STATUSES: Final = frozenset({Status.CRITICAL, Status.OFFLINE})
"""A screen in service that is down or broken, so that people in front of it notice. While it has
such a status, an incident of it is open."""
ONLINE_STATUSES: Final = frozenset(Status) - {Status.OFFLINE, Status.UNKNOWN}
"""A player that gives signs of life."""

_NO_STATUSES: Final = dict.fromkeys(Status, 0)
_NO_STANDINGS: Final = dict.fromkeys(Standing, 0)
_NO_CONTENTS: Final = dict.fromkeys(Content, 0)


class Judged(Protocol):
    """A player with what it is and how it does."""

    @property
    def standing(self) -> Standing:
        """Whether it counts as a screen."""

    @property
    def status(self) -> Status:
        """How it does."""


class Tally(NamedTuple):
    """How many players of a group (None: of none) are and do the same."""

    group_id: int | None
    standing: Standing
    status: Status
    number: int
    content: Content | None = None
    """Whether it shows what is planned; None of a player that is not in service."""


@dataclass(frozen=True, slots=True)
class FleetCount:
    """How many players of each kind there are."""

    statuses: dict[Status, int]
    """Screens in service by status; every status is there."""
    standings: dict[Standing, int]
    """Players by what they are; every standing is there."""
    contents: dict[Content, int]
    """Screens in service by whether they show what is planned; every word is there."""

    @property
    def in_service(self) -> int:
        """Screens that count."""
        return self.standings[Standing.IN_SERVICE]

    @property
    def online(self) -> int:
        """Screens in service that give signs of life."""
        return self.of(ONLINE_STATUSES)

    @property
    def down(self) -> int:
        """Screens in service that are down or broken."""
        return self.of(DOWN_STATUSES)

    @property
    def running(self) -> int:
        """Screens in service that do what they are for, as far as anybody can tell."""
        return self.in_service - self.down - self.unknown

    @property
    def unknown(self) -> int:
        """Screens in service of which nobody can tell how they do."""
        return self.statuses[Status.UNKNOWN]

    @property
    def behind(self) -> int:
        """Screens in service that do not show what is planned."""
        return self.contents[Content.BEHIND]

    def of(self, statuses: Iterable[Status]) -> int:
        """Return how many screens in service have one of these statuses."""
        return sum(self.statuses[status] for status in statuses)


@dataclass(frozen=True, slots=True)
class FleetFigures:
    """The figures over all players, and over those of each group that has any."""

    whole: FleetCount
    groups: Mapping[int | None, FleetCount]

    def of_groups(self, group_ids: Collection[int | None] | None) -> FleetCount:
        """Return the figures over some groups, None for all."""
        if group_ids is None:
            return self.whole
        chosen = [self.groups[group_id] for group_id in group_ids if group_id in self.groups]
        return chosen[0] if len(chosen) == 1 else _sum(chosen)


def count_fleet(tallies: Iterable[Tally]) -> FleetCount:
    """Return the figures over these players."""
    statuses, standings = _NO_STATUSES.copy(), _NO_STANDINGS.copy()
    contents = _NO_CONTENTS.copy()
    for tally in tallies:
        standings[tally.standing] += tally.number
        if tally.standing is Standing.IN_SERVICE:
            statuses[tally.status] += tally.number
            contents[tally.content or Content.UNKNOWN] += tally.number
    return FleetCount(statuses, standings, contents)


def figures_of(tallies: Collection[Tally]) -> FleetFigures:
    """Return the figures over these players, and by group."""
    groups: dict[int | None, list[Tally]] = {}
    for tally in tallies:
        groups.setdefault(tally.group_id, []).append(tally)
    counts = {group_id: _count_group(members) for group_id, members in groups.items()}
    return FleetFigures(count_fleet(tallies), counts)


def _count_group(members: Sequence[Tally]) -> FleetCount:
    """Return the figures over a group: most are as many healthy screens as in another one."""
    if len(members) > 1:
        return count_fleet(members)
    return _count_alike(*members[0][1:])


@lru_cache(maxsize=1024)
def _count_alike(
    standing: Standing, status: Status, number: int, content: Content | None
) -> FleetCount:
    return count_fleet([Tally(None, standing, status, number, content)])


def _sum(counts: Iterable[FleetCount]) -> FleetCount:
    statuses, standings = _NO_STATUSES.copy(), _NO_STANDINGS.copy()
    contents = _NO_CONTENTS.copy()
    for count in counts:
        for status, number in count.statuses.items():
            statuses[status] += number
        for standing, number in count.standings.items():
            standings[standing] += number
        for content, number in count.contents.items():
            contents[content] += number
    return FleetCount(statuses, standings, contents)
