"""What the administration of screens and groups shows, and asks about the screens it acts on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from console.monitoring.snapshots import FRESH_SECONDS, FleetSnapshot, fleet, players, reading_at
from console.runtime import now, read_session
from console.shared import shared
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter, FleetOrder, FleetWish
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.services.monitoring import fleet as fleet_service
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.roster import list_groups
from infoscreen_core.services.screens.views import GroupView

MOST_APART: Final = 50
"""Players that wait, or were turned away, that the page shows at once."""
_PENDING: Final = FleetWish(FleetFilter.PENDING, order=FleetOrder.REGISTERED)
_REJECTED: Final = FleetWish(FleetFilter.REJECTED, order=FleetOrder.NAME)


@dataclass(frozen=True)
class Roster:
    """The figures over the players, and those that are no screens (yet)."""

    fleet: FleetSnapshot
    pending: Sequence[ClientView]
    """The longest waiting first."""
    rejected: Sequence[ClientView]

    @property
    def group_count(self) -> int:
        """How many groups there are."""
        return len(self.fleet.group_names)

    def count(self, standing: Standing) -> int:
        """Return how many players are this to the school."""
        return self.fleet.figures.whole.standings[standing]


def read_roster() -> Roster:
    """Return what the page shows besides its list."""
    snapshot = fleet()
    standings = snapshot.figures.whole.standings
    return Roster(
        snapshot,
        _apart(_PENDING, standings[Standing.PENDING]),
        _apart(_REJECTED, standings[Standing.REJECTED]),
    )


def read_groups() -> list[GroupView]:
    """Return every group as the database knows it now."""
    with read_session() as session:
        return list_groups(session)


def read_screens(uuids: Sequence[str]) -> list[ClientView]:
    """Return those of the players that exist, as the database knows them now."""
    with read_session() as session:
        return fleet_service.list_known(session, uuids, reading_at(now()))


def find_uuids(wish: FleetWish, among: Collection[str] | None = None) -> list[str]:
    """Return the UUIDs of all players that somebody wants to see, or of those `among` some."""
    with read_session() as session:
        return fleet_service.find_uuids(session, wish, now=now(), among=among)


def _apart(wish: FleetWish, count: int) -> tuple[ClientView, ...]:
    return players(wish, first=0, limit=MOST_APART) if count else ()


@shared(seconds=FRESH_SECONDS, entries=1, is_renewed=True)
def groups() -> tuple[GroupView, ...]:
    """Return every group with how much is in it, in the order that editors gave them."""
    return tuple(read_groups())
