"""What the administration of screens and groups shows; read in each run, so never stale."""

from dataclasses import dataclass
from datetime import datetime

from console.monitoring.snapshots import clients_at
from console.runtime import now, read_session
from console.screens.presenters.rows import approved_rows, pending_rows, rejected_rows
from infoscreen_core.domain.monitoring.fleet_count import FleetCount, count_fleet
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.roster import list_groups
from infoscreen_core.services.screens.views import GroupView


@dataclass(frozen=True)
class Roster:
    """Every player and every group at one instant."""

    taken_at: datetime
    count: FleetCount
    pending: list[ClientView]
    rejected: list[ClientView]
    fleet: list[ClientView]
    """The approved ones, by their groups' places, the unassigned last."""
    groups: list[GroupView]
    """In the order that editors gave them."""


def read_roster() -> Roster:
    """Return what the database knows now."""
    at = now()
    with read_session() as session:
        rows, groups = clients_at(session, at), list_groups(session)
    return Roster(
        taken_at=at,
        count=count_fleet(rows),
        pending=pending_rows(rows),
        rejected=rejected_rows(rows),
        fleet=approved_rows(rows),
        groups=groups,
    )
