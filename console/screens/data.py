"""What the administration of screens and groups shows, read anew in each run: nobody edits what is stale."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.monitoring.snapshots import STATUS_WINDOW_HOURS
from console.runtime import now, read_session, resources
from console.screens.presenters.groups import GroupLine, group_line
from console.screens.presenters.rows import ScreenRow, approved_rows, pending_rows, screen_row
from infoscreen_core.db.queries.fleet import list_fleet
from infoscreen_core.db.queries.groups import list_group_rows


@dataclass(frozen=True)
class Roster:
    """Every player and every group at one instant."""

    taken_at: datetime
    pending: list[ScreenRow]
    fleet: list[ScreenRow]
    """The approved ones, by their groups' places, the unassigned last."""
    groups: list[GroupLine]
    """In the order that editors gave them."""


def read_roster() -> Roster:
    """Return what the database knows now."""
    at, settings = now(), resources().settings
    priority_ttl = timedelta(seconds=settings.priority_screenshot_ttl_seconds)
    window = timedelta(hours=STATUS_WINDOW_HOURS)
    with read_session() as session:
        fleet = list_fleet(session, now=at, grace=settings.heartbeat_grace, window=window)
        rows = [screen_row(row, now=at, priority_ttl=priority_ttl) for row in fleet]
        groups = [group_line(row) for row in list_group_rows(session)]
    return Roster(at, pending_rows(rows), approved_rows(rows), groups)
