"""Players a page at a time, for programs that walk through thousands of them.

Each function returns at most `limit` players, in an order that does not depend on what they do, and
goes on after the last one of the page before: nobody is met twice or missed while players report.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.monitoring.directory import pages as queries
from infoscreen_core.db.queries.monitoring.directory.pages import PlayerRow
from infoscreen_core.domain.monitoring.liveness import is_alive
from infoscreen_core.domain.screens.crashes import CrashReason, find_crash_reason
from infoscreen_core.domain.screens.player import screen_name
from infoscreen_core.domain.screens.screens import is_recent
from infoscreen_core.domain.screens.standing import Standing, standing_of
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.monitoring.directory.views import PlayerEntry
from infoscreen_core.services.screens.clients import parse_uuid
from infoscreen_core.services.screens.groups import get_group


@dataclass(frozen=True, slots=True)
class Clockwork:
    """At which instant players are read, and what counts as recent then."""

    now: datetime
    grace: timedelta
    """A player that was heard of within it is alive."""
    priority_ttl: timedelta
    """A priority picture is active for this time."""


@dataclass(frozen=True, slots=True)
class FailurePlace:
    """Where a list of failed services goes on: after this one."""

    failed_at: datetime
    uuid: str


def list_players(
    session: Session, *, after: str = "", group_id: int | None = None, limit: int, at: Clockwork
) -> list[PlayerEntry]:
    """Return players by their UUIDs, of one group if it is given; pending ones are among them.

    Raise `NotFoundError` for a group that does not exist.
    """
    if group_id is not None:
        get_group(session, group_id)
    rows = queries.list_after(session, after, group_id=group_id, now=at.now, limit=limit)
    return [entry_of(row, at) for row in rows]


def list_crashed(
    session: Session, *, after: str = "", limit: int, at: Clockwork
) -> list[PlayerEntry]:
    """Return screens in service whose process crashed, or that are silent, by their UUIDs."""
    rows = queries.list_crashed_after(session, after, now=at.now, grace=at.grace, limit=limit)
    return [entry_of(row, at) for row in rows]


def list_failed(
    session: Session, *, after: FailurePlace | None = None, limit: int, at: Clockwork
) -> list[PlayerEntry]:
    """Return screens in service whose service was given up, those that failed last first."""
    place = (after.failed_at, after.uuid) if after else None
    rows = queries.list_failed_before(session, place, now=at.now, limit=limit)
    return [entry_of(row, at) for row in rows]


def list_named(session: Session, uuids: Collection[str], *, at: Clockwork) -> list[PlayerEntry]:
    """Return those of the players that exist, by their UUIDs."""
    return [entry_of(row, at) for row in queries.list_named(session, uuids, now=at.now)]


def list_members(
    session: Session, group_ids: Collection[int], *, is_with_others: bool, at: Clockwork
) -> dict[int | None, list[PlayerEntry]]:
    """Return the players of some groups by group; with others, those in no group under None."""
    rows = queries.list_members(session, group_ids, is_with_others=is_with_others, now=at.now)
    members: dict[int | None, list[PlayerEntry]] = {group_id: [] for group_id in group_ids}
    for row in rows:
        members.setdefault(row.group_id, []).append(entry_of(row, at))
    return members


def get_player(session: Session, uuid: str, *, at: Clockwork) -> PlayerEntry:
    """Return the player; raise `InvalidInputError` for no UUID, `NotFoundError` for no player."""
    wanted = parse_uuid(uuid)
    found = list_named(session, [wanted], at=at)
    if not found:
        raise NotFoundError("There is no screen with the UUID {uuid}.", field="uuid", uuid=wanted)
    return found[0]


def entry_of(row: PlayerRow, at: Clockwork) -> PlayerEntry:
    """Return a player as programs read it."""
    told = row._asdict()
    told["macs"] = [mac.strip() for mac in (row.macs or "").split(",") if mac.strip()]
    standing = standing_of(
        is_approved=row.approved_at is not None,
        is_rejected=row.rejected_at is not None,
        is_active=row.is_active,
    )
    return PlayerEntry(
        **told,
        name=screen_name(row.uuid, given=row.description, hostname=row.hostname),
        is_approved=row.approved_at is not None,
        standing=standing,
        is_alive=is_alive(
            is_active=row.is_active, last_alive=row.last_alive, now=at.now, grace=at.grace
        ),
        crash_reason=_crash_reason(row, at) if standing is Standing.IN_SERVICE else None,
        has_active_priority_screenshot=is_recent(
            row.priority_screenshot_at, ttl=at.priority_ttl, now=at.now
        ),
    )


def _crash_reason(row: PlayerRow, at: Clockwork) -> CrashReason | None:
    return find_crash_reason(
        is_active=row.is_active,
        process_status=row.process_status,
        last_alive=row.last_alive,
        now=at.now,
        grace=at.grace,
    )
