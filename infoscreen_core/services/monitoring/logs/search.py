"""Log lines of all players: found, counted, and sorted into families."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientLog
from infoscreen_core.db.queries import clients as client_queries
from infoscreen_core.db.queries import groups as group_queries
from infoscreen_core.db.queries.monitoring.logs import figures as log_figures
from infoscreen_core.db.queries.monitoring.logs import lines as log_lines
from infoscreen_core.domain.monitoring.logs.filter import (
    LinePlace,
    LogFilter,
)
from infoscreen_core.domain.monitoring.logs.lines import LogCount, without_terminal_codes
from infoscreen_core.domain.screens.player import LogLevel, screen_name
from infoscreen_core.services.screens import clients, groups

SEARCHED_LINES: Final = 50_000
"""Lines that one search for a text looks at; it then says how far back it came."""
_HOUR: Final = timedelta(hours=1)
_Names = dict[str, tuple[str, str | None]]
"""Of each player by its UUID its name and its group's."""
_PORTION: Final = 2_000
_AROUND: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLine:
    """One log line with the screen that it is from."""

    id: int
    at: datetime
    """When it counts as written."""
    level: LogLevel
    message: str
    """Without the codes with which it would steer a terminal; the row keeps them."""
    client_uuid: str
    client_name: str
    group_name: str | None
    family_id: int | None
    said_at: datetime | None
    """By the player's own clock."""
    received_at: datetime
    is_clock_skewed: bool
    context: dict[str, Any] | None
    """What the player added; None also for those who may not see it."""

    @property
    def place(self) -> LinePlace:
        """Where it stands among all lines."""
        return LinePlace(self.at, self.id)


@dataclass(frozen=True, slots=True)
class LinePage:
    """Lines, newest first, and where older ones begin."""

    lines: tuple[FoundLine, ...]
    next: LinePlace | None
    """None: there are no older ones."""
    searched_to: datetime | None = None
    """How far back a search for a text came, when that is not the whole span."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFamily:
    """Messages of one shape, counted together."""

    id: int
    level: LogLevel
    shape: str
    first_at: datetime
    last_at: datetime
    lines: int
    clients: int
    """On how many screens."""
    example: str
    """The newest message; empty when its line is gone."""


def narrowed(
    session: Session, wanted: LogFilter, *, group_id: int | None, client_uuid: str | None
) -> LogFilter:
    """Return what is asked for of one player, or of a group's; of all when both are None.

    A player or group that does not exist is refused with a sentence. The player counts if both are
    given: it narrows more.
    """
    if client_uuid is not None:
        found = clients.get_client(session, client_uuid)
        return replace(wanted, client_uuids=frozenset([found.uuid]))
    if group_id is not None:
        group = groups.get_group(session, group_id)
        return replace(wanted, client_uuids=frozenset(log_lines.list_members(session, group.id)))
    return wanted


def name_groups(session: Session) -> dict[int, str]:
    """Return every group's name by its id, in the saved order."""
    return group_queries.map_names(session)


def name_screens(
    session: Session, *, group_id: int | None, chosen: str | None, limit: int
) -> dict[str, str]:
    """Return the names of a group's screens, or of all, by UUID; no more than `limit`.

    The chosen one is among them.
    """
    rows = log_lines.list_screens(session, group_id=group_id, limit=limit)
    if chosen is not None and all(row.uuid != chosen for row in rows):
        rows += client_queries.map_clients(session, [chosen]).values()
    return {row.uuid: row.display_name for row in sorted(rows, key=lambda row: row.order)}


def find_lines(
    session: Session,
    wanted: LogFilter,
    *,
    before: LinePlace | None = None,
    limit: int,
    with_context: bool,
) -> LinePage:
    """Return a page of lines; a text is searched for in at most `SEARCHED_LINES` lines."""
    reach = _reach(session, wanted, before) if wanted.text else None
    near = wanted if reach is None else replace(wanted, start=reach)
    rows = log_lines.list_lines(session, near, before=before, limit=limit + 1)
    lines = tuple(_views(session, rows[:limit], {}, with_context=with_context))
    if len(rows) > limit:
        return LinePage(lines, lines[-1].place)
    if reach is None:
        return LinePage(lines, None)
    return LinePage(lines, LinePlace(reach, 0), searched_to=reach)


