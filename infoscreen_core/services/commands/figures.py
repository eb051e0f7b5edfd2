"""How well commands do: ends over time, errors, and how long screens take to be back.

All is counted by the database; what comes back are sums, however many commands there were. What
narrows a list to some ends narrows nothing here: the rate of the failed ones alone says nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.commands import history as queries
from infoscreen_core.domain.commands.figures import Division, Success, Waits, success_of
from infoscreen_core.domain.commands.history import ALL_STATES, CommandFilter
from infoscreen_core.domain.commands.lifecycle import Action, State

_HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class EndCount:
    """How many of the commands that were requested in an hour ended in one way."""

    hour: datetime
    """Its beginning."""
    state: State
    count: int


@dataclass(frozen=True, slots=True)
class ErrorCount:
    """How many commands ended with one error code; players may send codes of their own."""

    code: str | None
    state: State
    count: int


def count_ends(session: Session, wanted: CommandFilter) -> list[EndCount]:
    """Return the ends of the commands that are asked for, by the hour of their request."""
    return [
        EndCount(datetime.fromtimestamp(hour * _HOUR_SECONDS, UTC), state, count)
        for hour, state, count in queries.count_ends(session, of_any_end(wanted))
    ]


def count_errors(session: Session, wanted: CommandFilter) -> list[ErrorCount]:
    """Return why commands were not carried out, the most frequent first."""
    return [ErrorCount(*row) for row in queries.count_errors(session, of_any_end(wanted))]


def waits(
    session: Session, wanted: CommandFilter, by: Division
) -> Mapping[tuple[Action, str | None], Waits]:
    """Return how long screens took to be back, by action and by what `by` divides them.

    The division is a model, a group's name or a version, None where a screen has none.
    """
    found: dict[tuple[Action, str | None], dict[int, int]] = {}
    for action, value, seconds, count in queries.count_waits(session, of_any_end(wanted), by):
        found.setdefault((action, value), {})[seconds] = count
    return {key: Waits(counts) for key, counts in found.items()}


def successes(
    session: Session, wanted: CommandFilter, by: Division
) -> Mapping[tuple[Action, str | None], Success]:
    """Return how many commands did what they were to do, by action and by what `by` divides."""
    found: dict[tuple[Action, str | None], dict[State, int]] = {}
    for action, value, state, count in queries.count_divided(session, of_any_end(wanted), by):
        found.setdefault((action, value), {})[state] = count
    return {key: success_of(ends) for key, ends in found.items()}


def of_any_end(wanted: CommandFilter) -> CommandFilter:
    """Return the same without what narrows it to some states or to one error."""
    return replace(wanted, states=ALL_STATES, error_code=None)
