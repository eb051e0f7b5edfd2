"""What the page of commands reads, shared by all browsers that ask for the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from console.commands.asked import Question
from console.runtime import now, read_session
from console.shared import shared
from infoscreen_core.domain.commands.figures import Division, Success, Waits
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.services import system_settings
from infoscreen_core.services.commands import figures, history
from infoscreen_core.services.commands.figures import EndCount, ErrorCount
from infoscreen_core.services.commands.history import FoundCommands, FoundCycles, Running

SHOWN_RUNNING: Final = 3
"""Courses of one page of those under way."""
ROWS: Final = 50
"""Commands of one page of the history."""
_KEPT: Final = timedelta(minutes=1)
"""How long a command stays among those under way once it has ended, so that its end is seen."""


@dataclass(frozen=True)
class Names:
    """What can be chosen from."""

    groups: Mapping[int, str]
    requesters: Mapping[int, str]


@dataclass(frozen=True)
class Figures:
    """How well commands did within a span."""

    zone: ZoneInfo
    """The installation's, in which days begin."""
    ends: Sequence[EndCount]
    errors: Sequence[ErrorCount]
    waits: Mapping[tuple[Action, str | None], Waits]
    successes: Mapping[tuple[Action, str | None], Success]
    """Divided as the waits."""
    taken_at: datetime


@shared(seconds=0.8, entries=8)
def read_running(page: int) -> Running:
    """Return one page of what is under way, and what has just ended."""
    offset = (page - 1) * SHOWN_RUNNING
    with read_session() as session:
        return history.list_running(
            session, limit=SHOWN_RUNNING, offset=offset, kept=_KEPT, now=now()
        )


@shared(seconds=2.0, entries=64)
def read_history(question: Question, page: int) -> FoundCommands:
    """Return one page of the commands that are asked for."""
    with read_session() as session:
        wanted = history.check_exists(session, question.wanted(now()))
        return history.find_commands(
            session, wanted, question.order, limit=ROWS, offset=(page - 1) * ROWS
        )


@shared(seconds=2.0, entries=16)
def read_cycles(question: Question, page: int) -> FoundCycles:
    """Return one page of the power cycles that are asked for."""
    with read_session() as session:
        wanted = history.check_exists(session, question.wanted(now()))
        return history.find_cycles(
            session, wanted, question.cycle_states, limit=ROWS, offset=(page - 1) * ROWS
        )


@shared(seconds=10.0, entries=1)
def has_plugs() -> bool:
    """Whether there is a plug, or ever was a power cycle."""
    with read_session() as session:
        return history.has_plugs(session)


@shared(seconds=10.0, entries=2)
def read_names() -> Names:
    """Return groups and people to choose from."""
    with read_session() as session:
        return Names(history.name_groups(session), history.name_requesters(session))


@shared(seconds=30.0, entries=32)
def read_errors(question: Question) -> Sequence[ErrorCount]:
    """Return the errors that occur in what is asked for."""
    with read_session() as session:
        return figures.count_errors(session, question.wanted(now()))


@shared(seconds=30.0, entries=16)
def read_figures(question: Question, division: Division) -> Figures:
    """Return the figures of what is asked for."""
    at = now()
    with read_session() as session:
        wanted = history.check_exists(session, question.wanted(at))
        return Figures(
            load_zone(system_settings.get_setting(session, "default_timezone")),
            figures.count_ends(session, wanted),
            figures.count_errors(session, wanted),
            figures.waits(session, wanted, division),
            figures.successes(session, wanted, division),
            at,
        )
