"""Commands and power cycles of all screens: what runs, and what came of those before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import groups as group_queries
from infoscreen_core.db.queries.commands import history as queries
from infoscreen_core.db.queries.commands.history import FoundCycleRow, HistoryRow
from infoscreen_core.domain.commands import plugs
from infoscreen_core.domain.commands.history import CommandFilter, CommandOrder
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.screens.player import screen_name
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.commands.courses import command_view
from infoscreen_core.services.commands.plugs.plug_views import CycleView, cycle_view
from infoscreen_core.services.commands.views import CommandView
from infoscreen_core.services.screens import clients, groups

_PORTION: Final = 2_000
_LONGEST_COURSE: Final = timedelta(minutes=15)
"""No command takes longer than this from its request to its end."""


@dataclass(frozen=True, slots=True)
class FoundCommand:
    """A command with the screen that it is for."""

    command: CommandView
    client_uuid: str
    client_name: str
    group_name: str | None


@dataclass(frozen=True, slots=True)
class FoundCommands:
    """One page of a list, and how many the whole list has."""

    commands: tuple[FoundCommand, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FoundCycle:
    """A power cycle with the screen whose plug it is about."""

    cycle: CycleView
    client_name: str
    group_name: str | None

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.cycle.status not in plugs.TERMINAL


@dataclass(frozen=True, slots=True)
class FoundCycles:
    """One page of a list, and how many the whole list has."""

    cycles: tuple[FoundCycle, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Running:
    """What is under way."""

    commands: tuple[FoundCommand, ...]
    """One page of those that have not ended, the newest first."""
    just_ended: tuple[FoundCommand, ...]
    states: Mapping[State, int]
    """How many have not ended, by the state in which they are."""
    cycles: tuple[FoundCycle, ...] = ()
    """Power cycles that run or have just ended, the newest first, as many as of the commands."""

    @property
    def total(self) -> int:
        """How many have not ended."""
        return sum(self.states.values())


def list_running(
    session: Session, *, limit: int, offset: int = 0, kept: timedelta, now: datetime
) -> Running:
    """Return what is under way, and what ended within `kept` before now."""
    states = queries.count_open(session)
    rows = queries.list_open(session, limit=limit, offset=offset) if states else []
    ended = queries.list_just_ended(
        session, issued_since=now - kept - _LONGEST_COURSE, ended_since=now - kept, limit=limit
    )
    cycles = queries.list_lately(session, ended_since=now - kept, limit=limit)
    return Running(
        tuple(map(_found, rows)), tuple(map(_found, ended)), states, tuple(map(_cycle, cycles))
    )


def find_commands(
    session: Session,
    wanted: CommandFilter,
    order: CommandOrder = CommandOrder.NEWEST,
    *,
    limit: int,
    offset: int = 0,
) -> FoundCommands:
    """Return a page of the commands that are asked for, and how many these are."""
    total = queries.count_found(session, wanted)
    rows = queries.list_found(session, wanted, order, limit=limit, offset=offset)
    return FoundCommands(tuple(map(_found, rows)), total)


def find_cycles(
    session: Session,
    wanted: CommandFilter,
    states: frozenset[plugs.State] = plugs.ALL_STATES,
    *,
    limit: int,
    offset: int = 0,
) -> FoundCycles:
    """Return a page of the power cycles that stand so, newest first, and how many these are.

    Of `wanted` all counts but what only commands have: actions, their states, their errors.
    """
    total = queries.count_cycles(session, wanted, states)
    rows = queries.list_cycles(session, wanted, states, limit=limit, offset=offset)
    return FoundCycles(tuple(map(_cycle, rows)), total)


def has_plugs(session: Session) -> bool:
    """Whether there is a plug, or ever was a power cycle."""
    return queries.has_plugs(session)


def each_portion(session: Session, wanted: CommandFilter) -> Iterator[list[FoundCommand]]:
    """Return all commands that are asked for, newest first, a few thousand at a time."""
    before = None
    while rows := queries.list_older(session, wanted, before=before, limit=_PORTION):
        yield [_found(row) for row in rows]
        before = rows[-1].command
        session.expunge_all()  # else they would all stay in memory


def check_exists(session: Session, wanted: CommandFilter) -> CommandFilter:
    """Return the filter; raise `NotFoundError` when its group or screen does not exist."""
    if wanted.group_id is not None:
        groups.get_group(session, wanted.group_id)
    if wanted.client_uuid is not None:
        clients.get_client(session, wanted.client_uuid)
    return wanted


def name_requesters(session: Session) -> dict[int, str]:
    """Return the names of the users who ever asked for a command, by id."""
    return queries.map_requesters(session)


def find_requester(session: Session, name: str) -> int:
    """Return the id of the user of this name; raise `InvalidInputError` if none ever asked."""
    known = {given: key for key, given in name_requesters(session).items()}
    if name not in known:
        raise InvalidInputError(
            "Nobody called {name} has asked for a command; use one of {known}.",
            field="by",
            name=shown(name),
            known=", ".join([*known, "system"]),
        )
    return known[name]


def name_groups(session: Session) -> dict[int, str]:
    """Return every group's name by its id, in the saved order."""
    return group_queries.map_names(session)


def _found(row: HistoryRow) -> FoundCommand:
    uuid = row.command.client_uuid
    return FoundCommand(
        command_view(row.command, requested_by=row.requested_by_name),
        uuid,
        screen_name(uuid, given=row.given_name, hostname=row.hostname),
        row.group_name,
    )


def _cycle(found: FoundCycleRow) -> FoundCycle:
    view = cycle_view(found.row)
    name = screen_name(view.client_uuid, given=found.given_name, hostname=found.hostname)
    return FoundCycle(view, name, found.group_name)
