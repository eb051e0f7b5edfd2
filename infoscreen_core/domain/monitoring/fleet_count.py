"""The figures over many players: the same ones in every sentence, tile, filter and list."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.standing import Standing

DOWN_STATUSES: Final = frozenset({Status.CRITICAL, Status.OFFLINE})
"""A screen in service that is down or broken, so that people in front of it notice. While it has
such a status, an incident of it is open."""


class Judged(Protocol):
    """A player with what it is and how it does."""

    @property
    def standing(self) -> Standing:
        """Whether it counts as a screen."""

    @property
    def status(self) -> Status:
        """How it does."""


@dataclass(frozen=True, slots=True)
class FleetCount:
    """How many players of each kind there are."""

    statuses: dict[Status, int]
    """Screens in service by status; every status is there."""
    standings: dict[Standing, int]
    """Players by what they are; every standing is there."""

    @property
    def in_service(self) -> int:
        """Screens that count."""
        return self.standings[Standing.IN_SERVICE]

    @property
    def online(self) -> int:
        """Screens in service that give signs of life."""
        return self.in_service - self.statuses[Status.OFFLINE]

    @property
    def down(self) -> int:
        """Screens in service that are down or broken."""
        return sum(self.statuses[status] for status in DOWN_STATUSES)

    @property
    def running(self) -> int:
        """Screens in service that do what they are for."""
        return self.in_service - self.down


def count_fleet(players: Iterable[Judged]) -> FleetCount:
    """Return the figures over these players."""
    statuses, standings = Counter[Status](), Counter[Standing]()
    for player in players:
        standings[player.standing] += 1
        statuses[player.status] += player.standing is Standing.IN_SERVICE
    return FleetCount(
        statuses={status: statuses[status] for status in Status},
        standings={standing: standings[standing] for standing in Standing},
    )