def each_portion(
    session: Session, wanted: LogFilter, *, with_context: bool, limit: int | None = None
) -> Iterator[list[FoundLine]]:
    """Return all lines, newest first, a few thousand at a time, however many there are."""
    before: LinePlace | None = None
    names: _Names = {}
    left = limit
    while left is None or left > 0:
        size = _PORTION if left is None else min(_PORTION, left)
        rows = log_lines.list_lines(session, wanted, before=before, limit=size)
        if rows:
            yield list(_views(session, rows, names, with_context=with_context))
        if len(rows) < size:
            return
        before = log_lines.place_of(rows[-1])
        left = None if left is None else left - len(rows)
        session.expunge_all()  # else they would all stay in memory


def find_around(
    session: Session, line_id: int, *, with_context: bool
) -> tuple[FoundLine | None, tuple[FoundLine, ...]]:
    """Return a line, and with it what its screen logged just before and after, newest first."""
    row = log_lines.find_line(session, line_id)
    if row is None:
        return None, ()
    same = LogFilter(
        start=row.ordered_at - timedelta(days=1), client_uuids=frozenset([row.client_uuid])
    )
    place = log_lines.place_of(row)
    later = log_lines.list_lines_after(session, same, after=place, limit=_AROUND)
    earlier = log_lines.list_lines(session, same, before=place, limit=_AROUND)
    rows = [*reversed(later), row, *earlier]
    lines = tuple(_views(session, rows, {}, with_context=with_context))
    return lines[len(later)], lines


def count_lines(session: Session, wanted: LogFilter, *, step: timedelta) -> list[LogCount]:
    """Return how many lines there were by level and stretch of time; a text narrows nothing.

    Stretches shorter than an hour are counted from the lines themselves. All others come as whole
    hours, for the caller to add up.
    """
    if step < _HOUR:
        return log_figures.count_steps(session, wanted, step)
    return log_figures.count_hours(session, wanted)


def list_families(
    session: Session, wanted: LogFilter, *, new_since: datetime | None = None, limit: int
) -> list[FoundFamily]:
    """Return the families with most lines; a text narrows by the shape."""
    found = log_figures.list_families(session, wanted, new_since=new_since, limit=limit)
    examples = {
        line.family_id: without_terminal_codes(line.message)
        for line in log_lines.list_examples(
            session, [one.family.id for one in found], before=wanted.end
        )
    }
    return [_family(one, examples.get(one.family.id, "")) for one in found]


def find_shape(session: Session, family_id: int) -> str | None:
    """Return a family's shape; None when there is no such family, or no longer."""
    family = log_figures.find_family(session, family_id)
    return family.shape if family else None


def _family(found: log_figures.FamilyFigures, example: str) -> FoundFamily:
    family = found.family
    return FoundFamily(
        id=family.id,
        level=LogLevel(family.level),
        shape=family.shape,
        first_at=family.first_at,
        last_at=family.last_at,
        lines=found.lines,
        clients=found.clients,
        example=example,
    )


def _reach(session: Session, wanted: LogFilter, before: LinePlace | None) -> datetime | None:
    """Return how far back a search for a text looks; None when that is the whole span."""
    end = wanted.end if before is None else before.at
    counted = log_figures.count_hours(session, replace(wanted, end=end))
    looked_at = 0
    for count in sorted(counted, key=lambda one: one.start, reverse=True):
        looked_at += count.count
        if looked_at > SEARCHED_LINES and wanted.start < count.start:
            return count.start
    return None


def _views(
    session: Session, rows: Sequence[ClientLog], names: _Names, *, with_context: bool
) -> Iterator[FoundLine]:
    """Return rows as readers see them; `names` holds those of players met before, and new ones."""
    if unknown := {row.client_uuid for row in rows} - names.keys():
        names.update(log_lines.map_names(session, unknown))
    for row in rows:
        uuid = row.client_uuid
        # One that was removed since its lines were read has no name but its UUID.
        client_name, group_name = names.get(uuid) or (
            screen_name(uuid, given=None, hostname=None),
            None,
        )
        yield FoundLine(
            id=row.id,
            at=row.ordered_at,
            level=LogLevel(row.level),
            message=without_terminal_codes(row.message),
            client_uuid=uuid,
            client_name=client_name,
            group_name=group_name,
            family_id=row.family_id,
            said_at=row.timestamp,
            received_at=row.received_at,
            is_clock_skewed=row.is_clock_skewed,
            context=row.context if with_context else None,
        )
