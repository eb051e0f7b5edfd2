"""What a reader wants to see of the players: which ones, and in which order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from infoscreen_core.domain.monitoring.content.states import Content
from infoscreen_core.domain.monitoring.fleet_count import ONLINE_STATUSES, FleetCount
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.standing import Standing


class FleetFilter(StrEnum):
    """What a list of players is narrowed to; the values stand in addresses."""

    ALL = "all"
    """In service."""
    ONLINE = "online"
    OFFLINE = "offline"
    WARNINGS = "warnings"
    """Online, and something is wrong: critical or warning."""
    UNKNOWN = "unknown"
    """In service, and nobody can tell how it does."""
    PENDING = "pending"
    REJECTED = "rejected"
    OUT_OF_SERVICE = "out_of_service"
    APPROVED = "approved"
    """In service or not: the fleet."""
    ANYTHING = "anything"

    @property
    def standings(self) -> frozenset[Standing]:
        """What the players are that the filter is about, whatever their status."""
        return _STANDINGS.get(self, _IN_SERVICE)

    @property
    def statuses(self) -> frozenset[Status] | None:
        """The statuses that the filter leaves; None leaves all."""
        return _STATUSES.get(self)

    def left_of(self, fleet: FleetCount) -> int:
        """Return how many of these players the filter leaves."""
        statuses = self.statuses
        return self.about(fleet) if statuses is None else fleet.of(statuses)

    def about(self, fleet: FleetCount) -> int:
        """Return how many of these players the filter is about."""
        return sum(fleet.standings[standing] for standing in self.standings)


class FleetOrder(StrEnum):
    """How a list of players is sorted; the values stand in addresses."""

    GROUP = "group"
    """By the groups' saved places, the unassigned last, then by name."""
    NAME = "name"
    URGENCY = "urgency"
    """What needs somebody comes first."""
    CONTACT = "contact"
    """Longest silent first."""
    ERRORS = "errors"
    HOST = "host"
    SOFTWARE = "software"
    REGISTERED = "registered"
    """Longest known first."""


URGENCY: Final = (
    Status.CRITICAL,
    Status.OFFLINE,
    Status.WARNING,
    Status.UNKNOWN,
    Status.HEALTHY,
)
"""In this order somebody should look at players."""
_IN_SERVICE: Final = frozenset({Standing.IN_SERVICE})
_STANDINGS: Final = {
    FleetFilter.PENDING: frozenset({Standing.PENDING}),
    FleetFilter.REJECTED: frozenset({Standing.REJECTED}),
    FleetFilter.OUT_OF_SERVICE: frozenset({Standing.OUT_OF_SERVICE}),
    FleetFilter.APPROVED: frozenset({Standing.IN_SERVICE, Standing.OUT_OF_SERVICE}),
    FleetFilter.ANYTHING: frozenset(Standing),
}
_STATUSES: Final = {
    FleetFilter.ONLINE: ONLINE_STATUSES,
    FleetFilter.OFFLINE: frozenset({Status.OFFLINE}),
    FleetFilter.WARNINGS: frozenset({Status.CRITICAL, Status.WARNING}),
    FleetFilter.UNKNOWN: frozenset({Status.UNKNOWN}),
}


@dataclass(frozen=True, slots=True)
class FleetWish:
    """Which players somebody wants to see, and in which order."""

    show: FleetFilter = FleetFilter.ALL
    groups: tuple[int | None, ...] | None = None
    """Those of these groups, None in it for the unassigned ones; None for all."""
    search: str = ""
    """Found in a name, UUID, group, title or machine; folded for comparison."""
    order: FleetOrder = FleetOrder.GROUP
    status: Status | None = None
    """Only those of this status, whatever they are."""
    content: Content | None = None
    """Only those in service of which this is known of what they show."""
